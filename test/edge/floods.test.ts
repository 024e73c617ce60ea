/** Floods and guesses: what one network may ask before it has to wait, and what it learns. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { create, expectError, newAddress, request } from './support/upload';

/** As wrangler.toml has them, a minute. */
const [reads, reports] = [300, 5];

describe('guessing', () => {
  it('should find nothing, and be stopped soon', { timeout: 120_000 }, async () => {
    const { id } = await create();
    const address = newAddress();
    const guess = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))).slice(0, 22);
    const ask = async () => {
      const response = await request(`/api/shares/${guess().replace(/[+/]/g, '-')}`, {}, address);
      await response.body?.cancel();
      return response.status;
    };
    const statuses: number[] = [];
    // The count starts anew with every minute, so it may take twice as many.
    while (!statuses.includes(429) && statuses.length <= 2 * reads) {
      statuses.push(...(await Promise.all(Array.from({ length: 20 }, ask))));
    }
    expect(statuses.length).toBeGreaterThan(reads);
    expect(new Set(statuses)).toEqual(new Set([404, 429]));
    // Pages, frames and posters are no way around it, and a neighbour of the same network none either.
    const paths = [`/s/${id}`, `/embed/${id}`, `/embed/${id}/poster`];
    const refused = await Promise.all(paths.map((path) => request(path, {}, address.replace(/1$/, '200'))));
    for (const response of refused) await expectError(response, 'rate-limited');
    expect((await request(`/s/${id}`)).status).toBe(200);
  });

  it('should learn nothing of a share by trying keys: the answer is the same, and it is still there', async () => {
    const { id } = await create();
    const key = (text: string) => ({ method: 'DELETE', headers: { Authorization: `Bearer ${text}` } });
    const messages = new Set<string>();
    for (const text of ['A'.repeat(43), 'B'.repeat(43), `${'A'.repeat(42)}_`]) {
      messages.add(await expectError(await request(`/api/shares/${id}`, key(text)), 'share-key-wrong'));
    }
    expect(messages.size).toBe(1);
    expect((await request(`/api/shares/${id}`)).status).toBe(200);
  });
});

describe('reporting', () => {
  it('should be stopped when one network does it again and again', async () => {
    const { id } = await create();
    const address = newAddress();
    const report = () =>
      request(`/api/shares/${id}/reports`, { method: 'POST', body: JSON.stringify({ reason: 'other' }) }, address);
    for (let i = 0; i < reports; i++) expect((await report()).status).toBe(202);
    // The count starts anew with every minute, so it may take twice as many.
    let refused = await report();
    for (let more = 0; more < reports && refused.status === 202; more++) refused = await report();
    expect(refused.headers.get('Retry-After')).toBe('60');
    await expectError(refused, 'rate-limited');
    expect(await env.DB.prepare('SELECT count(*) AS n FROM reports WHERE share_id = ?').bind(id).first('n')).toBe(1);
  });
});
