/** Recipe links, the film's frames, and refusals: what of sharing needs no browser. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { parseRecipe } from '../../../shared/recipe';
import { recipeLink, recipeOfLink } from '../../../web/page/run/recipeLink';
import { Reel } from '../../../web/studio/sharing/reel';

const page = 'http://studio.test';
const packedOf = (link: string) => link.slice(link.indexOf('=') + 1);

describe('a recipe link', () => {
  const styles = Array.from({ length: limits.run.maxStyles }, (_, i) => ({
    preset: `a-painting-${i}`,
    weight: 0.1 * i,
  }));

  it('gives the same recipe back, in few characters of an address', async () => {
    const recipe = parseRecipe({ technique: 'style', version: 2, styles, seed: 4_294_967_295 });
    const link = await recipeLink(recipe, page);
    expect(link).toMatch(/^http:\/\/studio\.test\/#recipe=[\w-]+$/);
    expect(link.length).toBeLessThanOrEqual(2048);
    expect(parseRecipe(JSON.parse(await recipeOfLink(packedOf(link))))).toEqual(recipe);
  });

  it('is refused where mail programs would cut it', async () => {
    // Noise does not compress.
    const recipe = parseRecipe({ technique: 'invert', version: 2 });
    const huge = { ...recipe, network: randomBytes(2000).toString('hex') };
    await expect(recipeLink(huge, page)).rejects.toMatchObject({ code: 'share-too-large' });
  });

  it('is refused when it is damaged, cut, or a bomb', async () => {
    const link = await recipeLink(parseRecipe({ technique: 'invert', version: 2 }), page);
    const zeros = new Blob([new Uint8Array(50_000_000)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
    const bomb = Buffer.from(await new Response(zeros).arrayBuffer()).toString('base64url');
    for (const packed of ['', '%%%', packedOf(link).slice(0, 30), bomb]) {
      await expect(recipeOfLink(packed), packed.slice(0, 20)).rejects.toMatchObject({ code: 'recipe-invalid' });
    }
  });
});

describe('the film of a run', () => {
  const pixels = (value: number) => ({ width: 4, height: 4, data: new Uint8ClampedArray(64).fill(value) });

  it.each([1, 5, 22, 23, 24, 100, 1000])('of %i previews has at most 24 frames, spread over all steps', (previews) => {
    const reel = new Reel();
    for (let i = 0; i < previews; i++) reel.take(pixels(i), i * 10, 1 / (i + 1));
    const frames = reel.finish(pixels(255), previews * 10, 0.5);
    const steps = frames.map(({ step }) => step);
    expect(frames.length).toBeGreaterThanOrEqual(Math.min(previews + 1, 12));
    expect(frames.length).toBeLessThanOrEqual(limits.share.maxFrames);
    expect([steps[0], steps.at(-1)]).toEqual([0, previews * 10]);
    expect(frames.at(-1)?.pixels.data[0]).toBe(255);
    const gaps = steps.slice(1).map((step, i) => step - (steps[i] ?? 0));
    expect(Math.max(...gaps.slice(0, -1), 0)).toBeLessThanOrEqual(
      2 * Math.max(10, (previews * 10) / (frames.length - 1)),
    );
  });

  it('is full with one preview fewer than it has frames', () => {
    const reel = new Reel();
    for (let i = 1; i < limits.share.maxFrames; i++) reel.take(pixels(i), i, undefined);
    expect(reel.finish(pixels(255), 1000, undefined).length).toBe(limits.share.maxFrames);
  });

  it('begins again when the device failed and the run did too', () => {
    const reel = new Reel();
    for (const step of [0, 10, 20, 0, 10]) reel.take(pixels(step), step, undefined);
    expect(reel.finish(pixels(1), 30, undefined).map(({ step }) => step)).toEqual([0, 10, 30]);
  });
});

describe('what the edge refuses', () => {
  it('keeps its code, and says when to come back', () => {
    const error = { code: 'rate-limited', message: 'slow down' };
    const refused = ReverieError.fromAnswer({ error: { ...error, data: { retryAfter: 60 } } }, 429);
    expect(refused).toMatchObject({ code: 'rate-limited', data: { retryAfter: 60 } });
    expect(ReverieError.fromAnswer({ error }, 429).data).toBeUndefined();
    for (const strange of [
      '<html>',
      null,
      {},
      { error: { code: 'no-such', message: '' } },
      { error: { ...error, data: 3 } },
    ])
      expect(ReverieError.fromAnswer(strange, 502).code).toBe('network-failed');
  });
});
