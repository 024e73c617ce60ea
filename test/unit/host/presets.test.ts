import { describe, expect, it } from 'vitest';
import { weightsHash } from '../../../shared/hash';
import { choosePreset, fetchPresetIndex } from '../../../web/engine/host/presets';
import { errorOf, manifest, preset } from './fakes';

const patience = { attempts: 2, retryMs: 1, stallMs: 1000 };
const { signal } = new AbortController();
const answer = async () => Response.json({ format: 'reverie-presets/1', presets: [await preset()] });

describe('the preset index', () => {
  it('is fetched below the base URL and checked', async () => {
    const urls: string[] = [];
    const fetch = (url: string) => {
      urls.push(url);
      return answer();
    };
    const presets = await fetchPresetIndex({ baseUrl: 'https://edge.example/', signal, fetch, patience });
    expect(presets.map(({ id }) => id)).toEqual(['wave']);
    expect(urls).toEqual(['https://edge.example/api/presets']);
  });

  it('comes from the HTTP cache when the network is gone', async () => {
    const fetch = (_: string, init?: RequestInit) =>
      init?.cache === 'force-cache' ? answer() : Promise.reject(new TypeError('offline'));
    expect(await fetchPresetIndex({ baseUrl: '', signal, fetch, patience })).toHaveLength(1);
  });

  it('that cannot be had is a network error, one that makes no sense is invalid', async () => {
    const offline = () => Promise.reject(new TypeError('offline'));
    const error = await errorOf(fetchPresetIndex({ baseUrl: '', signal, fetch: offline, patience }));
    expect(error).toMatchObject({ code: 'weights-network', retryable: true });
    for (const body of ['<html>', '{"format":"reverie-presets/9","presets":[]}']) {
      const fetch = async () => new Response(body);
      expect((await errorOf(fetchPresetIndex({ baseUrl: '', signal, fetch, patience }))).code).toBe('weights-invalid');
    }
  });

  it('is not waited for after a cancel', async () => {
    const abort = new AbortController();
    const fetch = () => new Promise<Response>(() => {});
    const fetching = fetchPresetIndex({ baseUrl: '', signal: abort.signal, fetch, patience });
    abort.abort();
    expect((await errorOf(fetching)).code).toBe('aborted');
  });
});

describe('choosing a preset', () => {
  it('takes the statistics of exactly the network and weights in use', async () => {
    const weights = await weightsHash(manifest());
    const wave = await preset();
    const [own] = wave.statistics;
    expect(choosePreset([wave], 'wave', 'reverie-vgg', { weights })).toEqual({ preset: wave, statistics: own });
    expect(choosePreset([wave], 'wave', 'reverie-vgg').statistics).toBe(own);
  });

  it('refuses another network, naming those that it was measured with', async () => {
    const presets = [await preset()];
    await expect(async () => choosePreset(presets, 'wave', 'vgg19')).rejects.toMatchObject({
      code: 'preset-unknown',
      message: expect.stringContaining('reverie-vgg'),
    });
  });
});
