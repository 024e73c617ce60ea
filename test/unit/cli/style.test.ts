import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { parseRecipe } from '../../../shared/recipe';
import { stylesOf } from '../../../shared/recipe/about';
import { styleDefaults } from '../../../shared/techniques/style/schema';
import { main } from '../../../tools/cli/main';
import { type FakeWorld, fakeWorld } from './fakes';

let folder = '';
const at = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reverie-'));
  const picture = (background: string) => sharp({ create: { width: 40, height: 30, channels: 3, background } });
  await picture('#884422').toFile(at('photo.jpg'));
  await picture('#224488').toFile(at('painting.png'));
  await picture('#228844').toFile(at('a, b:2.png'));
});
afterEach(() => rm(folder, { recursive: true }));

const style = (world: FakeWorld, ...args: string[]) => main(['style', ...args], world);
const withPhoto = (world: FakeWorld, ...args: string[]) =>
  style(world, '--content', at('photo.jpg'), '--out', at('out.png'), ...args);
const recipeOf = (world: FakeWorld) => {
  const [request] = world.requests;
  if (!request) throw new Error(`no run; ${world.err.join('')}`);
  return request.recipe;
};

describe('reverie style', () => {
  it('should run the default recipe and write the picture', async () => {
    const world = fakeWorld();
    expect(await withPhoto(world, '--style', 'great-wave')).toBe(0);
    expect(recipeOf(world)).toEqual(
      parseRecipe({ technique: 'style', version: 2, styles: [{ preset: 'great-wave' }] }),
    );
    expect((await sharp(at('out.png')).metadata()).width).toBe(8);
    expect([world.opened, world.disposed]).toEqual([['wasm'], 1]);
    expect(world.out).toEqual([]);
    expect(world.err.join('')).toMatch(/optimise {2}scale 1\/1 8×6.*\n.*out\.png: 8×6, 3 steps in 1\.2 s/);
  });

  it('should take every flag into the recipe', async () => {
    const world = fakeWorld();
    const flags = '--size 256 --strength 70 --style-scale 2 --seed 9 --steps 40 --backend cpu'.split(' ');
    expect(await withPhoto(world, '--style', 'great-wave:2,udnie', '--style', at('painting.png'), ...flags)).toBe(0);
    expect(recipeOf(world)).toMatchObject({
      size: 256,
      strength: 70,
      styleScale: 2,
      seed: 9,
      schedule: { firstSteps: 40, steps: 20, minSize: styleDefaults.schedule.minSize },
      styles: [
        { preset: 'great-wave', weight: 2 },
        { preset: 'udnie', weight: 1 },
        { image: null, weight: 1 },
      ],
    });
    expect(world.requests[0]?.inputs.styles).toHaveLength(1);
    expect(world.opened).toEqual(['cpu']);
  });

  it('should prefer a file that exists over every other reading of a style', async () => {
    const world = fakeWorld();
    expect(await withPhoto(world, '--style', at('a, b:2.png'), '--style', `${at('painting.png')}:0.5`)).toBe(0);
    expect(stylesOf(recipeOf(world))).toEqual([
      { image: null, weight: 1 },
      { image: null, weight: 0.5 },
    ]);
  });

  it('should print the record as one JSON document with --json', async () => {
    const world = fakeWorld();
    expect(await withPhoto(world, '--style', 'udnie', '--json', '--quiet')).toBe(0);
    const record = JSON.parse(world.out.join(''));
    expect(record).toMatchObject({ engine: 'fake', steps: 3, recipe: { styles: [{ preset: 'udnie' }] } });
    expect(world.err).toEqual([]);
  });

  it('should keep one line up to date on a terminal', async () => {
    const world = fakeWorld({ tty: true });
    await withPhoto(world, '--style', 'udnie');
    const lines = world.err.join('').split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]?.split('\r\u001b[K').slice(1)).toEqual([
      'weights  1/1  1.0 MiB of 1.0 MiB',
      ...[0, 1, 2].map(
        (i) =>
          `optimise  scale 1/1 8×6  ${i}/3  loss ${(10 / (i + 1)).toPrecision(4)}  50 ms/step  ${(3 - i).toFixed(1)} s left  3.0 MiB`,
      ),
    ]);
  });

  it('should tell what was changed in a picture', async () => {
    await sharp({
      create: { width: 40, height: 30, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0.5 } },
    }).toFile(at('glass.png'));
    const world = fakeWorld();
    await withPhoto(world, '--style', at('glass.png'));
    expect(world.err[0]).toMatch(/glass\.png is partly transparent/);
  });
});

