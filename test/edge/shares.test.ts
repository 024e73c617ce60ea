/** Creating, reading, deleting and reporting shares, in workerd over real D1 and R2. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { limits } from '../../shared/limits';
import { recipeVersion } from '../../shared/recipe/version';
import type { CreatedShare, PublicShare } from '../../shared/share';
import { sweep } from '../../worker/shares/sweep';
import { madeUpText } from '../support/styles';
import { png } from './support/pictures';
import { create, describePicture, draft, expectError, formOf, newAddress, post, request } from './support/upload';

const read = (id: string) => request(`/api/shares/${id}`);
const remove = (id: string, key: string) =>
  request(`/api/shares/${id}`, { method: 'DELETE', headers: { Authorization: `Bearer ${key}` } });
const storedPictures = async (sha256: string) => (await env.MEDIA.list({ prefix: `i/${sha256}` })).objects;
const countShares = async () => (await env.DB.prepare('SELECT count(*) AS n FROM shares').first<{ n: number }>())?.n;

describe('a share', () => {
  it('should be created with an unguessable id and a key that is told once', async () => {
    const response = await post(formOf(await draft()));
    expect(response.status).toBe(201);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    const created = await response.json<CreatedShare>();
    expect(created.id).toMatch(/^[\w-]{22}$/);
    expect(created.deleteKey).toMatch(/^[\w-]{43}$/);
    expect(created.url).toBe(`/s/${created.id}`);
    expect(Date.parse(created.expiresAt) - Date.now()).toBeCloseTo(30 * 86_400_000, -5);
    const row = await env.DB.prepare('SELECT * FROM shares WHERE id = ?').bind(created.id).first();
    expect(JSON.stringify(row)).not.toContain(created.deleteKey);
  });

  it('should be read with everything that a page needs, and nothing that it must not know', async () => {
    const { id } = await create();
    const response = await read(id);
    expect(response.headers.get('Cache-Control')).toBe('no-cache');
    const share = await response.json<PublicShare>();
    expect(share).toMatchObject({
      id,
      title: 'A town under stars',
      language: 'en',
      state: 'live',
      card: null,
      inputs: [],
      recipe: { technique: 'style', size: 512, styles: [{ preset: 'starry-night', weight: 1 }] },
      result: { width: 60, height: 40, type: 'image/png', url: expect.stringMatching(/^\/i\/[0-9a-f]{64}\.png$/) },
      film: { frames: 4, losses: [null, 3, 2, 1] },
      run: { backend: 'wasm', seconds: 12.5 },
    });
    expect(Object.keys(share)).not.toContain('delete_hash');
    expect(Object.keys(share)).not.toContain('reports');
  });

  it('should carry a painting of one’s own as its statistics, and refuse what no painting has', async () => {
    const styles = [madeUpText(300, 0.5), madeUpText(512, 0.4), madeUpText(128, 0.3)].map((statistics) => ({
      statistics,
    }));
    const any = { technique: 'any', version: recipeVersion } as const;
    const { id } = await create(await draft({ recipe: { ...any, styles } }));
    const share = await (await read(id)).json<PublicShare>();
    expect(share.recipe).toMatchObject({ ...any, styles });
    expect(await (await request(`/s/${id}`)).text()).toContain(styles[0]?.statistics);
    const [good = ''] = styles.map(({ statistics }) => statistics);
    for (const statistics of [
      good.slice(4),
      `${good}AAAA`,
      good.replace('U', '?'),
      `AAAA${good.slice(4)}`,
      btoa('RS\x09'),
    ]) {
      const refused = await draft({ recipe: { ...any, styles: [{ statistics }] } });
      const message = await expectError(await post(formOf(refused)), 'share-invalid');
      expect(message).toContain('recipe.styles.0.statistics');
    }
  });

  it('should say which of its pictures let something through, and nothing of the others', async () => {
    const given = await draft();
    const { id } = await create({
      ...given,
      share: { ...given.share, result: { ...given.share.result, transparent: true } },
    });
    const { result, film } = await (await read(id)).json<PublicShare>();
    expect(result.transparent).toBe(true);
    expect(film?.picture).not.toHaveProperty('transparent');
  });

  it('should be read with its recipe as it is written now, however old it is', async () => {
    const { id } = await create();
    const record = await env.DB.prepare('SELECT record FROM shares WHERE id = ?').bind(id).first<string>('record');
    const { recipe, ...rest } = JSON.parse(record ?? '');
    const { grain: _, ...old } = { ...recipe, version: 1 };
    const kept = JSON.stringify({ ...rest, recipe: old });
    await env.DB.prepare('UPDATE shares SET record = ? WHERE id = ?').bind(kept, id).run();
    expect((await (await read(id)).json<PublicShare>()).recipe).toEqual({
      ...recipe,
      version: recipeVersion,
      grain: 0,
    });
  });

  it('should be gone once deleted, also for those who have the key', async () => {
    const { id, deleteKey } = await create();
    expect((await remove(id, deleteKey)).status).toBe(204);
    await expectError(await read(id), 'gone');
    expect((await remove(id, deleteKey)).status).toBe(204);
    expect(await env.DB.prepare('SELECT record FROM shares WHERE id = ?').bind(id).first('record')).toBe('');
  });

  it('should not be deleted by another key, by none, or by a guess', async () => {
    const one = await create();
    const other = await create();
    await expectError(await remove(one.id, other.deleteKey), 'share-key-wrong');
    await expectError(await remove(one.id, 'x'), 'share-key-wrong');
    await expectError(await request(`/api/shares/${one.id}`, { method: 'DELETE' }), 'share-key-wrong');
    await expectError(await remove('AAAAAAAAAAAAAAAAAAAAAA', one.deleteKey), 'not-found');
    expect((await read(one.id)).status).toBe(200);
  });

  it('should be gone when its time is over, before any clean-up', async () => {
    const { id } = await create();
    await env.DB.prepare('UPDATE shares SET expires_at = ? WHERE id = ?')
      .bind(Date.now() - 1, id)
      .run();
    await expectError(await read(id), 'gone');
  });

  it.each(['nothing', 'AAAAAAAAAAAAAAAAAAAAAA', "' OR 1=1 --", '../../etc/passwd', 'A'.repeat(5000)])(
    'should not be found at %s',
    async (id) => {
      await expectError(await read(encodeURIComponent(id)), 'not-found');
    },
  );

  it('should be covered after enough reports, and say so', async () => {
    const { id } = await create();
    for (let i = 0; i < limits.share.reportsToCover; i++) {
      expect((await read(id).then((response) => response.json<PublicShare>())).state).toBe('live');
      const body = JSON.stringify({ reason: 'private', note: 'That is me.' });
      expect((await request(`/api/shares/${id}/reports`, { method: 'POST', body })).status).toBe(202);
    }
    expect((await read(id).then((response) => response.json<PublicShare>())).state).toBe('reported');
  });

  it('should not be covered by one network alone', async () => {
    const { id } = await create();
    const address = newAddress();
    for (let i = 0; i <= limits.share.reportsToCover; i++) {
      const init = { method: 'POST', body: JSON.stringify({ reason: 'other' }) };
      expect((await request(`/api/shares/${id}/reports`, init, address)).status).toBe(202);
    }
    expect((await (await read(id)).json<PublicShare>()).state).toBe('live');
    expect(await env.DB.prepare('SELECT reports FROM shares WHERE id = ?').bind(id).first('reports')).toBe(1);
  });

  it.each([
    ['no reason', { note: 'hm' }],
    ['an unknown reason', { reason: 'boring' }],
    ['a long note', { reason: 'other', note: 'x'.repeat(501) }],
    ['more', { reason: 'other', admin: true }],
  ])('should refuse a report with %s', async (_, report) => {
    const { id } = await create();
    const init = { method: 'POST', body: JSON.stringify(report) };
    await expectError(await request(`/api/shares/${id}/reports`, init), 'bad-request');
  });
});

describe('pictures of shares', () => {
  it('should be served for anyone to show and nobody to run', async () => {
    const { id } = await create();
    const { result } = await (await read(id)).json<PublicShare>();
    const response = await request(result.url);
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('image/png');
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(response.headers.get('Content-Security-Policy')).toBe("default-src 'none'; sandbox");
    expect(response.headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=3600');
    expect(response.headers.get('Content-Length')).toBe(String(result.bytes));
    expect((await response.arrayBuffer()).byteLength).toBe(result.bytes);
  });

  it('should answer conditions and ranges', async () => {
    const { id } = await create();
    const { result } = await (await read(id)).json<PublicShare>();
    const whole = await request(result.url);
    const bytes = new Uint8Array(await whole.arrayBuffer());
    const again = await request(result.url, { headers: { 'If-None-Match': whole.headers.get('ETag') ?? '' } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const part = await request(result.url, { headers: { Range: 'bytes=4-7' } });
    expect([part.status, part.headers.get('Content-Range')]).toEqual([206, `bytes 4-7/${bytes.length}`]);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.subarray(4, 8));
    const end = await request(result.url, { headers: { Range: 'bytes=-3' } });
    expect(new Uint8Array(await end.arrayBuffer())).toEqual(bytes.subarray(-3));
    const beyond = await request(result.url, { headers: { Range: `bytes=${bytes.length}-` } });
    expect([beyond.status, beyond.headers.get('Content-Range')]).toEqual([416, `bytes */${bytes.length}`]);
    await beyond.body?.cancel();
    const head = await request(result.url, { method: 'HEAD' });
    expect([head.status, head.headers.get('Content-Length')]).toEqual([200, String(bytes.length)]);
  });

  it('should be kept while another share counts them, and be gone with the last', async () => {
    const shared = await draft();
    const [one, other] = [await create(shared), await create(shared)];
    const { result } = await (await read(one.id)).json<PublicShare>();
    await remove(one.id, one.deleteKey);
    const still = await request(result.url);
    expect(still.status).toBe(200);
    await still.body?.cancel();
    await remove(other.id, other.deleteKey);
    await expectError(await request(result.url), 'gone');
    expect(await storedPictures(shared.share.result.sha256)).toEqual([]);
    await sweep(env, Date.now() + (limits.share.orphanMinutes + 1) * 60_000);
    await expectError(await request(result.url), 'gone');
  });

  it('should be gone at once when an old share is deleted, and when its time is over', async () => {
    const [old, late] = [await draft(), await draft()];
    const share = await create(old);
    await env.DB.prepare('UPDATE pictures SET stored_at = 1').run();
    const { id } = await create(late);
    expect(await storedPictures(old.share.result.sha256)).toHaveLength(1);
    await remove(share.id, share.deleteKey);
    expect(await storedPictures(old.share.result.sha256)).toEqual([]);
    await env.DB.prepare('UPDATE shares SET expires_at = 1 WHERE id = ?').bind(id).run();
    await expectError(await request(`/i/${late.share.result.sha256}.png`), 'gone');
  });

  it.each(['/i/nothing', `/i/${'0'.repeat(64)}.png`, `/i/${'0'.repeat(64)}.svg`, '/i/..%2f..%2fsecret'])(
    'should not be found at %s',
    async (path) => {
      await expectError(await request(path), 'not-found');
    },
  );

  it('should not be served under another extension', async () => {
    const { id } = await create();
    const { result } = await (await read(id)).json<PublicShare>();
    await expectError(await request(result.url.replace('.png', '.jpg')), 'not-found');
  });
});

describe('inputs', () => {
  it('should be kept with the share when they were sent', async () => {
    const { share, files } = await draft();
    const content = png(30, 20, 999);
    const described = await describePicture(content, 30, 20, 'image/png');
    const { id } = await create({
      share: { ...share, inputs: [{ role: 'content', index: 0, picture: described }] },
      files: { ...files, 'content-0': content },
    });
    const { inputs } = await (await read(id)).json<PublicShare>();
    expect(inputs).toEqual([{ role: 'content', index: 0, picture: expect.objectContaining({ width: 30 }) }]);
  });
});

describe('limits', () => {
  it('should let a network create a few shares a minute and then wait', async () => {
    const address = newAddress();
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) {
      const response = await post(formOf(await draft()), {}, address);
      statuses.push(response.status);
      if (response.status === 429) expect(response.headers.get('Retry-After')).toBe('60');
      await response.body?.cancel();
    }
    expect(statuses.slice(0, 6)).toEqual([201, 201, 201, 201, 201, 201]);
    expect(statuses.slice(6)).toEqual([429, 429]);
    const neighbour = await post(formOf(await draft()), {}, address.replace(/1$/, '77'));
    await expectError(neighbour, 'rate-limited');
  });

  it('should stop a network for the day, and forget who it was', async () => {
    const address = newAddress();
    await (await post(formOf(await draft()), {}, address)).body?.cancel();
    const rows = await env.DB.prepare('SELECT network FROM uploads').all<{ network: string }>();
    expect(JSON.stringify(rows.results)).not.toContain(address.slice(0, 6));
    await env.DB.prepare('UPDATE uploads SET count = ?').bind(limits.share.dailyUploads).run();
    const before = await countShares();
    const response = await post(formOf(await draft()), {}, address);
    expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0);
    await expectError(response, 'rate-limited');
    expect(await countShares()).toBe(before);
  });
});

describe('the quota of everybody', () => {
  it('should stop new shares for the day once it is used up, whatever the network', async () => {
    await create();
    await env.DB.prepare("UPDATE uploads SET count = ? WHERE network = '*'").bind(limits.share.dailyUploadsOfAll).run();
    const response = await post(formOf(await draft()));
    expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0);
    await expectError(response, 'rate-limited');
    await env.DB.prepare('DELETE FROM uploads').run();
  });
});

describe('writes from elsewhere', () => {
  it.each([{ 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }, { Origin: 'https://evil.test' }])(
    'should be refused with %j',
    async (headers) => {
      await expectError(await post(formOf(await draft()), headers as Record<string, string>), 'origin-refused');
    },
  );
});
