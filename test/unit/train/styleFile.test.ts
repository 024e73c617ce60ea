/** A style as a file: back as it was, and refused in words when it is anything else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapPlaces } from '../../../shared/anyStyle/places';
import { limits } from '../../../shared/limits';
import { isOwnStyle } from '../../../shared/ownStyle';
import {
  cleanName,
  decodePaintingFile,
  decodeStyleFile,
  encodePaintingFile,
  encodeStyleFile,
  isPaintingFile,
  type StyleFile,
} from '../../../web/engine/train/styleFile';
import { numbersOf } from '../../../web/engine/transformer/parameters';
import { madeUpStyle } from '../../support/styles';

const transformer = { width: 2, blocks: 1, norm: 'instance', upsampling: 'resize' } as const;
const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

/** Halves as they are: what is written is what is read. */
const style = (more: Partial<StyleFile> = {}): Omit<StyleFile, 'id'> => {
  const trains = more.trains ?? 'output';
  const count = numbersOf({ trains }, { ...transformer, styles: ['any'] });
  return {
    name: 'Klimt, 금빛',
    network: 'reverie-fast',
    weights: 'a'.repeat(64),
    transformer,
    trains,
    steps: 400,
    values: Float32Array.from({ length: count }, (_, i) => (i % 64) / 32 - 1),
    thumbnail: jpeg,
    ...more,
  };
};

const refusal = async (bytes: Uint8Array) => {
  const error = await decodeStyleFile(bytes).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'training-file-invalid' });
  return String((error as Error).message);
};

/** The same file with its line of JSON changed. */
const withHeader = (bytes: Uint8Array, change: (header: Record<string, unknown>) => object | string) => {
  const end = bytes.indexOf(0x0a);
  const changed = change(JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))));
  const text = typeof changed === 'string' ? changed : `${JSON.stringify(changed)}\n`;
  return Uint8Array.from([...new TextEncoder().encode(text), ...bytes.subarray(end + 1)]);
};

describe('a style in a file', () => {
  it.each([
    style(),
    style({ trains: 'all' }),
    style({ trains: 'all', transformer: { ...transformer, upsampling: 'spline', noise: 0.04, speckle: 0.25 } }),
    style({ trains: 'style' }),
    style({ thumbnail: new Uint8Array() }),
  ])('should come back as it was, under a name that follows from its numbers', async (given) => {
    const { id, ...rest } = await decodeStyleFile(await encodeStyleFile(given));
    expect(rest).toEqual(given);
    expect(isOwnStyle(id)).toBe(true);
    const renamed = await decodeStyleFile(await encodeStyleFile({ ...given, name: 'Other' }));
    expect(renamed.id).toBe(id);
    const other = given.values.slice();
    other[0] = 0.5;
    expect((await decodeStyleFile(await encodeStyleFile({ ...given, values: other }))).id).not.toBe(id);
  });

  it.each([
    [1, style({ trains: 'style' })],
    [2, style({ trains: 'output' })],
  ])('should be read as version %i wrote it', async (version, given) => {
    const earlier = withHeader(await encodeStyleFile(given), (header) => ({ ...header, version }));
    expect(await decodeStyleFile(earlier)).toMatchObject(given);
  });

  it('should keep a name to one short line that reads in one direction', () => {
    expect(cleanName('  a\nb\u202ec ')).toBe('a b c');
    expect(cleanName('가'.repeat(500))).toHaveLength(limits.train.maxNameLength);
    expect(cleanName('\u0000')).toBe('?');
  });
});

