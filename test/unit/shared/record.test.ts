import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { parseRecipe } from '../../../shared/recipe';
import { looksLikeRecord, parseRecord, type RunRecord } from '../../../shared/record';

const recipe = parseRecipe({ technique: 'dream', version: 2, seed: 7, content: 'a'.repeat(64) } as const);
const record: RunRecord = {
  version: 1,
  recipe,
  engine: '1.2.3',
  device: { backend: 'wasm', description: 'WASM SIMD', rejected: [{ backend: 'webgpu', reason: 'no adapter' }] },
  width: 512,
  height: 384,
  result: 'b'.repeat(64),
  complete: false,
  failure: { code: 'out-of-memory', message: 'The buffer was refused.' },
  losses: [
    { step: 1, loss: -3.5 },
    { step: 9, loss: -7.25 },
  ],
  steps: 9,
  elapsedMs: 1234.5,
  msPerStep: 137.2,
  peakBytes: 1e7,
  troubles: [{ backend: 'webgpu', code: 'device-lost', message: 'The driver restarted.', step: 4, tile: 256 }],
};
const copy = (): Record<string, unknown> => JSON.parse(JSON.stringify(record));
const codeOf = (value: unknown): string => {
  try {
    parseRecord(value);
    return 'none';
  } catch (cause) {
    return cause instanceof ReverieError ? cause.code : `not ours: ${String(cause)}`;
  }
};

describe('the record of a run', () => {
  it('should come through a file as it was', () => {
    expect(parseRecord(copy())).toEqual(record);
    expect(looksLikeRecord(copy())).toBe(true);
    expect(looksLikeRecord(recipe)).toBe(false);
  });

  it('should be read from before records had a version', () => {
    const { version: _, complete: __, ...old } = copy();
    expect(parseRecord(old)).toEqual({ ...record, complete: true });
  });

  it('should fill in what its recipe leaves out', () => {
    const short = { ...copy(), recipe: { technique: 'dream', version: 2 } };
    expect(parseRecord(short).recipe).toEqual(parseRecipe({ technique: 'dream', version: 2 } as const));
  });

  it.each([
    ['a version from the future', { version: 2 }, 'recipe-version'],
    ['a recipe from the future', { recipe: { ...recipe, version: 9 } }, 'recipe-version'],
    ['a bad recipe', { recipe: { ...recipe, size: 1 } }, 'recipe-invalid'],
    ['an unknown field', { colour: 1 }, 'recipe-invalid'],
    ['no steps', { steps: undefined }, 'recipe-invalid'],
    ['a negative number', { peakBytes: -1 }, 'recipe-invalid'],
    ['a backend that is none', { device: { ...record.device, backend: 'cuda' } }, 'recipe-invalid'],
    ['a loss without a number', { losses: [{ step: 1, loss: null }] }, 'recipe-invalid'],
    ['a hash that is none', { result: 'b' }, 'recipe-invalid'],
    ['words without end', { engine: 'x'.repeat(limits.record.maxText + 1) }, 'recipe-invalid'],
    ['a code that is none', { failure: { code: 'bad-luck', message: '' } }, 'recipe-invalid'],
  ])('should be refused with %s', (_, fields, code) => {
    expect(codeOf({ ...copy(), ...fields })).toBe(code);
  });

  it('should be refused with its field named, whatever is put into whichever of them', () => {
    const paths = fc.constantFrom(...Object.keys(record));
    fc.assert(
      fc.property(paths, fc.jsonValue(), (field, value) => {
        const code = codeOf({ ...copy(), [field]: value });
        return ['none', 'recipe-invalid', 'recipe-version'].includes(code);
      }),
      { numRuns: 500 },
    );
  });

  it('should refuse everything else, and never with an error of the machine', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => ['recipe-invalid', 'recipe-version'].includes(codeOf(value))),
      { numRuns: 500 },
    );
  });
});
