/** Database and buckets through wrangler, on this machine or on the account. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  /** An empty object. */
  mark(bucket: 'media' | 'log', key: string): Promise<void>;
  dump(file: string): Promise<void>;
}

/** Wrangler binds nothing: text goes in as hexadecimal, in which no quote can be. */
const literal = (value: string | number): string =>
  typeof value === 'number' ? String(value) : `CAST(x'${Buffer.from(value).toString('hex')}' AS TEXT)`;

export function storageOf(wrangler: Wrangler, remote: boolean, state: string | undefined): Storage {
  const where = remote
    ? ['--remote', '--config', deployConfig]
    : ['--local', ...(state ? ['--persist-to', state] : [])];
  const names = storageNames(root);
  const call = async (...args: string[]): Promise<string> => {
    const { ok, output } = await wrangler([...args, ...where]);
    if (ok) return output;
    throw new ReverieError('unavailable', `wrangler ${args.slice(0, 3).join(' ')} failed:\n${output.slice(-1500)}`);
  };
  return {
    async query(sql, ...values) {
      const whole = sql.replace(/\?(\d)/g, (_, i: string) => literal(values[Number(i) - 1] ?? ''));
      const output = await call('d1', 'execute', 'DB', '--json', '--yes', '--command', whole);
      return (JSON.parse(output.slice(output.indexOf('['))) as { results: Row[] }[])[0]?.results ?? [];
    },
    async read(bucket, key, file) {
      await call('r2', 'object', 'get', `${names[bucket]}/${key}`, '--file', file);
    },
    async mark(bucket, key) {
      const folder = mkdtempSync(path.join(tmpdir(), 'reverie-'));
      try {
        const file = path.join(folder, 'empty');
        // wrangler uploads no empty file; the log goes by keys alone.
        writeFileSync(file, '.');
        await call('r2', 'object', 'put', `${names[bucket]}/${key}`, '--file', file);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    async dump(file) {
      await call('d1', 'export', 'DB', '--output', file);
      readFileSync(file);
    },
  };
}
