/** What a line may say beside its recipe: where pictures come from and go to, names of layers, many photos, what is refused and how. */
import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { techniqueNames } from '../../../shared/techniques';
import { main } from '../../../tools/cli/main';
import { type FakeBehaviour, type FakeWorld, fakeWorld } from './fakes';

let folder = '';
const at = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reverie-'));
  for (const [name, background] of Object.entries({ 'photo.jpg': '#884422', 'painting.png': '#224488' })) {
    await sharp({ create: { width: 40, height: 30, channels: 3, background } }).toFile(at(name));
  }
});
afterEach(() => rm(folder, { recursive: true }));

async function reverie(line: readonly string[], behaviour?: FakeBehaviour) {
  const world: FakeWorld = fakeWorld(behaviour);
  const code = await main(line, world);
  return { code, said: world.err.join(''), out: world.out.join(''), world, recipe: world.requests[0]?.recipe };
}
const photo = () => ['--content', at('photo.jpg')];
const out = (name = 'out.png') => ['--out', at(name)];

describe('--start', () => {
  it.each(['noise', 'content'])('should take the word %s', async (start) => {
    const { code, recipe, said } = await reverie(['style', ...photo(), ...out(), '--style', 'udnie', '--start', start]);
    expect([code, recipe], said).toEqual([0, expect.objectContaining({ start })]);
  });

  it('should take a picture', async () => {
    const line = ['style', ...photo(), ...out(), '--style', 'udnie', '--start', at('painting.png')];
    const { recipe, world } = await reverie(line);
    expect(recipe).toMatchObject({ start: 'image' });
    expect(world.requests[0]?.inputs.start).toMatchObject({ width: 40 });
  });
});

describe('names of layers', () => {
  it.each([
    ['conv4_2', 'relu4_2'],
    ['block4_conv2', 'relu4_2'],
    ['Conv3_1', 'relu3_1'],
    ['relu4_1', 'relu4_1'],
    ['conv1', 'conv1'],
    ['mixed_4', 'mixed_4'],
  ])('should take %s for %s, wherever a layer is named', async (word, layer) => {
    const styled = ['--style-layer', `${word}:2`, '--content-layer', word];
    const { recipe } = await reverie(['style', ...photo(), ...out(), '--style', 'udnie', ...styled]);
    expect(recipe).toMatchObject({ styleLayers: [{ layer, weight: 2 }], contentLayers: [{ layer, weight: 1 }] });
    const layers = { dream: [{ layer, weight: 1 }], invert: [layer], texture: [{ layer, weight: 1 }] };
    for (const [verb, expected] of Object.entries(layers)) {
      expect((await reverie([verb, ...photo(), ...out(), '--layer', word])).recipe).toMatchObject({ layers: expected });
    }
    expect((await reverie(['see', ...photo(), ...out(), '--layer', word])).recipe).toMatchObject({ layer });
  });
});

