/** What hostile and unlucky clients send, and storage that fails in the middle: nothing is ever stored by halves. */
import { createExecutionContext, createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ErrorCode } from '../../shared/errors';
import { limits } from '../../shared/limits';
import type { ShareRequestInput } from '../../shared/share';
import { createApp } from '../../worker/app';
import worker from '../../worker/index';
import { sweep } from '../../worker/shares/sweep';
import { failingAt } from './support/failing';
import { chunk, jpeg, png, segment } from './support/pictures';
import {
  create,
  type Draft,
  describePicture,
  draft,
  expectError,
  formOf,
  newAddress,
  origin,
  post,
  request,
} from './support/upload';

const counts = async () => ({
  shares: await env.DB.prepare('SELECT count(*) AS n FROM shares').first<number>('n'),
  counted: await env.DB.prepare('SELECT count(*) AS n FROM share_pictures').first<number>('n'),
});

let before: Awaited<ReturnType<typeof counts>>;
beforeEach(async () => {
  before = await counts();
});
const expectNothingShared = async () => expect(await counts()).toEqual(before);

describe('an upload', () => {
  const changed = async (change: (share: ShareRequestInput) => unknown): Promise<Draft> => {
    const { share, files } = await draft();
    return { share: change(share) as ShareRequestInput, files };
  };

  it.each<[string, (share: ShareRequestInput) => unknown, code?: ErrorCode]>([
    ['a script in its title that is too long', (s) => ({ ...s, title: `<script>${'x'.repeat(80)}</script>` })],
    ['a title that turns the writing around', (s) => ({ ...s, title: 'abc\u202Egpj.exe' })],
    ['a control character in its title', (s) => ({ ...s, title: 'a\u0000b' })],
    ['an unknown field', (s) => ({ ...s, admin: true })],
    ['a version from the future', (s) => ({ ...s, version: 2 })],
    ['a recipe of an unknown version', (s) => ({ ...s, recipe: { ...s.recipe, version: 99 } }), 'recipe-version'],
    ['a recipe without a version', (s) => ({ ...s, recipe: { technique: 'dream' } }), 'recipe-version'],
    ['a recipe with NaN', (s) => ({ ...s, recipe: { ...s.recipe, size: null } })],
    ['a term without end', (s) => ({ ...s, termDays: 36_500 })],
    ['a film that is none', (s) => ({ ...s, film: { ...s.film, frames: 24 } })],
    [
      'a film above its limit',
      ({ film, ...s }) => ({
        ...s,
        film: film && { ...film, picture: { ...film.picture, bytes: limits.share.maxFilmBytes + 1 } },
      }),
    ],
    ['a picture above its limit', (s) => ({ ...s, result: { ...s.result, bytes: limits.share.maxPictureBytes + 1 } })],
    [
      'more inputs than there may be',
      (s) => ({
        ...s,
        inputs: Array.from({ length: limits.share.maxInputs + 1 }, (_, index) => ({
          role: 'style',
          index,
          picture: s.result,
        })),
      }),
    ],
    ['a negative size', (s) => ({ ...s, result: { ...s.result, width: -1 } })],
    [
      'one picture in two roles of one name',
      (s) => ({
        ...s,
        inputs: [
          { role: 'content', index: 0, picture: s.result },
          { role: 'content', index: 0, picture: s.result },
        ],
      }),
    ],
    ['nothing', () => null],
    ['a list', () => []],
  ])('should be refused with %s', async (_, change, code = 'share-invalid') => {
    await expectError(await post(formOf(await changed(change))), code);
    await expectNothingShared();
  });

  it('should be refused when it is no form, no JSON, or has parts too few or too many', async () => {
    await expectError(await post('{}', { 'Content-Type': 'application/json' }), 'share-invalid');
    await expectError(await post('hello', { 'Content-Type': 'multipart/form-data; boundary=x' }), 'share-invalid');
    const noJson = formOf(await draft());
    noJson.set('share', '{');
    await expectError(await post(noJson), 'share-invalid');
    const missing = formOf(await draft());
    missing.delete('result');
    await expectError(await post(missing), 'share-invalid');
    const more = formOf(await draft());
    more.set('shell.php', new Blob(['<?php']), 'shell.php');
    await expectError(await post(more), 'share-invalid');
    const twice = formOf(await draft());
    twice.append('result', new Blob(['x']), 'result');
    await expectError(await post(twice), 'share-invalid');
    await expectNothingShared();
  });

  it('should be refused when it is too large, whatever its length says', async () => {
    const body = new Uint8Array(limits.share.maxUploadBytes + 1);
    const type = { 'Content-Type': 'multipart/form-data; boundary=x' };
    await expectError(await post(body, type), 'share-too-large');
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    await expectError(await post(endless, type), 'share-too-large');
    expect(sent).toBeLessThan(limits.share.maxUploadBytes + 1e6);
    const wordy = formOf(await draft());
    wordy.set('share', JSON.stringify({ title: 'x'.repeat(limits.share.maxRecordBytes) }));
    await expectError(await post(wordy), 'share-too-large');
    await expectNothingShared();
  });

  it('should be refused when the connection is cut in the middle', async () => {
    const whole = new Response(formOf(await draft()));
    const bytes = new Uint8Array(await whole.arrayBuffer());
    const type = { 'Content-Type': whole.headers.get('Content-Type') ?? '' };
    await expectError(await post(bytes.subarray(0, bytes.length - 60), type), 'share-invalid');
    await expectNothingShared();
  });

  it('should be refused when it is compressed: nobody unpacks what might be a bomb', async () => {
    const whole = new Response(formOf(await draft()));
    const headers = { 'Content-Type': whole.headers.get('Content-Type') ?? '', 'Content-Encoding': 'gzip' };
    const packed = await new Response(whole.body?.pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
    await expectError(await post(packed, headers), 'share-invalid');
    await expectNothingShared();
  });

  it('should be refused when bytes and description disagree', async () => {
    const lying = await draft();
    await expectError(
      await post(formOf({ ...lying, files: { ...lying.files, result: png(61, 40, 1) } })),
      'share-invalid',
    );
    const short = await draft();
    const cut = short.files.result?.subarray(0, -1) ?? new Uint8Array();
    await expectError(await post(formOf({ ...short, files: { ...short.files, result: cut } })), 'share-invalid');
    const other = await draft();
    const swapped = png(60, 40, 0xffff_fff0);
    await expectError(
      await post(formOf({ ...other, files: { ...other.files, result: swapped } })),
      'share-hash-mismatch',
    );
    await expectNothingShared();
  });

  it.each<[string, Uint8Array<ArrayBuffer>]>([
    ['an SVG', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['HTML', new TextEncoder().encode('<!doctype html><script>alert(1)</script>')],
    ['a JPEG with a page behind its end', Uint8Array.from([...jpeg(60, 40), ...new TextEncoder().encode('<script>')])],
    ['a JPEG with EXIF and a place', jpeg(60, 40, segment(0xe1, [...new TextEncoder().encode('Exif\0\0MM\0*GPS')]))],
    ['a PNG of 100 megapixels', png(10_000, 10_000)],
    ['a bomb: a PNG of a few bytes that unpacks to gigabytes', png(0x7fff_ffff, 0x7fff_ffff)],
    ['a bomb: a PNG with compressed text', png(60, 40, 0, chunk('zTXt', [97, 0, 0, 120, 156, 99, 0, 0, 0, 1, 0, 1]))],
    ['a script that begins as a GIF does', new TextEncoder().encode('GIF89a/*<svg onload=alert(1)>*/=1;')],
    ['a PNG that is cut short', png(60, 40).subarray(0, 50)],
  ])('should be refused with %s', async (_, bytes) => {
    const { share, files } = await draft();
    const result = await describePicture(bytes, 60, 40, 'image/png');
    await expectError(
      await post(formOf({ share: { ...share, result }, files: { ...files, result: bytes } })),
      'share-picture-refused',
    );
    await expectNothingShared();
  });
});

describe('storage that fails', () => {
  const send = async (storage: Env) => {
    const headers = { 'CF-Connecting-IP': newAddress() };
    const body = formOf(await draft());
    const app = createApp();
    const sent = new Request(`${origin}/api/shares`, { method: 'POST', body, headers });
    return app.fetch(sent, storage, createExecutionContext());
  };

  it('should leave no share, and no picture that outlives the clean-up', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const whole = failingAt(Number.POSITIVE_INFINITY);
    const response = await send(whole.env);
    expect(response.status).toBe(201);
    await response.body?.cancel();
    expect(whole.operations()).toBeGreaterThanOrEqual(4);
    before = await counts();
    const kept = (await env.MEDIA.list()).objects.map(({ key }) => key).sort();
    for (let n = 1; n <= whole.operations(); n++) {
      const answer = await send(failingAt(n).env);
      await expectError(answer, 'unavailable');
      await expectNothingShared();
    }
    // What was left is young: an upload under way could still want it.
    await clean(Date.now());
    const left = (await env.MEDIA.list()).objects.length;
    expect(left).toBeGreaterThan(kept.length);
    await clean(Date.now() + (limits.share.orphanMinutes + 1) * 60_000);
    expect((await env.MEDIA.list()).objects.map(({ key }) => key).sort()).toEqual(kept);
    const names = await env.DB.prepare('SELECT count(*) AS n FROM pictures').first<number>('n');
    expect(names).toBe(kept.length);
  });

  it('should end expired shares hourly, with their pictures, and forget their rows after a while', async () => {
    const { id } = await create();
    await env.DB.prepare('UPDATE shares SET expires_at = 1 WHERE id = ?').bind(id).run();
    await clean(Date.now());
    const row = await env.DB.prepare('SELECT record, ended_at FROM shares WHERE id = ?').bind(id).first();
    expect(row).toMatchObject({ record: '', ended_at: expect.any(Number) });
    await clean(Date.now() + (limits.share.tombstoneDays + 1) * 86_400_000);
    expect(await env.DB.prepare('SELECT id FROM shares WHERE id = ?').bind(id).first()).toBeNull();
    expect(await env.DB.prepare('SELECT share_id FROM share_pictures WHERE share_id = ?').bind(id).first()).toBeNull();
  });

  async function clean(now: number): Promise<void> {
    vi.useFakeTimers({ now, toFake: ['Date'] });
    try {
      const controller = createScheduledController({ scheduledTime: new Date(now), cron: '17 * * * *' });
      await worker.scheduled(controller, env);
    } finally {
      vi.useRealTimers();
    }
  }
});

describe('uploads and clean-ups at the same time', () => {
  /** R2 that lets something else happen after its first put, or before its first delete. */
  function interrupted(method: 'put' | 'delete', meanwhile: () => Promise<unknown>): Env {
    let done = false;
    const MEDIA = new Proxy(env.MEDIA, {
      get: (bucket, name) => {
        const original = Reflect.get(bucket, name) as (...args: unknown[]) => unknown;
        return async (...args: unknown[]) => {
          const now = name === method && !done;
          done ||= now;
          if (now && method === 'delete') await meanwhile();
          const result = await original.apply(bucket, args);
          if (now && method === 'put') await meanwhile();
          return result;
        };
      },
    });
    return { ...env, MEDIA };
  }

  const remove = (share: { id: string; deleteKey: string }) =>
    request(`/api/shares/${share.id}`, { method: 'DELETE', headers: { Authorization: `Bearer ${share.deleteKey}` } });
  const upload = async (storage: Env, body: FormData) =>
    createApp().fetch(
      new Request(`${origin}/api/shares`, { method: 'POST', body, headers: { 'CF-Connecting-IP': newAddress() } }),
      storage,
      createExecutionContext(),
    );
  const later = Date.now() + (limits.share.orphanMinutes + 1) * 60_000;
  /** Its bytes, without a share: the upload stopped before the last step. */
  const orphan = async (shared: Draft) => {
    const { id } = await create(shared);
    await env.DB.prepare('DELETE FROM shares WHERE id = ?').bind(id).run();
  };

  it('should keep the pictures of an upload whose twin is deleted meanwhile', async () => {
    const shared = await draft();
    const twin = await create(shared);
    await env.DB.prepare('UPDATE pictures SET stored_at = 0').run();
    const response = await upload(
      interrupted('put', async () => expect((await remove(twin)).status).toBe(204)),
      formOf(shared),
    );
    expect(response.status).toBe(201);
    await response.body?.cancel();
    await sweep(env);
    const { sha256 } = shared.share.result;
    const picture = await request(`/i/${sha256}.png`);
    expect(picture.status).toBe(200);
    await picture.body?.cancel();
  });

  it('should keep the picture of an upload while it is taken out for another', async () => {
    const shared = await draft();
    let during: Response | undefined;
    const storage = interrupted('delete', async () => {
      during = await upload(env, formOf(shared));
    });
    await orphan(shared);
    await sweep(storage, later);
    expect(during?.status).toBe(201);
    await sweep(env, later);
    const picture = await request(`/i/${shared.share.result.sha256}.png`);
    expect(picture.status).toBe(200);
    await picture.body?.cancel();
  });

  it('should finish a clean-up that stopped half way', async () => {
    const shared = await draft();
    await orphan(shared);
    const failing = interrupted('delete', () => Promise.reject(new Error('storage is down')));
    await expect(sweep(failing, later)).rejects.toThrow('storage is down');
    const bytes = async () => (await env.MEDIA.list({ prefix: `i/${shared.share.result.sha256}` })).objects.length;
    expect(await bytes()).toBe(1);
    await sweep(env, later);
    expect(await bytes()).toBe(0);
    expect((await upload(env, formOf(shared))).status).toBe(201);
  });
});

describe('the kill switch', () => {
  it('should refuse new shares, and leave those that exist', async () => {
    const { id } = await create();
    const off = { ...env, UPLOADS_ENABLED: 'false' } as unknown as Env;
    const headers = { 'CF-Connecting-IP': newAddress() };
    const app = createApp();
    const context = createExecutionContext();
    const body = formOf(await draft());
    const refused = await app.fetch(
      new Request(`${origin}/api/shares`, { method: 'POST', body, headers }),
      off,
      context,
    );
    expect(refused.headers.get('Retry-After')).toBe('3600');
    await expectError(refused, 'uploads-disabled');
    const still = await app.fetch(new Request(`${origin}/api/shares/${id}`, { headers }), off, context);
    expect(still.status).toBe(200);
    await still.body?.cancel();
  });
});
