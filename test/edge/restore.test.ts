/** The restore drill: an older database, the buckets as they are, and what the next sweep makes of it. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { logKey } from '../../worker/shares/logKeys';
import { forgetShare } from '../../worker/shares/read';
import { sweep } from '../../worker/shares/sweep';
import { create, draft, request } from './support/upload';

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

describe('a database that was restored', () => {
  it('should not bring back what was deleted or taken down since, and keep the rest', { timeout: 60_000 }, async () => {
    const drafts = await Promise.all([draft(), draft(), draft(), draft()]);
    const [deleted, hidden, kept] = [await create(drafts[0]), await create(drafts[1]), await create(drafts[2])];
    await sweep(env);
    const before = await dump();

    const init = { method: 'DELETE', headers: { Authorization: `Bearer ${deleted.deleteKey}` } };
    expect((await request(`/api/shares/${deleted.id}`, init)).status).toBe(204);
    // As `npm run moderate -- hide` does.
    await env.LOG.put(logKey(Date.now(), 'hide', hidden.id), '.');
    await env.DB.prepare('UPDATE shares SET hidden_at = 1 WHERE id = ?').bind(hidden.id).run();
    await env.LOG.put(logKey(Date.now(), 'block', 'a'.repeat(64)), '.');
    const late = await create(drafts[3]);
    const later = Date.now() + 300_000;
    await sweep(env, later);

    await restore(before);
    // Without the log it would be there again.
    expect(await statusOf(deleted.url)).toBe(200);
    await sweep(env, later + 300_000);
    expect(await statusOf(deleted.url)).toBe(410);
    expect(await statusOf(hidden.url)).toBe(410);
    expect(await statusOf(kept.url)).toBe(200);
    expect(await statusOf(`/i/${drafts[2]?.share.result.sha256}.png`)).toBe(200);
    expect(await env.DB.prepare('SELECT count(*) AS n FROM blocked').first('n')).toBe(1);
    // What was shared after the backup is lost, and its bytes do not stay behind.
    expect(await statusOf(late.url)).toBe(404);
    const { sha256 } = drafts[3]?.share.result ?? {};
    expect((await env.MEDIA.list({ prefix: `i/${sha256}` })).objects).toEqual([]);
    expect((await env.MEDIA.list({ prefix: `i/${drafts[0]?.share.result.sha256}` })).objects).toEqual([]);
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