describe('reverie style --recipe', () => {
  const write = (value: unknown) => writeFile(at('r.json'), JSON.stringify(value));
  const recipe = {
    technique: 'style',
    version: 2,
    size: 300,
    seed: 5,
    strength: 20,
    styles: [{ preset: 'udnie', weight: 3 }],
  };

  it('should take the recipe, and flags over it', async () => {
    await write(recipe);
    const world = fakeWorld();
    expect(await withPhoto(world, '--recipe', at('r.json'), '--seed', '6')).toBe(0);
    expect(recipeOf(world)).toMatchObject({ size: 300, seed: 6, strength: 20, styles: recipe.styles });
  });

  it('should take the record of a run', async () => {
    const first = fakeWorld();
    await withPhoto(first, '--style', `${at('painting.png')}:2`, '--size', '200', '--json');
    await writeFile(at('r.json'), first.out.join(''));
    const again = fakeWorld();
    expect(await withPhoto(again, '--recipe', at('r.json'), '--style', at('painting.png'))).toBe(0);
    expect(recipeOf(again)).toMatchObject({ size: 200, styles: [{ image: null, weight: 2 }] });
    expect(again.err.join('')).not.toMatch(/not the/);
  });

  it('should say when a replay is made with other inputs', async () => {
    const hash = (digit: string) => digit.repeat(64);
    await write({ ...recipe, content: hash('1'), weights: hash('2'), styles: [{ image: hash('3') }] });
    const world = fakeWorld();
    expect(await withPhoto(world, '--recipe', at('r.json'), '--style', at('painting.png'))).toBe(0);
    expect(world.err.join('')).toMatch(/photo is not the one.*\n.*weights of reverie-vgg are not.*\nStyle 1 is not/);
  });

  it('should ask for the paintings that a recipe does not carry', async () => {
    await write({ ...recipe, styles: [{ image: null }, { preset: 'udnie' }] });
    const world = fakeWorld();
    expect(await withPhoto(world, '--recipe', at('r.json'))).toBe(2);
    expect(world.err.join('')).toMatch(/1 painting\(s\) that are not in it; give all 2 styles with --style.*\[usage\]/);
  });

  it.each([
    ['an unknown field', { ...recipe, colour: 1 }, /r\.json: Recipe field "colour".* \[recipe-invalid\]/],
    ['an absurd number', { ...recipe, size: 1e9 }, /r\.json: Recipe field "size".*1000000000 \[recipe-invalid\]/],
    ['a version from the future', { ...recipe, version: 7 }, /r\.json: Recipe version 7 .* \[recipe-version\]/],
    ['something else', ['style'], /\[recipe-invalid\]/],
  ])('should refuse %s', async (_, value, message) => {
    await write(value);
    const world = fakeWorld();
    expect(await withPhoto(world, '--recipe', at('r.json'))).toBe(1);
    expect(world.err.join('')).toMatch(message);
    expect(world.requests).toEqual([]);
  });

  it('should refuse what is not JSON, and a file that is not there', async () => {
    await writeFile(at('r.json'), '{"technique": ');
    const world = fakeWorld();
    expect(await withPhoto(world, '--recipe', at('r.json'))).toBe(1);
    expect(await withPhoto(world, '--recipe', at('absent.json'))).toBe(1);
    expect(world.err.join('')).toMatch(
      /r\.json: .*\[recipe-invalid\]\nreverie: Recipe .*absent\.json cannot be read.*\[not-found\]/,
    );
  });
});

