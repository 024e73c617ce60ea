/** An operator's commands over an embedded database and buckets, asked for as wrangler is asked. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readD1Migrations } from '@cloudflare/vitest-pool-workers';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recipeVersion } from '../../../shared/recipe/version';
import type { Answer } from '../../../tools/deploy/wrangler';
import { sha256Of } from '../../../tools/files';
import { actions } from '../../../tools/moderate/actions';
import { storageOf } from '../../../tools/moderate/storage';
import { root } from '../../../tools/setup/process.mjs';
import { logKey } from '../../../worker/shares/logKeys';

interface Database {
  prepare(sql: string): { all(): Promise<{ results: Record<string, unknown>[] }> };
}
interface Bucket {
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>;
  put(key: string, bytes: Uint8Array | string): Promise<unknown>;
  delete(keys: string[]): Promise<void>;
  list(): Promise<{ objects: { key: string }[] }>;
}

const miniflare = new Miniflare({
  modules: true,
  script: 'export default {}',
  cf: false,
  d1Databases: ['DB'],
  r2Buckets: { MEDIA: 'reverie-media', LOG: 'reverie-log' },
});
let db: Database;
let buckets: Record<string, Bucket>;
const sql = async (text: string) => (await db.prepare(text).all()).results;

const folder = mkdtempSync(path.join(tmpdir(), 'reverie-moderate-'));
const asked: string[][] = [];
const after = (args: readonly string[], flag: string) => args[args.indexOf(flag) + 1] ?? '';

/** What wrangler says before and after it has said what it was asked for. */
const around = (json: string) => `▲ [WARNING] The version is old.\n\n${json}\n\n▲ [WARNING] A newer one is [there].`;

async function wrangler(args: readonly string[]): Promise<Answer> {
  asked.push([...args]);
  const [, , verb = '', object = ''] = args;
  const [bucket = '', ...key] = object.split('/');
  try {
    if (args[1] === 'execute' && args.includes('--file')) {
      for (const statement of readFileSync(after(args, '--file'), 'utf8').split(/;\n/))
        if (statement.trim()) await sql(statement);
      return { ok: true, output: '' };
    }
    if (args[0] === 'd1' && args[1] === 'execute') {
      const results = await sql(after(args, '--command'));
      return { ok: true, output: around(JSON.stringify([{ results, success: true }], null, 2)) };
    }
    if (args[0] === 'd1') {
      if (args.includes('--persist-to')) return { ok: false, output: 'Unknown argument: persist-to' };
      const config = after(args, '--config');
      const state = config && path.join(path.dirname(config), '.wrangler/state/here');
      writeFileSync(after(args, '--output'), existsSync(state) ? readFileSync(state) : 'SQL');
    } else if (verb === 'put')
      await buckets[bucket]?.put(key.join('/'), new Uint8Array(readFileSync(after(args, '--file'))));
    else {
      const found = await buckets[bucket]?.get(key.join('/'));
      if (!found) return { ok: false, output: 'The specified key does not exist.' };
      writeFileSync(after(args, '--file'), Buffer.from(await found.arrayBuffer()));
    }
    return { ok: true, output: '' };
  } catch (cause) {
    return { ok: false, output: String(cause) };
  }
}

let clock = Date.UTC(2026, 10, 30);
async function run(work: (of: ReturnType<typeof actions>) => Promise<void>, state?: string): Promise<string> {
  const lines: string[] = [];
  await work(
    actions(
      storageOf(wrangler, false, state),
      (line) => lines.push(line),
      () => ++clock,
    ),
  );
  return lines.join('\n');
}
const logged = async () =>
  (await buckets['reverie-log']?.list())?.objects.map(({ key }) => key.split('/').slice(2).join(' '));

const ids = { one: `one${'A'.repeat(19)}`, two: `two${'B'.repeat(19)}` };
const result = Buffer.from('the picture of one');
const film = Buffer.from('the picture of both');
const key = (bytes: Buffer) => `i/${sha256Of(bytes)}/g1`;

