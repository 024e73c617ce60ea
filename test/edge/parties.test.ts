/** Whose limits and whose reports: one provider's networks are one party, and nobody is covered or stopped by another. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { limits } from '../../shared/limits';
import { clientKeyHeader, type PublicShare } from '../../shared/share';
import { networkOf, partyOf } from '../../worker/shares/network';
import { create, draft, expectError, formOf, newAddress, post, request } from './support/upload';

const stateOf = async (id: string) => {
  await env.DB.prepare('SELECT 1').run();
  return (await (await request(`/api/shares/${id}`)).json<PublicShare>()).state;
};
const report = (id: string, address: string, asn?: number) => {
  const cf = asn === undefined ? {} : { cf: { asn } };
  const init = { method: 'POST', body: JSON.stringify({ reason: 'other' }), ...cf };
  return request(`/api/shares/${id}/reports`, init, address);
};
const usage = () =>
  env.DB.prepare("SELECT coalesce(sum(count), 0) AS n FROM uploads WHERE network = '*'").first<number>('n');

it.each([
  ['1.2.3.4', '1.2.3', '1.2'],
  ['::ffff:1.2.3.4', '1.2.3', '1.2'],
  ['2001:db8:1:2::3', '2001:db8:1', '2001:db8'],
  ['2001:0DB8::1', '2001:db8:0', '2001:db8'],
  ['::1', '0:0:0', '0:0'],
  [undefined, 'local', 'local'],
])('should know %s', (address, network, party) => {
  expect([networkOf(address), partyOf(address)]).toEqual([network, party]);
});

describe('reports', () => {
  it.each([
    ['an IPv6 provider', (i: number) => `2001:db8:${i}::1`],
    ['rented networks side by side', (i: number) => `21.9.${i}.1`],
    ['networks rented all over the address space', () => newAddress(), () => 64_500],
    ['several providers side by side', (i: number) => `21.10.${i}.1`, (i: number) => 64_500 + i],
  ])(
    'should not cover a share when %s sends them',
    async (_, address, asn: (i: number) => number | undefined = () => undefined) => {
      const { id } = await create();
      for (let i = 0; i < 3 * limits.share.reportsToCover; i++)
        expect((await report(id, address(i), asn(i))).status).toBe(202);
      expect(await stateOf(id)).toBe('live');
    },
  );

  it('should cover it when several parties of several providers do', async () => {
    const { id } = await create();
    for (let i = 0; i < limits.share.reportsToCover; i++) await report(id, newAddress(), 64_500 + i);
    expect(await stateOf(id)).toBe('reported');
  });

  it('should not cover it when one party comes back every day', async () => {
    const { id } = await create();
    for (let day = 1; day <= 5; day++) {
      await env.DB.prepare(
        "INSERT INTO reports (share_id, reason, note, created_at, network) VALUES (?, 'other', '', ?, ?)",
      )
        .bind(id, Date.now() - day * 86_400_000, `that day's hash ${day}`)
        .run();
    }
    await report(id, newAddress());
    expect(await stateOf(id)).toBe('live');
  });

  it('should cover it no more once an operator has looked', async () => {
    const { id } = await create();
    for (let i = 0; i < limits.share.reportsToCover; i++) await report(id, newAddress());
    expect(await stateOf(id)).toBe('reported');
    // As `npm run moderate -- clear` does.
    await env.DB.prepare('UPDATE shares SET cleared_at = 1 WHERE id = ?').bind(id).run();
    for (let i = 0; i < limits.share.reportsToCover; i++) await report(id, newAddress());
    expect(await stateOf(id)).toBe('live');
  });
});

describe('quotas', () => {
  it('should count for everybody only what is stored, and for the poster what is not', async () => {
    const before = (await usage()) ?? 0;
    const address = newAddress();
    await expectError(await post('', { 'Content-Type': 'text/plain' }, address), 'share-invalid');
    await expectError(
      await post('--x--', { 'Content-Type': 'multipart/form-data; boundary=x' }, address),
      'share-invalid',
    );
    expect(await usage()).toBe(before);
    const own = await env.DB.prepare("SELECT max(count) AS n FROM uploads WHERE network <> '*'").first<number>('n');
    expect(own).toBeGreaterThanOrEqual(2);
    await create();
    expect(await usage()).toBe(before + 1);
  });

  it('should cost not a row more once somebody has had enough, from however many networks', {
    timeout: 60_000,
  }, async () => {
    const rows = () => env.DB.prepare('SELECT count(*) AS n, sum(count) AS sum FROM uploads').first();
    expect((await post(formOf(await draft()), {}, '2001:db8:90::1')).status).toBe(201);
    await env.DB.prepare("UPDATE uploads SET count = ?1 WHERE network <> '*'")
      .bind(limits.share.dailyUploadsOfParty + 1)
      .run();
    const before = await rows();
    for (let i = 0; i < 5; i++) await expectError(await post('x', {}, `2001:db8:9${i}::1`), 'rate-limited');
    // Nor do keys that are taken back before they have made anything.
    for (let i = 0; i < 5; i++) {
      const init = { method: 'DELETE', headers: { [clientKeyHeader]: `${'k'.repeat(22)}${i}` } };
      await expectError(await request('/api/shares', init, `2001:db8:9${i}::1`), 'rate-limited');
    }
    expect(await rows()).toEqual(before);
    expect(await env.DB.prepare('SELECT count(*) AS n FROM shares WHERE record = ?').bind('').first('n')).toBe(0);
    await env.DB.prepare('DELETE FROM uploads').run();
  });

  it('should leave something for newcomers however much one party has shared', async () => {
    const day = new Date().toISOString().slice(0, 10);
    const address = '2001:db8:77::1';
    expect((await post(formOf(await draft()), {}, address)).status).toBe(201);
    const { dailyUploadsOfParty, dailyUploadsOfAll } = limits.share;
    // All of that provider's networks together have had their part.
    await env.DB.prepare("UPDATE uploads SET count = ?1 WHERE network <> '*' AND day = ?2")
      .bind(dailyUploadsOfParty, day)
      .run();
    await expectError(await post(formOf(await draft()), {}, '2001:db8:78::1'), 'rate-limited');
    // The day is nearly full, and somebody new comes.
    await env.DB.prepare("UPDATE uploads SET count = ?1 WHERE network = '*' AND day = ?2")
      .bind(Math.floor(0.9 * dailyUploadsOfAll), day)
      .run();
    const newcomer = newAddress();
    expect((await post(formOf(await draft()), {}, newcomer)).status).toBe(201);
    expect((await post(formOf(await draft()), {}, newcomer)).status).toBe(201);
    await expectError(await post(formOf(await draft()), {}, newcomer), 'rate-limited');
    await env.DB.prepare('DELETE FROM uploads').run();
  });
});

describe('limits', { timeout: 60_000 }, () => {
  /** As wrangler.toml has them, a minute; a new minute may begin in between. */
  const [reads, misses] = [300, 60];

  it('should stop whoever asks for pictures and shards that there are not', async () => {
    for (const path of [`/i/${'0'.repeat(64)}.png`, `/w/${'0'.repeat(64)}.bin`]) {
      const address = newAddress();
      let last = new Response();
      for (let i = 0; i <= 2 * misses && last.status !== 429; i++) {
        last = await request(path, {}, address);
        if (last.status !== 429) await last.arrayBuffer();
      }
      expect(last.headers.get('Retry-After')).toBe('60');
      await expectError(last, 'rate-limited');
    }
  });

  it('should tell people by a page, machines by a header, and never keep an owner from deleting', async () => {
    const share = await create();
    const address = newAddress();
    const path = `/s/${share.id}`;
    // All but the last read is counted without its page, which takes a machine too long; again where a minute began meanwhile.
    let last = new Response();
    for (let tries = 0; tries < 3 && last.status !== 429; tries++) {
      for (let i = 0; i <= reads; i++) await env.READ_LIMIT.limit({ key: networkOf(address) });
      last = await request(path, { headers: { Accept: 'text/html' } }, address);
      if (last.status !== 429) await last.arrayBuffer();
    }
    expect([last.status, last.headers.get('Retry-After'), last.headers.get('Content-Type')]).toEqual([
      429,
      '60',
      expect.stringMatching(/^text\/html/),
    ]);
    expect(await last.text()).toContain('<h1>');
    const machine = await request(path, { headers: { Accept: '*/*' } }, address);
    expect(machine.headers.get('Retry-After')).toBe('60');
    await expectError(machine, 'rate-limited');
    const wrong = { method: 'DELETE', headers: { Authorization: `Bearer ${'A'.repeat(43)}` } };
    await expectError(await request(`/api/shares/${share.id}`, wrong, address), 'rate-limited');
    const right = { method: 'DELETE', headers: { Authorization: `Bearer ${share.deleteKey}` } };
    expect((await request(`/api/shares/${share.id}`, right, address)).status).toBe(204);
  });
});