describe('reverie style with bad arguments', () => {
  it.each([
    [['--style', 'udnie', '--flavour', 'x'], 2, /Unknown option '--flavour'\. See: reverie style --help \[usage\]/],
    [['--style', 'udnie', 'stray'], 2, /Unexpected argument 'stray'.*\[usage\]/],
    [['--style', 'udnie', '--size'], 2, /'--size <N>' argument missing.*\[usage\]/],
    [['--style', 'udnie', '--size', 'big'], 2, /--size takes a number, not "big"\. \[usage\]/],
    [['--style', 'udnie', '--size', ''], 2, /--size takes a number/],
    [['--style', 'udnie', '--size', '9', '--size', '8'], 2, /--size was given twice/],
    [['--style', 'udnie', '--size', '1e9'], 1, /"size".*\[recipe-invalid\]/],
    [['--style', 'udnie', '--seed', '1.5'], 1, /"seed".*\[recipe-invalid\]/],
    [['--style', 'udnie', '--steps', '1e7'], 1, /"schedule\.firstSteps".*\[recipe-invalid\]/],
    [['--style', 'udnie', '--backend', 'cuda'], 2, /--backend is one of webgpu, wasm, cpu, not "cuda"\. \[usage\]/],
    [[], 2, /--style is missing.*\[usage\]/],
    [['--style', 'gone.jpg'], 1, /There is no file gone\.jpg.*\[not-found\]/],
    [['--style', 'udnie:heavy'], 2, /weight after the colon must be a number.*\[usage\]/],
    [['--style', 'Not An Id'], 2, /neither a file that exists nor the id of a preset.*\[usage\]/],
    [['--style', 'udnie,,udnie'], 2, /neither a file/],
    [['--style', Array.from({ length: 9 }, () => 'udnie').join(',')], 1, /"styles".*\[recipe-invalid\]/],
  ])('should refuse %j', async (args, code, message) => {
    const world = fakeWorld();
    expect(await withPhoto(world, ...args)).toBe(code);
    expect(world.err.join('')).toMatch(message);
    expect(world.opened).toEqual([]);
  });

  it('should refuse a place that cannot be written before it computes anything', async () => {
    for (const [out, message] of [
      [at('no/out.png'), /there is no folder/],
      [at('out.tga'), /must end in \.png/],
      [at('photo.jpg'), /would overwrite .*photo\.jpg, which is read/],
    ] as const) {
      const world = fakeWorld();
      expect(await style(world, '--content', at('photo.jpg'), '--style', 'udnie', '--out', out)).toBe(2);
      expect(world.err.join('')).toMatch(message);
      expect(world.opened).toEqual([]);
    }
  });

  it('should name the code of a bad picture, on stdout too with --json', async () => {
    await writeFile(at('notes.jpg'), 'not a picture');
    const world = fakeWorld();
    const code = await style(world, '--content', at('notes.jpg'), '--style', 'udnie', '--out', at('out.png'), '--json');
    expect(code).toBe(1);
    expect(world.err.join('')).toMatch(/^reverie: .*notes\.jpg is not an image.* \[image-not-an-image\]\n$/);
    expect(JSON.parse(world.out.join(''))).toEqual({
      error: { code: 'image-not-an-image', message: expect.stringContaining('notes.jpg') },
    });
  });

  it('should pass on what the engine says and let go of it', async () => {
    const world = fakeWorld({ fails: new ReverieError('preset-unknown', 'There is no preset "udnie".') });
    expect(await withPhoto(world, '--style', 'udnie')).toBe(1);
    expect(world.err.join('')).toMatch(/reverie: There is no preset "udnie"\. \[preset-unknown\]/);
    expect(world.disposed).toBe(1);
    expect(await readdir(folder)).not.toContain('out.png');
  });
});

describe('Ctrl-C', () => {
  it('should keep the last image and say so', async () => {
    const world: FakeWorld = fakeWorld({ endless: true, onRun: () => queueMicrotask(() => world.interrupt()) });
    expect(await withPhoto(world, '--style', 'udnie', '--json')).toBe(130);
    expect(world.err.join('')).toMatch(/Stopping…\nStopped after 3 steps; the last image is in .*out\.png/);
    expect((await readFile(at('out.png'))).length).toBeGreaterThan(0);
    expect(JSON.parse(world.out.join(''))).toMatchObject({ steps: 3 });
    expect(world.interrupt()).toBe(false);
  });

  it('should end with the same code when there is no image yet', async () => {
    const world: FakeWorld = fakeWorld({
      endless: true,
      imageless: true,
      onRun: () => queueMicrotask(() => world.interrupt()),
    });
    expect(await withPhoto(world, '--style', 'udnie')).toBe(130);
    expect(world.err.join('')).toMatch(/\[aborted\]/);
    expect(await readdir(folder)).not.toContain('out.png');
  });
});
