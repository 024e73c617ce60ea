/** What nobody else learns: keys, salts, addresses, hashes of pictures that were not shared. Each is a canary here. */

import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import { type CreatedShare, clientKeyHeader } from '../../shared/share';
import type { RecipeInput } from '../../shared/techniques';
import worker from '../../worker/index';
import { draft, formOf, post, request } from './support/upload';

const hashOf = (letter: string) => letter.repeat(64);

it('should publish no hash of a picture that a recipe was run with, also of shares made before', async () => {
  const recipe: RecipeInput = {
    technique: 'style',
    version: 2,
    start: 'image',
    content: hashOf('a'),
    startImage: hashOf('b'),
    weights: hashOf('e'),
    styles: [{ image: hashOf('c'), mask: hashOf('d') }, { preset: 'starry-night' }],
  };
  const { id } = await (await post(formOf(await draft({ recipe })))).json<CreatedShare>();
  const told = async () =>
    Promise.all(
      [`/api/shares/${id}`, `/s/${id}`, `/embed/${id}`].map(async (path) => {
        const response = await request(path);
        expect(response.status).toBe(200);
        return response.text();
      }),
    );
  const canaries = /([abcd])\1{63}/;
  expect((await told()).join()).not.toMatch(canaries);
  expect((await told()).join()).toContain(hashOf('e'));
  const record = await env.DB.prepare('SELECT record FROM shares WHERE id = ?').bind(id).first<string>('record');
  expect(record).not.toMatch(canaries);

  const old = JSON.stringify({
    ...JSON.parse(record ?? ''),
    recipe: { ...JSON.parse(record ?? '').recipe, ...recipe },
  });
  const columns = 'delete_hash, created_at, expires_at';
  await env.DB.prepare(
    `INSERT INTO shares (id, record, ${columns}) SELECT ?1, ?2, ${columns} FROM shares WHERE id = ?3`,
  )
    .bind('O'.repeat(22), old, id)
    .run();
  const answer = await request(`/api/shares/${'O'.repeat(22)}`);
  expect(await answer.text()).not.toMatch(canaries);
});

it('should write no key, hash of a key, salt or address into any log, whatever fails', async () => {
  const logs: string[] = [];
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, level).mockImplementation((...args) => void logs.push(args.map(String).join(' ')));
  }
  const key = crypto.randomUUID();
  const address = '203.0.113.77';
  const { id, deleteKey } = await (
    await post(formOf(await draft()), { [clientKeyHeader]: key }, address)
  ).json<CreatedShare>();
  await request(
    `/api/shares/${id}`,
    { method: 'DELETE', headers: { Authorization: `Bearer ${'A'.repeat(43)}` } },
    address,
  );
  await request(`/api/shares/${id}/reports`, { method: 'POST', body: JSON.stringify({ reason: 'other' }) }, address);
  await worker.scheduled(createScheduledController({ scheduledTime: new Date(), cron: '' }), env);
  await request(`/api/shares/${id}`, { method: 'DELETE', headers: { Authorization: `Bearer ${deleteKey}` } }, address);
  const hex = (bytes: unknown) => [...(bytes as number[])].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const row = await env.DB.prepare('SELECT delete_hash FROM shares WHERE id = ?').bind(id).first('delete_hash');
  const salt = await env.DB.prepare('SELECT salt FROM salts').first('salt');
  const told = logs.join('\n');
  for (const canary of [key, deleteKey, address, hex(row), hex(salt)]) expect(told).not.toContain(canary);
  const kept = JSON.stringify((await env.DB.prepare('SELECT * FROM shares').all()).results);
  for (const canary of [key, deleteKey, address]) expect(kept).not.toContain(canary);
  vi.restoreAllMocks();
});
