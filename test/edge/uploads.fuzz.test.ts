/** Uploads with anything wrong in them: an error of ours or an upload that is right, and never another error. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReverieError } from '../../shared/errors';
import { parseRecipe } from '../../shared/recipe';
import { parseShareRequest } from '../../shared/share';
import { readUpload } from '../../worker/shares/upload';
import { draft, formOf, origin } from './support/upload';

/** What a client did wrong has a code of its own. */
const refusals = /^(recipe-version|share-(invalid|too-large|picture-refused))$/;

async function reads(body: BodyInit, type: string): Promise<'taken' | string> {
  const request = new Request(`${origin}/api/shares`, { method: 'POST', body, headers: { 'Content-Type': type } });
  try {
    const { request: share, pictures } = await readUpload(request);
    expect(pictures.size).toBeGreaterThan(0);
    expect(pictures.get(share.result.sha256)?.bytes.byteLength).toBe(share.result.bytes);
    return 'taken';
  } catch (cause) {
    expect(cause).toBeInstanceOf(ReverieError);
    const { code } = cause as ReverieError;
    expect(code).toMatch(refusals);
    return code;
  }
}

/** One value of a JSON document replaced by another. */
function replaced(value: unknown, path: readonly number[], by: unknown): unknown {
  if (path.length === 0 || typeof value !== 'object' || value === null) return by;
  const [at = 0, ...rest] = path;
  const keys = Object.keys(value);
  const key = keys[at % Math.max(1, keys.length)];
  if (key === undefined) return by;
  const inner = replaced((value as Record<string, unknown>)[key], rest, by);
  return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner };
}

const path = fc.array(fc.nat(12), { minLength: 1, maxLength: 4 });
const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(null, -1, 0, 1e308, '', '__proto__', '\u202e', 'x'.repeat(2000), [], {}),
);

describe('fuzzing uploads', () => {
  it('should survive forms with any bytes changed, cut out or put in', { timeout: 60_000 }, async () => {
    const whole = new Response(formOf(await draft()));
    const type = whole.headers.get('Content-Type') ?? '';
    const bytes = [...new Uint8Array(await whole.arrayBuffer())];
    expect(await reads(Uint8Array.from(bytes), type)).toBe('taken');
    const edit = fc.record({ at: fc.nat(bytes.length), cut: fc.nat(40), put: fc.uint8Array({ maxLength: 20 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const changed = [...bytes];
        for (const { at, cut, put } of edits) changed.splice(at % changed.length, cut, ...put);
        await reads(Uint8Array.from(changed), type);
      }),
      { numRuns: 400 },
    );
  });

  it('should survive any bytes under any boundary', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 80 }), async (bytes, boundary) => {
        const type = `multipart/form-data; boundary=${boundary.replace(/[^\x20-\x7e]/g, '')}`;
        expect(await reads(Uint8Array.from(bytes), type)).not.toBe('taken');
      }),
      { numRuns: 300 },
    );
  });

  it('should survive descriptions with any value replaced', { timeout: 60_000 }, async () => {
    const { share, files } = await draft();
    await fc.assert(
      fc.asyncProperty(path, anything, async (at, by) => {
        const form = formOf({ share, files });
        form.set('share', JSON.stringify(replaced(share, at, by)));
        const whole = new Response(form);
        await reads(await whole.arrayBuffer(), whole.headers.get('Content-Type') ?? '');
      }),
      { numRuns: 400 },
    );
  });
});

describe('fuzzing recipes', () => {
  const recipes = [
    { technique: 'style', version: 2, styles: [{ preset: 'starry-night' }, { image: 0, weight: 2 }] },
    { technique: 'dream', version: 2 },
    { technique: 'invert', version: 2 },
    { technique: 'texture', version: 2 },
    { technique: 'see', version: 2 },
    { technique: 'fast', version: 2, styles: [{ style: 'starry-night' }] },
  ];

  it('should give a recipe that parses again to itself, or an error of ours', () => {
    fc.assert(
      fc.property(fc.constantFrom(...recipes), path, anything, (recipe, at, by) => {
        const changed = replaced(recipe, at, by);
        try {
          const parsed = parseRecipe(changed);
          expect(parseRecipe(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
        } catch (cause) {
          expect(cause).toBeInstanceOf(ReverieError);
          expect((cause as ReverieError).code).toMatch(/^recipe-(invalid|version)$/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('should keep what is in a share readable: what was taken once parses again', async () => {
    const { share } = await draft();
    fc.assert(
      fc.property(path, anything, (at, by) => {
        try {
          const parsed = parseShareRequest(replaced(share, at, by));
          expect(parseShareRequest(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
        } catch (cause) {
          expect(cause).toMatchObject({ code: expect.stringMatching(refusals) });
        }
      }),
      { numRuns: 1000 },
    );
  });
});
