/** Database and buckets through wrangler, on this machine or on the account. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ReverieError } from '../../shared/errors';
import { deployConfig, storageNames } from '../deploy/config';
import type { Wrangler } from '../deploy/wrangler';
import { root } from '../setup/process.mjs';

export type Row = Readonly<Record<string, string | number | null>>;

export interface Storage {
  /** @param values text and numbers in place of ?1, ?2 … */
  query(sql: string, ...values: readonly (string | number)[]): Promise<readonly Row[]>;
  /** @throws ReverieError when it is not there. */
  read(bucket: 'media' | 'log', key: string, file: string): Promise<void>;
  put(bucket: 'media' | 'log', key: string, file: string, type?: string): Promise<void>;
  /** An object whose key is all that it says. */
  mark(bucket: 'media' | 'log', key: string): Promise<void>;
  dump(file: string): Promise<void>;
  /** The database of a dump in place of the one that is there. */
  load(file: string): Promise<void>;
}

/** Wrangler binds nothing: text goes in as hexadecimal, in which no quote can be. */
const literal = (value: string | number): string =>
  typeof value === 'number' ? String(value) : `CAST(x'${Buffer.from(value).toString('hex')}' AS TEXT)`;

/** Wrangler's warnings and notices come on either side of what it was asked for. */
const rowsIn = (output: string): Row[] =>
  (JSON.parse(/^\[(?:\]|[\s\S]*^\])$/m.exec(output)?.[0] ?? '') as { results: Row[] }[])[0]?.results ?? [];

function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'reverie-'));
  return work(folder).finally(() => rmSync(folder, { recursive: true }));
}

export function storageOf(wrangler: Wrangler, remote: boolean, state: string | undefined): Storage {
  const where = remote
    ? ['--remote', '--config', deployConfig]
    : ['--local', ...(state ? ['--persist-to', state] : [])];
  const names = storageNames(root);
  const call = async (args: readonly string[], at = where): Promise<string> => {
    const { ok, output } = await wrangler([...args, ...at]);
    if (ok) return output;
    throw new ReverieError('unavailable', `wrangler ${args.slice(0, 3).join(' ')} failed:\n${output.slice(-1500)}`);
  };
  const put: Storage['put'] = async (bucket, key, file, type) => {
    const flags = ['--file', path.resolve(file), ...(type ? ['--content-type', type] : [])];
    await call(['r2', 'object', 'put', `${names[bucket]}/${key}`, ...flags]);
  };
  return {
    async query(sql, ...values) {
      const whole = sql.replace(/\?(\d)/g, (_, i: string) => literal(values[Number(i) - 1] ?? ''));
      return rowsIn(await call(['d1', 'execute', 'DB', '--json', '--yes', '--command', whole]));
    },
    async read(bucket, key, file) {
      await call(['r2', 'object', 'get', `${names[bucket]}/${key}`, '--file', path.resolve(file)]);
    },
    put,
    mark: (bucket, key) =>
      inFolder(async (folder) => {
        const file = path.join(folder, 'mark');
        // wrangler uploads no empty file; the log goes by keys alone.
        writeFileSync(file, '.');
        await put(bucket, key, file);
      }),
    dump: (file) =>
      inFolder(async (folder) => {
        const config = path.join(folder, 'wrangler.toml');
        if (!remote && state) {
          // Of all commands this one takes no --persist-to: the state has to lie where it looks for it, beside its configuration.
          copyFileSync(path.join(root, 'wrangler.toml'), config);
          mkdirSync(path.join(folder, '.wrangler'));
          symlinkSync(path.resolve(root, state), path.join(folder, '.wrangler/state'));
        }
        const at = !remote && state ? ['--local', '--config', config] : where;
        await call(['d1', 'export', 'DB', '--output', path.resolve(file)], at);
      }),
    load: (file) =>
      inFolder(async (folder) => {
        const whole = path.join(folder, 'database.sql');
        const dump = readFileSync(file, 'utf8');
        const tables = [...dump.matchAll(/^CREATE TABLE (?:IF NOT EXISTS )?["`]?(\w+)/gm)].map(([, name]) => name);
        if (tables.length === 0) throw new ReverieError('usage', `${file} is no dump of a database.`);
        const away = tables.reverse().map((name) => `DROP TABLE IF EXISTS "${name}";\n`);
        writeFileSync(whole, `PRAGMA defer_foreign_keys = TRUE;\n${away.join('')}${dump}`);
        await call(['d1', 'execute', 'DB', '--yes', '--file', whole]);
      }),
  };
}
