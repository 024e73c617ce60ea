/**
 * What people have kept: recipes, records, shares and styles of every version that there was. Each still opens, and says
 * today what it said when these examples were written (test/fixtures/stored). An example is never changed, only added.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../shared/hash';
import { parseRecipe } from '../../../shared/recipe';
import { parseRecord } from '../../../shared/record';
import { parseShareRequest } from '../../../shared/share';
import { decodeStyleFile } from '../../../web/engine/train/styleFile';

const folder = path.resolve(import.meta.dirname, '../../fixtures/stored');
interface Example {
  readonly stored: unknown;
  readonly reads: unknown;
}
const examples = async (name: string): Promise<Example[]> =>
  JSON.parse(await readFile(path.join(folder, `${name}.json`), 'utf8'));

describe.each([
  ['recipes', parseRecipe],
  ['records', parseRecord],
  ['shares', parseShareRequest],
] as const)('stored %s', async (name, parse: (stored: unknown) => unknown) => {
  const all = await examples(name);

  it.each(all.map((example, i) => [i + 1, example] as const))(
    'number %i opens, and says what it said',
    (_, example) => {
      expect(parse(example.stored)).toEqual(example.reads);
    },
  );
});

describe('a stored style', () => {
  const whole = { width: 2, blocks: 1, norm: 'instance' };
  const chance = { noise: 0.04, speckle: 0.25 };
  const served = { width: 16, blocks: 5, norm: 'instance' };
  it.each([
    ['own-v1', 'style', { ...served, upsampling: 'resize' }, 7, ['own-04081b51fa68d47f', 1606, '7b4b65413acd60e0']],
    ['own-v2', 'output', { ...served, upsampling: 'resize' }, 0, ['own-e78c0f3064ba526f', 5494, 'd8ff1ea19e388c7c']],
    ['own-v2-all', 'all', { ...whole, upsampling: 'resize' }, 7, ['own-4e522f4be4b6f477', 3000, 'f3535cf160efbdd2']],
    [
      'own-v3',
      'output',
      { ...served, upsampling: 'spline', ...chance },
      7,
      ['own-265723a41c55b2e4', 5494, '2387a0eb01a67402'],
    ],
    [
      'own-v3-all',
      'all',
      { ...whole, upsampling: 'spline', ...chance },
      7,
      ['own-df1e4f525eb8f8d6', 3000, 'f7e3bf701a81bf82'],
    ],
  ] as const)(
    '%s opens, with the numbers and the id that it had',
    async (file, trains, transformer, thumbnail, numbers) => {
      const style = await decodeStyleFile(await readFile(path.join(folder, `${file}.reverie-style`)));
      expect(style).toMatchObject({
        trains,
        transformer,
        network: 'reverie-fast',
        weights: 'b'.repeat(64),
        steps: 300,
      });
      expect(style.name).toMatch(/^Own \d, 금빛$/);
      expect(style.thumbnail).toHaveLength(thumbnail);
      const { values } = style;
      const bytes = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength).slice();
      expect([style.id, values.length, (await sha256Hex(bytes)).slice(0, 16)]).toEqual(numbers);
    },
  );
});
