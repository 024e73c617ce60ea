import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../tools/cli/main';
import { type ListedNetwork, listNetworks } from '../../../tools/weights/listing';
import { architectureOf, architectures, tapsOf } from '../../../web/engine/network/architectures';
import { fakeWorld } from './fakes';

async function printed(...args: string[]): Promise<string> {
  const world = fakeWorld();
  expect(await main(['networks', ...args], world)).toBe(0);
  // A list needs no engine.
  expect(world.opened).toEqual([]);
  return world.out.join('');
}

const parsed = async (...args: string[]) =>
  (JSON.parse(await printed('--json', ...args)) as { networks: ListedNetwork[] }).networks;

describe('reverie networks', () => {
  it('should list every architecture with all its taps, channels, stride and receptive field', async () => {
    const listed = await parsed();
    expect(listed.map(({ architecture }) => architecture)).toEqual([...Object.keys(architectures), 'transformer']);
    for (const { architecture, taps } of listed.slice(0, -1)) {
      expect(taps.map(({ tap }) => tap)).toEqual(tapsOf(architectureOf(architecture)));
    }
    const vgg = listed.find(({ architecture }) => architecture === 'vgg19');
    expect(vgg).toMatchObject({ parameters: 20_024_384, installed: [] });
    // 5,504 biases in four bytes each.
    expect(vgg?.bytes).toEqual({ float16: 2 * 20_024_384 + 2 * 5_504, uint8: 20_024_384 + 3 * 5_504 });
    expect(vgg?.taps.at(-1)).toEqual({
      tap: 'relu5_4',
      channels: 512,
      stride: 16,
      centre: [7.5, 7.5],
      receptiveField: [252, 252],
    });
  });

  it('should say what is installed, the network that paints with its styles', async () => {
    const listed = await parsed('--installed');
    expect(listed.map(({ architecture }) => architecture)).toEqual(['reverie-vgg', 'reverie-kinds', 'transformer']);
    const [looks, tells, paints] = listed;
    expect(looks?.installed).toMatchObject([{ id: 'reverie-vgg', dtype: 'float16', license: 'MIT' }]);
    expect(looks?.installed[0]?.styles).toBeUndefined();
    expect(tells?.installed).toMatchObject([{ id: 'reverie-kinds' }]);
    expect(paints?.installed[0]?.styles).toContain('starry-night');
  });

  it('should print a table for people', async () => {
    const text = await printed();
    expect(text).toMatch(/^reverie-vgg: 821,208 parameters\n {2}installed as reverie-vgg: .*MIT\n/);
    expect(text).toMatch(/ {2}relu5_1 +128 +16 +156×156\n/);
    expect(text).toMatch(/vgg16: 14,714,688 parameters\n {2}not installed; .*28\.1 MiB \(float16\)/);
    expect(text).toMatch(/paints composition-vii, /);
  });
});

describe('the listing of a folder', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reverie-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('should know that nothing is installed where nothing lies', () => {
    expect(listNetworks(folder).flatMap(({ installed }) => installed)).toEqual([]);
  });
});