async function share(id: string, pictures: readonly Buffer[], title: string): Promise<void> {
  const [first = result] = pictures;
  const picture = { sha256: sha256Of(first), bytes: 100, width: 8, height: 8, type: 'image/webp' };
  const record = {
    version: 1,
    title,
    language: 'en',
    termDays: 7,
    inputs: [],
    result: picture,
    recipe: { technique: 'style', version: recipeVersion, styles: [{ preset: 'starry-night' }] },
    run: { backend: 'wasm', engine: 'test', seconds: 1, steps: 1 },
  };
  await sql(
    `INSERT INTO shares (id, record, delete_hash, created_at, expires_at) VALUES ('${id}', '${JSON.stringify(record)}', x'00', 1, 2)`,
  );
  for (const bytes of pictures) {
    const sha256 = sha256Of(bytes);
    await sql(
      `INSERT OR IGNORE INTO pictures (sha256, type, stored_at, generation) VALUES ('${sha256}', 'image/webp', 1, 'g1')`,
    );
    await sql(`INSERT INTO share_pictures VALUES ('${sha256}', '${id}')`);
    await buckets['reverie-media']?.put(key(bytes), new Uint8Array(bytes));
  }
}

beforeAll(async () => {
  db = (await miniflare.getD1Database('DB')) as unknown as Database;
  const [media, log] = [await miniflare.getR2Bucket('MEDIA'), await miniflare.getR2Bucket('LOG')];
  buckets = { 'reverie-media': media as unknown as Bucket, 'reverie-log': log as unknown as Bucket };
  for (const { queries } of await readD1Migrations(path.join(root, 'worker/migrations')))
    for (const query of queries) await sql(query);
}, 60_000);
afterAll(async () => {
  await miniflare.dispose();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  asked.length = 0;
  for (const table of ['shares', 'pictures', 'drops', 'blocked', 'audit', 'sweeps']) await sql(`DELETE FROM ${table}`);
  for (const bucket of Object.values(buckets)) {
    const { objects } = await bucket.list();
    if (objects.length > 0) await bucket.delete(objects.map((each) => each.key));
  }
  await share(ids.one, [result, film], 'First');
  await share(ids.two, [film], 'Second');
  await sql(`INSERT INTO reports (share_id, reason, note, created_at) VALUES ('${ids.one}', 'other', 'look at it', 1)`);
  await sql(`UPDATE shares SET reports = 1 WHERE id = '${ids.one}'`);
});

describe('looking', () => {
  it('should list what was reported, or everything', async () => {
    const reported = await run((of) => of.list(false));
    expect(reported).toMatch(/^oneA+ .*not reviewed, 1 report on its worst day {2}other {2}First$/);
    expect((await run((of) => of.list(true))).split('\n')).toHaveLength(2);
    await sql('DELETE FROM reports');
    expect(await run((of) => of.list(false))).toBe('Nothing was reported.');
    await sql('DELETE FROM shares');
    expect(await run((of) => of.list(true))).toBe('There are no shares.');
  });

  it('should show a share by its link, with its reports, its history and its pictures as files', async () => {
    await run((of) => of.clear(ids.one, 'seen'));
    const shown = await run((of) => of.show(`https://reverie.test/s/${ids.one}?lang=ko`, folder));
    expect(shown).toContain('other: look at it');
    expect(shown).toContain('operator: clear seen');
    expect(shown).toContain('"First"');
    expect(readFileSync(path.join(folder, ids.one, 'result.webp'))).toEqual(result);
    await sql(`UPDATE shares SET record = '', ended_at = 5 WHERE id = '${ids.one}'`);
    expect(await run((of) => of.show(ids.one, folder))).toContain('erased');
  });

  it('should say when it was swept, and what is left over', async () => {
    expect(await run((of) => of.status())).toMatch(
      /last sweep: –; last of the log that was done: –[\s\S]*not compared yet[\s\S]*deleted: 0/,
    );
    const memory = { beat: Date.UTC(2026, 0, 2), compared: { at: 1, strays: 3, missing: 4 } };
    await sql(`INSERT INTO sweeps VALUES ('memory', '${JSON.stringify(memory)}')`);
    await sql(`INSERT INTO sweeps VALUES ('log', '${logKey(Date.UTC(2026, 0, 1), 'end', ids.one)}')`);
    await sql("INSERT INTO drops VALUES ('x', 'y', 1)");
    const said = await run((of) => of.status());
    expect(said).toMatch(
      /2026-01-02 00:00; last of the log that was done: 2026-01-01 00:00[\s\S]*3 pictures[\s\S]*4 of shares[\s\S]*deleted: 1/,
    );
  });
});

