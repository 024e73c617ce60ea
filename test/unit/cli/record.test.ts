import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRecord } from '../../../shared/record';
import { paintedSize } from '../../../shared/techniques/style/schema';
import { main } from '../../../tools/cli/main';
import { type FakeBehaviour, fakeWorld } from './fakes';

let folder = '';
const at = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reverie-'));
  await sharp({ create: { width: 40, height: 30, channels: 3, background: '#884422' } }).toFile(at('photo.jpg'));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(args: readonly string[], behaviour: FakeBehaviour = {}) {
  const world = fakeWorld(behaviour);
  const code = await main(args, world);
  const [request] = world.requests;
  return { code, out: world.out.join(''), said: world.err.join(''), recipe: request?.recipe, inputs: request?.inputs };
}
const paint = (verb: string, out: string, flags: readonly string[] = [], behaviour?: FakeBehaviour) =>
  run([verb, '--content', at('photo.jpg'), '--out', at(out), ...flags], behaviour);

describe('the record beside a picture', () => {
  it('should be written unless it is not wanted', async () => {
    await paint('dream', 'a.png');
    await paint('dream', 'b.png', ['--no-record']);
    expect(parseRecord(JSON.parse(await readFile(at('a.png.json'), 'utf8')))).toMatchObject({ steps: 3 });
    expect((await readdir(folder)).sort()).toEqual(['a.png', 'a.png.json', 'b.png', 'photo.jpg']);
  });

  it('should be told in words, or printed as it is', async () => {
    await paint('dream', 'a.png', ['--seed', '9']);
    const told = await run(['record', at('a.png.json')]);
    expect(told.code).toBe(0);
    expect(told.out).toMatch(/^dream, 8×6, by Reverie fake on a fake \(wasm\)\n3 steps in 1\.2 s/);
    expect(told.out).toMatch(
      /seed 9, size 512, network reverie-vgg\nthe photo: a{64}\nthe weights of reverie-vgg: b{64}\n/,
    );
    const printed = await run(['record', at('a.png.json'), '--json']);
    expect(parseRecord(JSON.parse(printed.out)).recipe).toMatchObject({ technique: 'dream', seed: 9 });
  });

  it('should tell what went wrong, and exit as failed where it ended the run', async () => {
    const failure = { code: 'out-of-memory', message: 'The buffer was refused.' } as const;
    const { code, said } = await paint('dream', 'a.png', [], { failure });
    expect(code).toBe(1);
    expect(said).toMatch(/Gave up \(The buffer was refused\.\) after 3 steps; the last image is in .*a\.png/);
    const { out } = await run(['record', at('a.png.json')]);
    expect(out).toMatch(/gave up after 3 steps: The buffer was refused\. \[out-of-memory\]/);
  });

  it.each([
    ['{"recipe": {}, "device": 1}', 'recipe-invalid'],
    ['{"version": 9}', 'recipe-version'],
    ['not json', 'recipe-invalid'],
  ])('should be refused when it is %s', async (text, code) => {
    await writeFile(at('r.json'), text);
    const { said, out } = await run(['record', at('r.json')]);
    expect(said).toMatch(new RegExp(`r\\.json: .*\\[${code}\\]`));
    expect(out).toBe('');
  });

  it('should need a file, one at a time', async () => {
    expect((await run(['record'])).said).toContain('[usage]');
    expect((await run(['record', 'a', 'b'])).said).toContain('[usage]');
    expect((await run(['record', at('absent.json')])).said).toContain('[not-found]');
    expect((await paint('dream', 'a.png', ['stray'])).said).toContain('[usage]');
  });

  it('should be repeated, saying whether the picture came out the same', async () => {
    const result = 'd'.repeat(64);
    await paint('invert', 'a.png', ['--steps', '4'], { hashes: { result } });
    const again = (hashes: FakeBehaviour['hashes'] = {}) =>
      paint('invert', 'b.png', ['--recipe', at('a.png.json')], { hashes: { result, ...hashes } });
    expect((await again()).recipe).toMatchObject({ steps: 4 });
    expect((await again()).said).toMatch(/same as before, bit for bit/);
    expect((await again({ result: 'e'.repeat(64) })).said).toMatch(/not the same bit for bit: it was made on a fake/);
    const other = (await again({ content: 'f'.repeat(64), result: 'e'.repeat(64) })).said;
    expect(other).toMatch(/The photo is not the one the recipe was made with/);
    expect(other).not.toMatch(/bit for bit/);
  });
});

describe('--continue', () => {
  /** Paints, and puts a picture in the place of the fake engine's, which is too small to be read. */
  const paintFirst = async (verb: string, flags: readonly string[] = []) => {
    await paint(verb, 'a.png', flags);
    await sharp(at('photo.jpg')).toFile(at('a.png'));
  };

  it.each([
    ['dream', { octaves: 1 }],
    ['invert', { layers: ['relu3_1'] }],
    ['texture', { ladder: false }],
  ])('should take the result of reverie %s further', async (verb, fields) => {
    const layer = verb === 'invert' ? ['--layer', 'relu3_1'] : [];
    await paintFirst(verb, [...layer, '--size', '128']);
    const { recipe, inputs, code } = await paint(verb, 'b.png', ['--continue', at('a.png.json'), '--steps', '5']);
    expect(code).toBe(0);
    expect(recipe).toMatchObject({ technique: verb, size: 128, steps: 5, startImage: null, ...fields });
    expect([inputs?.start?.width, inputs?.start?.height]).toEqual([40, 30]);
  });

  it('should take a style further, and a feature without a photo', async () => {
    await paintFirst('style', ['--style', 'udnie', '--size', '200']);
    const style = await paint('style', 'b.png', ['--continue', at('a.png.json'), '--steps', '5']);
    expect(style.recipe).toMatchObject({
      start: 'image',
      size: 200,
      schedule: { minSize: paintedSize(200), firstSteps: 5 },
    });
    expect(style.inputs?.start?.width).toBe(40);
    const feature = ['see', '--view', 'feature', '--size', '64'];
    await run([...feature, '--out', at('f.png')]);
    const more = ['--out', at('g.png'), '--continue', at('f.png.json'), '--start', at('photo.jpg')];
    expect((await run([...feature, ...more])).inputs?.start?.width).toBe(40);
  });

  it('should want a rung of a ladder, and the picture where it is not beside the record', async () => {
    await paintFirst('invert');
    const go = (...flags: string[]) => paint('invert', 'b.png', ['--continue', at('a.png.json'), ...flags]);
    expect((await go()).said).toMatch(/ladder; say from which layer.*\[recipe-invalid\]/);
    expect((await go('--layer', 'relu2_1')).recipe).toMatchObject({ layers: ['relu2_1'], startImage: null });
    await writeFile(at('r'), await readFile(at('a.png.json')));
    const elsewhere = await paint('invert', 'b.png', ['--continue', at('r'), '--layer', 'relu2_1']);
    expect(elsewhere.said).toMatch(/Give it with --start FILE\. \[usage\]/);
  });

  it('should not be asked for together with a replay', async () => {
    await paint('dream', 'a.png');
    const both = ['--continue', at('a.png.json'), '--recipe', at('a.png.json')];
    expect((await paint('dream', 'b.png', both)).said).toContain('[usage]');
  });

  it('should ask a replay for the picture that the run began with', async () => {
    await paint('dream', 'a.png', ['--start', at('photo.jpg')]);
    const again = await paint('dream', 'b.png', ['--recipe', at('a.png.json')]);
    expect(again.said).toMatch(/started from a picture that is not in it.*\[usage\]/);
  });
});