describe('an output that is an input', () => {
  const styled = (...more: string[]) => ['style', ...photo(), '--style', 'udnie', ...more];
  const refused = async (line: readonly string[], what: RegExp) => {
    const before = await readFile(at('painting.png'));
    const { code, said, world } = await reverie(line);
    expect([code, world.opened], said).toEqual([2, []]);
    expect(said).toMatch(what);
    expect((await readFile(at('painting.png'))).equals(before)).toBe(true);
  };

  it('should be refused for every flag that names a file', async () => {
    const painting = at('painting.png');
    const overwrites = /painting\.png would overwrite .*painting\.png, which is read/;
    const to = out('painting.png');
    await refused(['style', ...photo(), '--style', painting, ...to], overwrites);
    await refused(['style', ...photo(), '--style', `${painting}:2,udnie`, ...to], overwrites);
    await refused(styled('--mask', painting, ...to), overwrites);
    await refused(styled('--start', painting, ...to), overwrites);
    await refused(['dream', ...photo(), '--guide', painting, ...to], overwrites);
    await refused(['fast', '--content', painting, '--style', 'udnie', ...to], overwrites);
    await refused(['see', '--content', painting, ...to], overwrites);
  });

  it('should be refused by whatever name it has', async () => {
    await symlink(at('painting.png'), at('soft.png'));
    await link(at('painting.png'), at('hard.png'));
    await mkdir(at('sub'));
    for (const name of ['soft.png', 'hard.png', 'sub/../painting.png']) {
      await refused(['dream', '--content', at('painting.png'), '--out', join(folder, name)], /would overwrite/);
      await refused(['dream', '--content', `${folder}/${name}`, ...out('painting.png')], /would overwrite/);
    }
  });

  it('should be refused for the record too, unless there is none', async () => {
    const recipe = JSON.stringify({ technique: 'style', version: 2, styles: [{ preset: 'udnie' }] });
    await writeFile(at('out.png.json'), recipe);
    const line = ['style', ...photo(), ...out(), '--recipe', at('out.png.json')];
    await refused(line, /out\.png\.json would overwrite .*out\.png\.json, which is read/);
    expect(await readFile(at('out.png.json'), 'utf8')).toBe(recipe);
    expect((await reverie([...line, '--no-record'])).code).toBe(0);
  });

  it('should be refused for pictures that a continued run begins with', async () => {
    const first = await reverie(styled(...out('first.png')));
    expect(first.code, first.said).toBe(0);
    await refused(
      [...['style', ...photo(), ...out('first.png')], '--continue', at('first.png.json')],
      /would overwrite/,
    );
  });

  it('should be refused among the frames of a ladder', async () => {
    await sharp(at('painting.png')).toFile(at('01 relu4_1.png'));
    const line = ['invert', '--content', at('01 relu4_1.png'), ...out(), '--frames', folder];
    await refused(line, /--frames.* would overwrite .*01 relu4_1\.png/);
    expect((await reverie(['invert', ...photo(), ...out(), '--frames', folder])).code).toBe(0);
  });

  it('should not mind what only looks alike', async () => {
    expect((await reverie(styled(...out('photo.jpg.png')))).code).toBe(0);
  });
});

describe('names of outputs', () => {
  it.each([
    ['of 255 bytes', `${'x'.repeat(251)}.png`],
    ['of 82 letters of three bytes', `${'그'.repeat(82)}.png`],
    ['of 60 letters of four bytes and two', `${'🎨'.repeat(60)}xx.webp`],
  ])('should be any that a disk takes: %s', async (_, name) => {
    const { code, said } = await reverie(['dream', ...photo(), ...out(name)]);
    expect(code, said).toBe(0);
    const names = await readdir(folder);
    expect(names).toContain(name);
    const [record = ''] = names.filter((each) => each.endsWith('.json'));
    expect(JSON.parse(await readFile(at(record), 'utf8'))).toMatchObject({ engine: 'fake' });
    expect(names.every((each) => !each.endsWith('.tmp'))).toBe(true);
  });

  it('should be refused before the run where a disk takes them no more', async () => {
    const { code, said, world } = await reverie(['dream', ...photo(), ...out(`${'x'.repeat(252)}.png`)]);
    expect([code, world.opened]).toEqual([2, []]);
    expect(said).toMatch(/cannot be written: its name is too long\. \[usage\]/);
  });
});

describe('recipes as other programs save them', () => {
  const text = JSON.stringify({ technique: 'dream', version: 2, size: 300, seed: 5 });
  it.each([
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16, little end first', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('should be read in %s', async (_, bytes) => {
    await writeFile(at('r.json'), bytes);
    const { recipe, said } = await reverie(['dream', ...photo(), ...out(), '--recipe', at('r.json')]);
    expect(recipe, said).toMatchObject({ size: 300, seed: 5 });
  });
});

