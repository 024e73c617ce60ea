import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Addition, addPaintings } from '../../../tools/presets/add';
import { readGallery, removePresets, workOf } from '../../../tools/presets/gallery';

let folder = '';
const at = (...names: string[]) => path.join(folder, ...names);
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'reverie-presets-'));
  await picture('wave--katsushika-hokusai-1831.png', '#225588');
  await picture('udnie--francis-picabia-1913.png', '#bb7744');
  await picture('Mine.png', '#55aa33');
});
afterEach(() => rm(folder, { recursive: true }));

const picture = (name: string, background: string) =>
  sharp({
    create: { width: 72, height: 48, channels: 3, background, noise: { type: 'gaussian', mean: 128, sigma: 40 } },
  })
    .png()
    .toFile(at(name));

async function add(from: readonly string[], more: Partial<Addition> = {}) {
  const out = at('gallery');
  const asked = { from: from.map((name) => at(name)), said: {}, out, sample: at('Mine.png'), thumbnails: true };
  const painted: number[] = [];
  await addPaintings(
    { ...asked, networks: ['reverie-vgg'], ...more },
    () => {},
    async (photo, painting) => {
      painted.push(painting.width);
      return photo;
    },
  );
  return { presets: await readGallery(out), files: (await readdir(out)).sort(), painted };
}

describe('the gallery of presets', () => {
  it('should take paintings one by one, in the order of their years, and leave the others alone', async () => {
    const first = await add(['udnie--francis-picabia-1913.png']);
    expect(first.presets).toMatchObject([{ id: 'udnie', work: 'Udnie', painter: 'Francis Picabia', year: 1913 }]);
    const [udnie] = first.presets;
    const second = await add(['wave--katsushika-hokusai-1831.png'], { said: { work: 'The Great Wave' } });
    expect(second.presets).toMatchObject([{ id: 'wave', work: 'The Great Wave', aspect: 1.5 }, { id: 'udnie' }]);
    expect(second.presets[1]).toEqual(udnie);
    expect(second.painted).toEqual([72]);
    const blobs = second.presets.map(({ statistics }) => `${statistics[0]?.sha256}.bin`);
    expect(second.files).toEqual([...blobs, 'index.json', 'udnie.webp', 'wave.webp'].sort());
    expect((await sharp(at('gallery', 'wave.webp')).metadata()).width).toBe(360);
  });

  it('should renew one, keeping what a museum wrote, and sweep what nothing names any more', async () => {
    await add(['wave--katsushika-hokusai-1831.png'], { said: { work: 'The Great Wave' } });
    const before = await add(['udnie--francis-picabia-1913.png']);
    await picture('wave--katsushika-hokusai-1831.png', '#883322');
    await sharp(at('Mine.png')).resize(64, 80, { fit: 'fill' }).toFile(at('wave.png'));
    const { presets, files } = await add(['wave.png'], { thumbnails: false });
    expect(presets[0]).toMatchObject({
      id: 'wave',
      work: 'The Great Wave',
      painter: 'Katsushika Hokusai',
      aspect: 0.8,
    });
    expect(presets[1]).toEqual(before.presets[1]);
    expect(files.filter((name) => name.endsWith('.bin'))).toHaveLength(2);
    expect(files).not.toContain(`${before.presets[0]?.statistics[0]?.sha256}.bin`);
  });

  it('should take a folder, and one out again with its files', async () => {
    const { presets } = await add(['.']);
    expect(presets.map(({ id }) => id)).toEqual(['wave', 'udnie']);
    await removePresets(at('gallery'), ['wave']);
    expect(await readGallery(at('gallery'))).toEqual([presets[1]]);
    const left = [`${presets[1]?.statistics[0]?.sha256}.bin`, 'index.json', 'udnie.webp'];
    expect((await readdir(at('gallery'))).sort()).toEqual(left.sort());
  });

  it('should refuse before it changes anything', async () => {
    await add(['udnie--francis-picabia-1913.png']);
    const before = await readFile(at('gallery', 'index.json'), 'utf8');
    await writeFile(at('notes--some-one-1900.png'), 'no picture');
    const cases: [() => Promise<unknown>, string, RegExp][] = [
      [() => add(['Mine.png']), 'usage', /--painter and --year/],
      [() => add(['Mine.png'], { said: { painter: 'Me', year: 19.5 } }), 'usage', /whole number/],
      [
        () => add(['Mine.png'], { said: { id: 'No Id', painter: 'Me', year: 2026 } }),
        'usage',
        /cannot be a preset's id/,
      ],
      [() => add(['wave--katsushika-hokusai-1831.png'], { thumbnails: false }), 'usage', /no thumbnail yet/],
      [() => add(['.'], { said: { year: 1900 } }), 'usage', /one painting/],
      [() => add(['gone--some-one-1900.png']), 'not-found', /no file/],
      [() => add(['notes--some-one-1900.png']), 'image-not-an-image', /notes/],
      [() => removePresets(at('gallery'), ['udnie', 'wave']), 'preset-unknown', /there is: udnie/],
    ];
    for (const [work, code, message] of cases) {
      await expect(work()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    }
    expect(await readFile(at('gallery', 'index.json'), 'utf8')).toBe(before);
    await writeFile(at('gallery', 'index.json'), '{"format": "other"}');
    await expect(readGallery(at('gallery'))).rejects.toMatchObject({ code: 'usage' });
  });

  it('should read from a file name what it says', () => {
    expect(workOf('x/la-grande-jatte--georges-seurat-1886.jpg', {}, [])).toEqual({
      id: 'la-grande-jatte',
      work: 'La Grande Jatte',
      painter: 'Georges Seurat',
      year: 1886,
    });
    expect(workOf('My Cat.jpg', { painter: 'Me', year: 2026 }, [])).toMatchObject({ id: 'my-cat', work: 'My Cat' });
  });
});