describe('changing', () => {
  const state = async (id: string) =>
    (await sql(`SELECT hidden_at > 0 AS hidden, cleared_at > 0 AS cleared FROM shares WHERE id = '${id}'`))[0];

  it('should hide, restore and clear, each in the log for a restore and in the audit trail', async () => {
    const note = `it's "[]" ?1 ?2; DROP TABLE shares; -- 한글\n`;
    expect(await run((of) => of.hide(ids.one, note))).toBe(`${ids.one}: hidden`);
    expect(await state(ids.one)).toEqual({ hidden: 1, cleared: null });
    expect(await run((of) => of.restore(ids.one, ''))).toContain('reviewed');
    expect(await state(ids.one)).toEqual({ hidden: null, cleared: 1 });
    expect(await run((of) => of.clear(ids.two, 'fine'))).toContain(': reviewed, 0 reports');
    expect(await logged()).toEqual([`hide ${ids.one}`, `restore ${ids.one}`, `clear ${ids.two}`]);
    // By which an edge knows a database that was restored.
    const [last] = (await buckets['reverie-log']?.list())?.objects.slice(-1) ?? [];
    expect(await sql("SELECT value FROM sweeps WHERE name = 'log'")).toEqual([{ value: last?.key }]);
    expect(await sql('SELECT action, subject, note FROM audit ORDER BY id')).toEqual([
      { action: 'hide', subject: ids.one, note },
      { action: 'restore', subject: ids.one, note: '' },
      { action: 'clear', subject: ids.two, note: 'fine' },
    ]);
  });

  it('should block a picture: every share of it is hidden, which the audit says too; and undo that', async () => {
    const said = await run((of) => of.block(`https://reverie.test/i/${sha256Of(film)}.webp`, false, 'no'));
    expect(said).toMatch(/: blocked\n.*: hidden\n.*: hidden$/);
    expect(await sql('SELECT sha256, reason FROM blocked')).toEqual([{ sha256: sha256Of(film), reason: 'no' }]);
    const audit = (await run((of) => of.audit())).split('\n');
    expect(audit).toHaveLength(3);
    for (const line of audit.slice(0, 2)) expect(line).toMatch(/ {2}hide {2}(one|two)\w+ {2}it shows [0-9a-f]{64}$/);
    expect(audit[2]).toMatch(new RegExp(` {2}block {2}${sha256Of(film)} {2}no$`));
    // A second time has nothing more to hide.
    expect((await run((of) => of.block(sha256Of(film), false, 'still'))).split('\n')).toHaveLength(1);
    expect(await run((of) => of.block(sha256Of(film), true, ''))).toContain('taken again');
    expect(await sql('SELECT * FROM blocked')).toEqual([]);
    expect(await state(ids.two)).toMatchObject({ hidden: 1 });
    expect(await logged()).toContain(`unblock ${sha256Of(film)}`);
  });

  it.each(['', 'x', `${ids.one}A`, '../../etc', `${ids.one}.png`, `'; DROP TABLE shares; --`])(
    'should refuse what is no share: %j',
    async (text) => {
      for (const verb of ['hide', 'restore', 'clear'] as const)
        await expect(run((of) => of[verb](text, ''))).rejects.toMatchObject({ code: 'usage' });
      await expect(run((of) => of.show(text, folder))).rejects.toMatchObject({ code: 'usage' });
      await expect(run((of) => of.block(text, false, ''))).rejects.toMatchObject({ code: 'usage' });
      expect(asked).toEqual([]);
    },
  );

  it('should leave no trace of what was done to a share that there is not', async () => {
    for (const verb of ['hide', 'restore', 'clear'] as const)
      await expect(run((of) => of[verb]('A'.repeat(22), ''))).rejects.toMatchObject({ code: 'not-found' });
    expect(await logged()).toEqual([]);
    expect(await sql('SELECT * FROM audit')).toEqual([]);
  });

  it('should say what wrangler said where it fails', async () => {
    const failing = actions(
      storageOf(async () => ({ ok: false, output: 'You are not logged in.' }), true, undefined),
      () => {},
    );
    await expect(failing.audit()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(failing.audit()).rejects.toThrow('You are not logged in.');
  });
});

describe('backup', () => {
  it('should fetch every picture once, and again what was cut off', async () => {
    const out = path.join(folder, 'backup');
    expect(await run((of) => of.backup(out))).toContain('2 pictures, 2 of them fetched now');
    expect(readFileSync(path.join(out, key(film)))).toEqual(film);
    expect(existsSync(path.join(out, 'database-2026-11-30.sql'))).toBe(true);
    expect(await run((of) => of.backup(out))).toContain('2 pictures, 0 of them');
    writeFileSync(path.join(out, key(film)), film.subarray(0, 5));
    expect(await run((of) => of.backup(out))).toContain('2 pictures, 1 of them');
    expect(readFileSync(path.join(out, key(film)))).toEqual(film);
  });

  it('should be no success where a picture that a share counts is not there', async () => {
    await buckets['reverie-media']?.delete([key(result)]);
    const backup = run((of) => of.backup(path.join(folder, 'lacking')));
    await expect(backup).rejects.toMatchObject({ code: 'unavailable', message: 'The backup lacks 1 of the pictures.' });
    expect(existsSync(path.join(folder, 'lacking', key(film)))).toBe(true);
  });

  it('should be put back: the database in place of what is there, the pictures under their keys as what they are', async () => {
    const out = path.join(folder, 'back');
    await run((of) => of.backup(out));
    const rows = await sql('SELECT * FROM blocked');
    await sql("INSERT INTO blocked VALUES ('later', '', 1)");
    const dump =
      'PRAGMA defer_foreign_keys=TRUE;\nCREATE TABLE blocked (sha256 TEXT PRIMARY KEY, reason TEXT NOT NULL, since INTEGER NOT NULL);\n';
    writeFileSync(path.join(out, 'database-2026-11-29.sql'), 'an older one');
    writeFileSync(path.join(out, 'database-2026-11-30.sql'), dump);
    expect(await run((of) => of.putDatabaseBack(out))).toContain('database-2026-11-30.sql');
    expect(await sql('SELECT * FROM blocked')).toEqual(rows);
    await buckets['reverie-media']?.delete([key(result), key(film)]);
    writeFileSync(path.join(out, key(film)), 'damaged');
    const said = await run((of) => of.putPicturesBack(out));
    expect(said).toContain(`${key(film)}: the backup does not have it`);
    expect(said).toContain('2 pictures, 1 of them put back');
    const again = await buckets['reverie-media']?.get(key(result));
    expect(Buffer.from((await again?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(result);
    expect(asked.at(-1)).toEqual(expect.arrayContaining(['--content-type', 'image/webp']));
    writeFileSync(path.join(out, 'database-2026-11-30.sql'), 'nothing of the kind');
    for (const nothing of [out, path.join(out, 'i')])
      await expect(run((of) => of.putDatabaseBack(nothing))).rejects.toMatchObject({ code: 'usage' });
  });

  it('should take the database of another folder of state', async () => {
    const state = mkdtempSync(path.join(folder, 'state-'));
    writeFileSync(path.join(state, 'here'), 'that database');
    const out = path.join(folder, 'other');
    await run((of) => of.backup(out), state);
    expect(readFileSync(path.join(out, 'database-2026-11-30.sql'), 'utf8')).toBe('that database');
  });
});