describe('a file that is none', async () => {
  const good = await encodeStyleFile(style());
  const nan = new Float32Array(style().values.length).fill(Number.NaN);

  it.each([
    ['empty', () => new Uint8Array()],
    ['a picture', () => jpeg],
    ['JSON of something else', () => new TextEncoder().encode('{"format":"reverie-training/1"}\n')],
    ['cut short', () => good.subarray(0, -1)],
    ['cut within its first line', () => good.subarray(0, 40)],
    ['followed by something', () => Uint8Array.from([...good, 0])],
    ['too large', () => new Uint8Array(limits.train.maxStyleFileBytes + 1)],
    [
      'of a network that is not normalised by picture',
      () => withHeader(good, (h) => ({ ...h, transformer: { ...transformer, norm: 'batch' } })),
    ],
    [
      'of a network that its numbers are too few for',
      () => withHeader(good, (h) => ({ ...h, transformer: { ...transformer, width: 3 } })),
    ],
    ['with a field more', () => withHeader(good, (h) => ({ ...h, script: 'x' }))],
    ['with a name that turns the line around', () => withHeader(good, (h) => ({ ...h, name: 'a\u202eb' }))],
    ['with a line that does not end', () => withHeader(good, () => ' '.repeat(limits.train.maxHeaderBytes))],
  ])('should be refused when it is %s', async (_, bytes) => {
    await refusal(bytes());
  });

  it('should be refused when a single bit of its numbers or its picture has changed', async () => {
    const end = good.indexOf(0x0a);
    for (const at of [end + 1, end + 8, good.length - 1]) {
      const damaged = good.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(await refusal(damaged)).toContain('damaged');
    }
  });

  it('should be told from one of a newer Reverie', async () => {
    expect(await refusal(withHeader(good, (h) => ({ ...h, version: 4 })))).toContain('newer');
    expect(await refusal(withHeader(good, (h) => ({ ...h, version: 0 })))).not.toContain('newer');
  });

  it('should never be written: neither numbers that are none nor a picture that is not one', async () => {
    await expect(encodeStyleFile(style({ values: nan }))).rejects.toMatchObject({ code: 'training-file-invalid' });
    const svg = new TextEncoder().encode('<svg onload="alert(1)"/>');
    await expect(encodeStyleFile(style({ thumbnail: svg }))).rejects.toMatchObject({ code: 'training-file-invalid' });
  });

  it('should be refused in words whatever its bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => void (await refusal(bytes))),
      { numRuns: 300 },
    );
  });

  it('should be refused in words, or be whole, whatever is done to a good one', async () => {
    const cut = fc.nat(good.length - 1);
    await fc.assert(
      fc.asyncProperty(cut, fc.uint8Array({ minLength: 1, maxLength: 20 }), async (at, bytes) => {
        const spliced = good.slice();
        spliced.set(bytes.subarray(0, good.length - at), at);
        const read = await decodeStyleFile(spliced).catch((cause: unknown) => cause);
        if (read instanceof Error) expect(read).toMatchObject({ code: 'training-file-invalid' });
        else expect((read as StyleFile).values).toEqual(style().values);
      }),
      { numRuns: 300 },
    );
  });

  it('should be refused in words whatever its header says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => void (await refusal(withHeader(good, () => `${text}\n`)))),
      { numRuns: 300 },
    );
  });
});

describe('a painting in a file', () => {
  const sizes = [128, 512].map((longSide) => madeUpStyle(longSide));
  const given = { name: 'Wellen', sizes, thumbnail: jpeg };

  it('should come back as it was, and not be taken for a taught style', async () => {
    const file = await encodePaintingFile(given);
    expect(await decodePaintingFile(file)).toEqual(given);
    expect(file.length).toBeLessThan(20 * 1024);
    expect([isPaintingFile(file), isPaintingFile(await encodeStyleFile(style()))]).toEqual([true, false]);
    expect(await refusal(file)).toContain('newer');
  });

  it('should be refused where it is damaged, cut, of too many sizes or of none', async () => {
    const file = await encodePaintingFile(given);
    const bad = file.slice();
    bad[file.length - 400] = 7 ^ (bad[file.length - 400] ?? 0);
    const many = limits.paintings.maxSizes + 1;
    for (const bytes of [
      ...[bad, file.subarray(0, -1), file.subarray(0, 40), new Uint8Array(), await encodeStyleFile(style())],
      ...[withHeader(file, (header) => ({ ...header, sizes: 0 })), withHeader(file, (h) => ({ ...h, sizes: many }))],
      ...[withHeader(file, (h) => ({ ...h, sizes: 1 })), withHeader(file, (h) => ({ ...h, url: 'https://a.b' }))],
    ]) {
      await expect(decodePaintingFile(bytes)).rejects.toMatchObject({ code: 'training-file-invalid' });
    }
    const { statistics } = madeUpStyle();
    const wild = mapPlaces((place) => ({ ...statistics[place], mean: statistics[place].mean.map(() => 1e4) }));
    const absurd = { ...given, sizes: [{ ...madeUpStyle(), statistics: wild }] };
    await expect(encodePaintingFile(absurd)).rejects.toMatchObject({ code: 'style-invalid' });
  });
});
