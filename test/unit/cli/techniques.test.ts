import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeStyle, styleText } from '../../../shared/anyStyle/statistics';
import { dreamDefaults } from '../../../shared/techniques/dream/schema';
import { main } from '../../../tools/cli/main';
import { decodeStyleFile, encodePaintingFile, encodeStyleFile } from '../../../web/engine/train/styleFile';
import { madeUpStyle } from '../../support/styles';
import { fakeWorld } from './fakes';

let folder = '';
const at = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reverie-'));
  await sharp({ create: { width: 40, height: 30, channels: 3, background: '#884422' } }).toFile(at('photo.jpg'));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(verb: string, ...flags: string[]) {
  const world = fakeWorld();
  const code = await main([verb, '--content', at('photo.jpg'), '--out', at('out.png'), ...flags], world);
  return { code, recipe: world.requests[0]?.recipe, inputs: world.requests[0]?.inputs, said: world.err.join('') };
}

describe('the verbs of the lecture', () => {
  it('should turn flags into the fields of a recipe, and write the picture', async () => {
    const flags = { dream: ['--layer', 'relu3_1:2,relu4_1', '--channel', '3'], invert: ['--layer', 'relu1_1,relu2_1'] };
    expect((await run('dream', ...flags.dream, '--frames', '4')).recipe).toMatchObject({
      technique: 'dream',
      layers: [
        { layer: 'relu3_1', weight: 2, channels: [3] },
        { layer: 'relu4_1', weight: 1, channels: [3] },
      ],
      film: { frames: 4 },
    });
    expect((await run('invert', ...flags.invert, '--steps', '9')).recipe).toMatchObject({
      technique: 'invert',
      layers: ['relu1_1', 'relu2_1'],
      steps: 9,
    });
    const texture = await run('texture', '--seamless', '--size', '128', '--method', 'gram', '--seed', '7');
    expect(texture.recipe).toMatchObject({ technique: 'texture', seamless: true, size: 128, seed: 7 });
    expect([texture.code, (await sharp(await readFile(at('out.png'))).metadata()).width]).toEqual([0, 8]);
  });

  it('should mix styles that a network has learned', async () => {
    const { recipe } = await run('fast', '--style', 'la-grande-jatte:0.7,starry-night:0.3', '--strength', '80');
    expect(recipe).toMatchObject({
      technique: 'fast',
      network: 'reverie-fast',
      strength: 80,
      styles: [
        { style: 'la-grande-jatte', weight: 0.7 },
        { style: 'starry-night', weight: 0.3 },
      ],
    });
  });

  it('should dream by the layers that suit the network, unless told', async () => {
    const inception = ['--network', 'inception-v3'];
    expect((await run('dream', ...inception)).recipe).toMatchObject({ layers: [{ layer: 'mixed_4', weight: 1 }] });
    const told = await run('dream', ...inception, '--layer', 'mixed_3');
    expect(told.recipe).toMatchObject({ layers: [{ layer: 'mixed_3' }] });
    expect((await run('dream')).recipe).toMatchObject({ layers: dreamDefaults.layers });
  });

  it('should dream at one place, and refuse what is none', async () => {
    const { recipe } = await run('dream', '--channel', '3', '--at', '0.25, 0.5');
    expect(recipe).toMatchObject({ layers: [{ channels: [3], at: { x: 0.25, y: 0.5 } }] });
    for (const at of ['0.5', '0.5,', '0.5,0.5,0.5', 'middle', '2,0']) {
      const { code, said } = await run('dream', '--at', at);
      expect([code, said], at).toEqual([at === '2,0' ? 1 : 2, expect.stringMatching(/--at|layers\.0\.at/)]);
    }
  });

  it('should refuse a film that stands still or is faster than players go', async () => {
    for (const fps of ['0', '0.01', '1000']) {
      const { code, said, recipe } = await run('dream', '--frames', '3', '--fps', fps);
      expect([code, recipe], fps).toEqual([2, undefined]);
      expect(said).toMatch(/--fps takes 0\.1 to 50/);
    }
  });

  it('should paint in a style from a file, alone and mixed, and refuse what is none', async () => {
    const bytes = await encodeStyleFile({
      name: 'Mine',
      network: 'reverie-fast',
      weights: 'a'.repeat(64),
      trains: 'style',
      steps: 9,
      transformer: { width: 1, blocks: 1, norm: 'instance', upsampling: 'resize' },
      values: new Float32Array(2 * (1 + 2 + 4 + 4 + 4 + 2 + 1 + 3)).fill(0.5),
      thumbnail: new Uint8Array(),
    });
    const { id, values } = await decodeStyleFile(bytes);
    await writeFile(at('mine.reverie-style'), bytes);
    const { recipe, inputs } = await run('fast', '--style', `${at('mine.reverie-style')}:0.7,udnie`);
    expect(recipe).toMatchObject({
      styles: [
        { style: id, weight: 0.7 },
        { style: 'udnie', weight: 1 },
      ],
    });
    expect(inputs?.own).toMatchObject([{ id, values }]);
    await writeFile(at('bad.reverie-style'), bytes.subarray(0, 60));
    const bad = await run('fast', '--style', at('bad.reverie-style'));
    expect([bad.code, bad.said]).toEqual([expect.any(Number), expect.stringContaining('training-file-invalid')]);
    expect((await run('fast', '--style', at('none.reverie-style'))).said).toContain('not-found');
  });

  it('should paint by the statistics in a file, of the size that is nearest, and as a map says', async () => {
    const [small, large] = [madeUpStyle(128), madeUpStyle(512)];
    const file = { name: 'Waves', sizes: [small, large], thumbnail: new Uint8Array() };
    await writeFile(at('waves.reverie-style'), await encodePaintingFile(file));
    const flags = ['--style', `${at('waves.reverie-style')}:2,udnie`, '--strength-map', at('photo.jpg')];
    const { recipe, inputs } = await run('any', ...flags, '--style-scale', '0.25', '--colours', 'match');
    expect(recipe).toMatchObject({
      styles: [
        { statistics: styleText(encodeStyle(small)), weight: 2 },
        { preset: 'udnie', weight: 1 },
      ],
      strengthMap: null,
      colours: 'match',
    });
    expect([inputs?.styles, inputs?.strengthMap?.width]).toEqual([[], 40]);
    await writeFile(at('bad.reverie-style'), 'reverie-style');
    expect((await run('any', '--style', at('bad.reverie-style'))).said).toContain('training-file-invalid');
    expect((await run('any', '--style', at('none.reverie-style'))).said).toContain('not-found');
    expect((await run('style', '--style', at('waves.reverie-style'))).said).toContain('recipe-invalid');
    const preset = await run('any', '--style', 'udnie', '--style-file', at('out.reverie-style'));
    expect(preset.said).toContain('[usage]');
  });

  it('should take a guide for a dream', async () => {
    const { recipe, inputs } = await run('dream', '--guide', at('photo.jpg'));
    expect(recipe).toMatchObject({ guide: null });
    expect(inputs?.guide?.width).toBe(40);
  });

  it.each([
    ['dream', ['--octaves', '99'], 'recipe-invalid'],
    ['dream', ['--layer', 'relu4_1:x'], 'usage'],
    ['invert', ['--steps', 'many'], 'usage'],
    ['fast', [], 'recipe-invalid'],
    ['fast', ['--style', 'udnie:x'], 'usage'],
    ['texture', ['--method', 'knitting'], 'recipe-invalid'],
    ['texture', ['--recipe', 'nowhere.json'], 'not-found'],
  ])('should refuse reverie %s %j', async (verb, flags, code) => {
    const { said, recipe } = await run(verb, ...flags);
    expect(said).toContain(`[${code}]`);
    expect(recipe).toBeUndefined();
  });
});