describe('many photos', () => {
  beforeEach(async () => {
    await mkdir(at('in'));
    for (const name of ['b.jpg', 'a.png', 'a.jpg', 'c10.webp', 'c9.webp']) {
      await sharp({ create: { width: 40, height: 30, channels: 3, background: '#123456' } }).toFile(at(`in/${name}`));
    }
    await writeFile(at('in/notes.txt'), 'no picture');
  });
  const paint = (...more: string[]) => reverie(['fast', '--style', 'udnie', '--quiet', ...more]);
  const pictures = async () => (await readdir(at('out'))).filter((name) => !name.endsWith('.json')).sort();

  it('should paint a folder into a folder, opening the engine once', async () => {
    const { code, said, world } = await paint('--content', at('in'), '--out', `${at('out')}/`);
    expect([code, said]).toEqual([0, '']);
    expect([world.opened, world.requests.length, world.disposed]).toEqual([['wasm'], 5, 1]);
    expect(await pictures()).toEqual(['a-2.png', 'a.png', 'b.png', 'c10.png', 'c9.png']);
  });

  it('should take several files, patterns, and words that a shell made of a pattern', async () => {
    await mkdir(at('out'));
    const { code, world } = await paint('--content', at('in/*.webp'), '--content', at('photo.jpg'), '--out', at('out'));
    expect([code, world.requests.length]).toEqual([0, 3]);
    expect(await pictures()).toEqual(['c10.png', 'c9.png', 'photo.png']);
    await rm(at('out'), { recursive: true });
    const shell = await paint('--content', at('in/a.jpg'), at('in/b.jpg'), '--out', at('out/*.painted.webp'));
    expect(shell.code, shell.said).toBe(0);
    expect(await pictures()).toEqual(['a.painted.webp', 'b.painted.webp']);
  });

  it('should go on after one that fails, say which, and end with its code', async () => {
    await writeFile(at('in/b.jpg'), 'no picture');
    const { code, said, out: printed, world } = await paint('--content', at('in'), '--out', `${at('out')}/`, '--json');
    expect([code, world.requests.length]).toEqual([1, 4]);
    expect(said).toMatch(/b\.jpg is not an image.*\[image-not-an-image\]\n.*4 of 5 photos were painted/);
    const lines = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => 'error' in line)).toEqual([false, false, true, false, false]);
  });

  it('should stop at Ctrl-C', async () => {
    const world: FakeWorld = fakeWorld({ endless: true, onRun: () => queueMicrotask(() => world.interrupt()) });
    expect(await main(['fast', '--style', 'udnie', '--content', at('in'), '--out', `${at('out')}/`], world)).toBe(130);
    expect(world.requests).toHaveLength(1);
  });

  it.each([
    ['one file for many', ['--content', 'in', '--out', 'out.png'], /5 photos .*a folder, or a name with \* in it/],
    ['a folder without pictures', ['--content', 'empty', '--out', 'out/'], /There is no picture in .*empty/],
    ['a pattern that nothing fits', ['--content', 'in/*.tif', '--out', 'out/'], /There is no file .*in\/\*\.tif/],
    ['a stray word', ['--content', 'in', 'nowhere.jpg', '--out', 'out/'], /Unexpected argument '.*nowhere\.jpg'/],
    ['results among the photos', ['--content', 'in', '--out', 'in/*.jpg'], /would overwrite/],
    ['standard output for many', ['--content', 'in', '--out', '-'], /5 photos/],
  ])('should refuse %s', async (_, line, message) => {
    await mkdir(at('empty'));
    const placed = line.map((word) => (word.startsWith('-') ? word : `${folder}/${word}`));
    const { code, said, world } = await paint(...placed);
    expect([code === 0, world.opened]).toEqual([false, []]);
    expect(said).toMatch(message);
  });
});

describe('what is said', () => {
  it.each([
    [['--seed', '-1'], /Recipe field "seed".*-1/],
    [['--style', 'udnie:1e10'], /Recipe field "styles\.\d\.weight".*100.*10000000000/],
    [['--style', 'udnie:-1'], /Recipe field "styles\.\d\.weight".*-1/],
    [['--tv', '-5'], /Recipe field "totalVariation".*-5/],
  ])('should name the fault of %j', async (flags, message) => {
    const { said, code } = await reverie(['style', ...photo(), ...out(), '--style', 'great-wave', ...flags]);
    expect(code).toBe(1);
    expect(said).toMatch(message);
  });

  it('should use the right article', async () => {
    await writeFile(at('favicon.ico'), Buffer.from([0, 0, 1, 0, 1, 0]));
    const { said } = await reverie(['dream', '--content', at('favicon.ico'), ...out()]);
    expect(said).toMatch(/is an icon file/);
  });

  it('should tell every format in the help of every verb that paints', async () => {
    for (const name of techniqueNames) {
      const { out: help } = await reverie([name, '--help']);
      for (const word of ['.png', '.jpg', '.jpeg', '.webp', '.gif', 'HEIC', 'AVIF', 'TIFF', 'BMP']) {
        expect(help, name).toContain(word);
      }
      expect(help).toMatch(/--out.* - .*stdout/);
      expect(help).toMatch(/--content.* - .*stdin/);
    }
  });

  it('should not promise to keep what failed', async () => {
    const fails = new ReverieError('preset-unknown', 'There is no preset "udnie".');
    const { said } = await reverie(['style', ...photo(), ...out(), '--style', 'udnie'], { fails });
    expect(said).toBe('reverie: There is no preset "udnie". [preset-unknown]\n');
  });
});
