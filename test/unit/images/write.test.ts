import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkWritable, decodeImage, readImage, writeImage } from '../../../tools/images';
import { rgb } from './pictures';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reverie-'));
});
afterEach(() => rm(folder, { recursive: true }));

const picture = async () => decodeImage(await rgb(40, 24).png().toBuffer());

describe('writeImage', () => {
  it('should keep every pixel in a PNG', async () => {
    const path = join(folder, 'out.png');
    const pixels = await picture();
    await writeImage(path, pixels);
    const again = await readImage(path);
    expect([again.width, again.height]).toEqual([40, 24]);
    expect(Buffer.compare(Buffer.from(again.data), Buffer.from(pixels.data))).toBe(0);
  });

  it.each(['jpg', 'JPEG', 'webp'])('should write .%s in its own format', async (extension) => {
    const path = join(folder, `out.${extension}`);
    await writeImage(path, await picture());
    const { format, exif, channels } = await sharp(path).metadata();
    expect(format).toBe(extension === 'webp' ? 'webp' : 'jpeg');
    expect(channels).toBe(3);
    expect(exif).toBeUndefined();
  });

  it('should keep transparency where the pixels have it', async () => {
    const data = new Uint8ClampedArray(16 * 16 * 4).fill(128);
    await writeImage(join(folder, 'out.png'), { width: 16, height: 16, data });
    expect((await sharp(join(folder, 'out.png')).metadata()).hasAlpha).toBe(true);
  });

  it('should replace a file and leave no temporary one behind', async () => {
    const path = join(folder, 'out.png');
    await writeFile(path, 'old');
    await writeImage(path, await picture());
    expect((await readImage(path)).width).toBe(40);
    expect(await readdir(folder)).toEqual(['out.png']);
  });

  it('should clean up and say why when the place is taken by a folder', async () => {
    await mkdir(join(folder, 'out.png'));
    await expect(writeImage(join(folder, 'out.png'), await picture())).rejects.toMatchObject({ code: 'usage' });
    expect(await readdir(folder)).toEqual(['out.png']);
  });
});

describe('checkWritable', () => {
  it('should accept a new file in a folder that exists', async () => {
    await expect(checkWritable(join(folder, 'new.webp'))).resolves.toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['an unknown extension', 'out.bmp', /must end in \.png, \.jpg/],
    ['no extension', 'out', /must end in/],
    ['a folder that is not there', 'no/such/out.png', /there is no folder .*no\/such/],
    ['a folder', 'folder.png', /it is not a file/],
  ])('should refuse %s', async (_, name, message) => {
    await mkdir(join(folder, 'folder.png'));
    await expect(checkWritable(join(folder, name))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message),
    });
  });
});
