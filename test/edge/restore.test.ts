/** The restore drill: an older database, the buckets as they are, and what whoever asks next is told. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { followLog, lastDone } from '../../worker/shares/log';
import { logKey, markDone, type Verb } from '../../worker/shares/logKeys';
import { forgetShare } from '../../worker/shares/read';
import { sweep } from '../../worker/shares/sweep';
import { create, draft, expectError, formOf, post, request } from './support/upload';

const tables = ['shares', 'share_pictures', 'pictures', 'drops', 'sweeps', 'blocked'] as const;
type Dump = Readonly<Record<(typeof tables)[number], readonly Record<string, unknown>[]>>;

async function dump(): Promise<Dump> {
  const all = await env.DB.batch<Record<string, unknown>>(
    tables.map((name) => env.DB.prepare(`SELECT * FROM ${name}`)),
  );
  return Object.fromEntries(tables.map((name, i) => [name, all[i]?.results ?? []])) as unknown as Dump;
}

async function restore(kept: Dump): Promise<void> {
  await env.DB.batch([...tables].reverse().map((name) => env.DB.prepare(`DELETE FROM ${name}`)));
  await env.DB.exec('DELETE FROM drops');
  for (const name of tables) {
    for (const row of kept[name]) {
      const values = Object.values(row).map((value) => (Array.isArray(value) ? Uint8Array.from(value) : value));
      const columns = Object.keys(row);
      const places = columns.map((_, i) => `?${i + 1}`).join();
      await env.DB.prepare(`INSERT INTO ${name} (${columns.join()}) VALUES (${places})`)
        .bind(...values)
        .run();
    }
  }
  forgetShare();
}

const statusOf = async (path: string) => {
  const response = await request(path);
  await response.arrayBuffer();
  return response.status;
};

const remove = async ({ id, deleteKey }: { readonly id: string; readonly deleteKey: string }) => {
  const init = { method: 'DELETE', headers: { Authorization: `Bearer ${deleteKey}` } };
  expect((await request(`/api/shares/${id}`, init)).status).toBe(204);
};
/** As `npm run moderate` does. */
const operate = async (verb: Verb, subject: string, sql: string) => {
  const key = logKey(Date.now(), verb, subject);
  await env.LOG.put(key, '.');
  await env.DB.prepare(sql).bind(subject).run();
  await env.DB.prepare(markDone).bind(key).run();
};

describe('a database that was restored', { timeout: 60_000 }, () => {
  it('should not bring back what was deleted or taken down since, for a moment, and keep the rest', async () => {
    const drafts = await Promise.all([draft(), draft(), draft(), draft(), draft()]);
    const [deleted, hidden, kept] = [await create(drafts[0]), await create(drafts[1]), await create(drafts[2])];
    const picture = (i: number) => `/i/${drafts[i]?.share.result.sha256}.png`;
    await sweep(env);
    const before = await dump();

    await remove(deleted);
    await operate('hide', hidden.id, 'UPDATE shares SET hidden_at = 1 WHERE id = ?');
    const { sha256: blocked = '' } = drafts[4]?.share.result ?? {};
    await operate('block', blocked, "INSERT INTO blocked (sha256, reason, since) VALUES (?, '', 1)");
    const late = await create(drafts[3]);

    // Of every way in it is the first, after a restore of its own.
    for (const [path, status] of [
      [deleted.url, 410],
      [`/api/shares/${deleted.id}`, 410],
      [`/embed/${deleted.id}`, 410],
      [`/embed/${deleted.id}/poster`, 410],
      [`/oembed?url=https://reverie.test/s/${deleted.id}`, 410],
      [picture(0), 410],
      [hidden.url, 410],
      [picture(1), 410],
      [kept.url, 200],
    ] as const) {
      await restore(before);
      expect([path, await statusOf(path)]).toEqual([path, status]);
    }
    await restore(before);
    await expectError(await post(formOf(drafts[4] ?? (await draft()))), 'share-picture-refused');
    for (const url of [deleted.url, hidden.url]) expect(await statusOf(url)).toBe(410);
    for (const path of [kept.url, picture(2)]) expect(await statusOf(path)).toBe(200);

    // What was shared after the backup is lost, and bytes that nobody counts do not stay behind.
    expect(await statusOf(late.url)).toBe(404);
    await sweep(env, Date.now() + 300_000);
    for (const i of [0, 3]) {
      const { sha256 } = drafts[i]?.share.result ?? {};
      expect((await env.MEDIA.list({ prefix: `i/${sha256}` })).objects).toEqual([]);
    }
  });

  it('should have a log that whoever deletes again and again makes no longer', async () => {
    const share = await create();
    await remove(share);
    const entries = async () => (await env.LOG.list({ limit: 1000 })).objects.length;
    const before = await entries();
    for (let i = 0; i < 3; i++) await remove(share);
    expect(await entries()).toBe(before);
  });

  it('should be known by an isolate that has just begun, and by one that saw it before', async () => {
    const share = await create();
    const before = await dump();
    const done = async () => String((await env.DB.prepare(`SELECT ${lastDone} AS done`).first('done')) ?? '');
    const old = await done();
    await remove(share);
    const after = await done();
    expect(after > old).toBe(true);
    for (const seen of [
      { last: '', isSure: false },
      { last: after, isSure: true },
    ]) {
      await restore(before);
      expect(await followLog(env, old, Date.now(), seen)).toBe(false);
      expect(await done()).toBe(after);
      expect(await followLog(env, after, Date.now(), seen)).toBe(true);
    }
    // What cannot be known from the log is not waited for.
    const ahead = { last: `${after}x`, isSure: true };
    expect(await followLog(env, after, Date.now(), ahead)).toBe(false);
    expect(await followLog(env, await done(), Date.now(), ahead)).toBe(true);
  });

  it('should be repaired by the next sweep whatever was asked meanwhile, and said by health until then', async () => {
    const share = await create();
    await remove(share);
    // Its end was written down, and never done: the process died, or the database is one of before.
    await env.DB.prepare('UPDATE shares SET ended_at = NULL WHERE id = ?').bind(share.id).run();
    await env.LOG.put(logKey(Date.now() - 120_000, 'end', share.id), '');
    await env.DB.prepare("DELETE FROM sweeps WHERE name = 'log'").run();
    const response = await request('/api/health');
    expect([response.status, await response.json()]).toMatchObject([503, { checks: { sweep: 'restoring' } }]);
    await sweep(env);
    expect(
      await env.DB.prepare('SELECT ended_at FROM shares WHERE id = ?').bind(share.id).first('ended_at'),
    ).toBeTruthy();
    expect(await statusOf('/api/health')).toBe(200);
  });
});

describe('a picture that is blocked', () => {
  it('should not be shared again, by anyone', async () => {
    const shared = await draft();
    await env.DB.prepare("INSERT INTO blocked (sha256, reason, since) VALUES (?, '', 1)")
      .bind(shared.share.result.sha256)
      .run();
    await expect(create(shared)).rejects.toThrow();
    await create(await draft());
  });
});
