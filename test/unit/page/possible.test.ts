import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import type { PublicShare } from '../../../shared/share';
import { paintsInOwnStyle, recipeForOwn, whatIsPossible } from '../../../web/page/player/state/possible';

const picture = { url: '/i/x.jpg', width: 4, height: 3, type: 'image/jpeg' as const, bytes: 9 };
const shareOf = (style: string): PublicShare => ({
  id: 'x',
  title: '',
  language: 'en',
  result: picture,
  card: null,
  film: null,
  state: 'live',
  recipe: parseRecipe({ technique: 'fast', version: 2, styles: [{ style }, { style: 'udnie' }] }),
  run: { backend: 'wasm', engine: '0.1.0', seconds: 1, steps: 1 },
  inputs: [{ role: 'content', index: 0, picture }],
  createdAt: '2026-01-01T00:00:00Z',
  expiresAt: '2026-02-01T00:00:00Z',
});

describe('a share of a view that compares photos', () => {
  const compared = (view: string, inputs: PublicShare['inputs']): PublicShare => ({
    ...shareOf('udnie'),
    recipe: parseRecipe({ technique: 'see', version: 2, view, photos: [null, null] }),
    inputs,
  });

  it.each(['patches', 'neighbours', 'map'])('has no replay of %s, but one photo may be looked at', (view) => {
    for (const inputs of [[], shareOf('udnie').inputs]) {
      const share = compared(view, inputs);
      expect(whatIsPossible(share)).toEqual({ replay: false, own: true });
      const { photos, ...rest } = recipeForOwn(share.recipe, 256) as unknown as Record<string, unknown>;
      expect(photos).toBeUndefined();
      expect(rest).toMatchObject({ technique: 'see', view });
    }
  });
});

describe('a share of an instant painting', () => {
  it('should be painted again, and on other photos, in the styles that the network comes with', () => {
    expect(whatIsPossible(shareOf('starry-night'))).toEqual({ replay: true, own: true });
  });

  it('should offer neither in a style that somebody taught in their own browser: the numbers are not here', () => {
    const share = shareOf('own-0123456789abcdef');
    expect(paintsInOwnStyle(share)).toBe(true);
    expect(whatIsPossible(share)).toEqual({ replay: false, own: false });
  });
});
