import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import type { Context } from '../../../tools/cli/context';
import { main } from '../../../tools/cli/main';
import type { Frame } from '../../../web/engine/api';
import { type FakeWorld, fakeWorld } from './fakes';

let folder = '';
const at = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reverie-'));
  await sharp({ create: { width: 40, height: 30, channels: 3, background: '#884422' } }).toFile(at('photo.jpg'));
});
afterEach(() => rm(folder, { recursive: true }));

const see = (world: Context, ...args: string[]) => main(['see', ...args], world);
const withPhoto = (world: Context, ...args: string[]) =>
  see(world, '--content', at('photo.jpg'), '--out', at('out.png'), ...args);
const requestOf = (world: FakeWorld) => {
  const [request] = world.requests;
  if (!request) throw new Error(`no run; ${world.err.join('')}`);
  return request;
};

describe('reverie see', () => {
  it('should run the default recipe on the photo and write the picture', async () => {
    const world = fakeWorld();
    expect(await withPhoto(world)).toBe(0);
    const { recipe, inputs } = requestOf(world);
    expect(recipe).toEqual(parseRecipe({ technique: 'see', version: 2 }));
    expect(inputs.content).toMatchObject({ width: 40, height: 30 });
    expect((await sharp(at('out.png')).metadata()).width).toBe(8);
  });

  it('should take every flag into the recipe', async () => {
    const world = fakeWorld();
    const flags =
      '--view saliency --layer relu2_1 --channel 7 --size 200 --max-channels 9 --samples 4 --noise 0.2 --overlay 0.5 --steps 12 --seed 3 --network squeezenet1_1 --backend cpu';
    expect(await withPhoto(world, ...flags.split(' '))).toBe(0);
    expect(requestOf(world).recipe).toMatchObject({
      view: 'saliency',
      layer: 'relu2_1',
      channel: 7,
      size: 200,
      maxChannels: 9,
      overlay: 0.5,
      steps: 12,
      seed: 3,
      smooth: { samples: 4, noise: 0.2 },
      network: 'squeezenet1_1',
    });
    expect(world.opened).toEqual(['cpu']);
  });

  it("should take a class by its name, at the classifier's layer unless another is named", async () => {
    const world = fakeWorld();
    expect(await withPhoto(world, '--view', 'saliency', '--class', 'king penguin')).toBe(0);
    expect(requestOf(world).recipe).toMatchObject({ layer: 'classifier', channel: 145 });
    const other = fakeWorld();
    expect(await withPhoto(other, '--view', 'saliency', '--class', 'zebra', '--layer', 'logits')).toBe(0);
    expect(requestOf(other).recipe).toMatchObject({ layer: 'logits', channel: 340 });
  });

  it('should ask the network that knows kinds for one, and say how well it does', async () => {
    const world = fakeWorld();
    expect(await withPhoto(world, '--view', 'gradcam', '--class', 'dog')).toBe(0);
    expect(requestOf(world).recipe).toMatchObject({ network: 'reverie-kinds', layer: 'classifier', channel: 5 });
    expect(world.err.join('')).toContain('Of 138 photographs kept out');
    const named = fakeWorld();
    expect(await withPhoto(named, '--view', 'gradcam', '--class', 'zebra', '--network', 'squeezenet1_1')).toBe(0);
    expect(requestOf(named).recipe).toMatchObject({ network: 'squeezenet1_1', channel: 340 });
    const other = fakeWorld();
    expect(await withPhoto(other, '--view', 'gradcam', '--class', '36', '--network', 'reverie-kinds')).toBe(0);
    expect(await withPhoto(fakeWorld(), '--view', 'gradcam', '--class', '37', '--network', 'reverie-kinds')).toBe(2);
  });

  it("should need no photo for a feature's picture, and one for everything else", async () => {
    const world = fakeWorld();
    expect(await see(world, '--view', 'feature', '--channel', '2', '--out', at('out.png'))).toBe(0);
    expect(requestOf(world).inputs.content).toBeNull();
    const without = fakeWorld();
    expect(await see(without, '--view', 'gram', '--out', at('out.png'))).toBe(2);
    expect(without.err.join('')).toMatch(/--content is missing.*\[usage\]/);
  });

  it('should take a recipe, and flags over it, keeping the part of a group that no flag names', async () => {
    const recipe = { technique: 'see', version: 2, view: 'saliency', smooth: { samples: 8, noise: 0.3 }, channel: 4 };
    await writeFile(at('r.json'), JSON.stringify(recipe));
    const world = fakeWorld();
    expect(await withPhoto(world, '--recipe', at('r.json'), '--samples', '2')).toBe(0);
    expect(requestOf(world).recipe).toMatchObject({ view: 'saliency', channel: 4, smooth: { samples: 2, noise: 0.3 } });
  });

  it('should write the frames in their order, under their names', async () => {
    const picture = { width: 2, height: 1, data: new Uint8ClampedArray(8).fill(255) };
    const frames: Frame[] = ['relu4_1 · 37', 'relu4_1 · 3 × 5 · 0.92'].map((label) => ({ label, pixels: picture }));
    const world = fakeWorld();
    const context: Context = {
      ...world,
      openEngine: async (backend, threads) => {
        const engine = await world.openEngine(backend, threads);
        const run: typeof engine.run = (request, listener) => {
          const run = engine.run(request, listener);
          return { ...run, result: run.result.then((result) => ({ ...result, frames })) };
        };
        return Object.assign(Object.create(engine), { run });
      },
    };
    expect(await withPhoto(context, '--frames', at('cells'))).toBe(0);
    expect((await readdir(at('cells'))).sort()).toEqual(['1 relu4_1 37.png', '2 relu4_1 3 × 5 0.92.png']);
  });

  it.each([
    [['--view', 'dreams'], /Recipe field "view".*\[recipe-invalid\]/],
    [['--channel', 'many'], /--channel takes a number.*\[usage\]/],
    [['--class', 'zebra', '--channel', '3'], /--class and --channel.*\[usage\]/],
    [['--class', 'unicorn'], /no such class.*\[usage\]/],
    [['--channel', '-1'], /\[(usage|recipe-invalid)\]/],
    [['--samples', '0'], /Recipe field "smooth\.samples".*\[recipe-invalid\]/],
  ])('should refuse %j', async (flags, message) => {
    const world = fakeWorld();
    expect(await withPhoto(world, ...flags)).not.toBe(0);
    expect(world.err.join('')).toMatch(message);
    expect(world.requests).toEqual([]);
  });

  it('should refuse a recipe of another technique, and to overwrite the photo', async () => {
    await writeFile(at('r.json'), JSON.stringify({ technique: 'style', version: 2, styles: [{ preset: 'udnie' }] }));
    const world = fakeWorld();
    expect(await withPhoto(world, '--recipe', at('r.json'))).toBe(1);
    expect(world.err.join('')).toMatch(/is a recipe for "style"/);
    const other = fakeWorld();
    expect(await see(other, '--content', at('photo.jpg'), '--out', at('photo.jpg'))).toBe(2);
    expect(other.err.join('')).toMatch(/would overwrite .*photo\.jpg, which is read/);
  });
});
