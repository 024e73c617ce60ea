/**
 * The gallery itself: the person's own photo in every style, small, one pass each, in the order in which they come into sight.
 * Whatever is wanted large goes before.
 */
import { computed, effect, signal } from '@preact/signals';
import { fastStylesOf, stylesOf } from '../../../shared/recipe/about';
import { defaultRecipe, type Recipe } from '../../../shared/techniques';
import type { StyleSource } from '../../../shared/techniques/contract';
import type { Pixels } from '../../engine/api';
import { copyWithin } from '../../page/intake/scale';
import { busy } from '../../page/run/drive';
import { getEngine } from '../../page/run/engine';
import { sketching } from './engine';
import { type Photo, photo } from './photo';
import { recipe } from './recipe';
import { inputsFor } from './run';
import { sketches, sketchOf } from './sketch';

/** Long side; a tile is about a hundred CSS pixels wide, and strokes want some room. */
const side = 224;

/** What a tile paints in: a painting as style transfer names it, or a style that a network has learned by its id. */
export type Hand = StyleSource | string;

/** By the hand's key. */
export const tiles = signal<ReadonlyMap<string, Pixels>>(new Map());

export const keyOfHand = (hand: Hand): string =>
  typeof hand === 'string' ? hand : 'preset' in hand ? hand.preset : 'own image';

/** Seen, and not painted yet. */
const wanted = signal<ReadonlyMap<string, Hand>>(new Map());

/** Called when a tile comes into sight. */
export function wantTile(hand: Hand): void {
  const key = keyOfHand(hand);
  if (!wanted.peek().has(key)) wanted.value = new Map(wanted.peek()).set(key, hand);
}

function recipeFor(hand: Hand): Recipe | null {
  const asked: Recipe =
    typeof hand === 'string'
      ? { ...defaultRecipe('fast'), styles: [{ style: hand, weight: 1 }] }
      : 'statistics' in hand
        ? { ...defaultRecipe('any'), styles: [hand] }
        : { ...defaultRecipe('style'), styles: [hand] };
  const sketch = sketchOf(asked);
  return sketch && { ...sketch, size: side };
}

/** The small one hangs until the large one of the same choice is there. */
export const foretaste = computed<Pixels | null>(() => {
  if (!sketching.value) return null;
  const hands: readonly Hand[] = [...fastStylesOf(recipe.value), ...stylesOf(recipe.value)];
  const [only] = hands;
  return only !== undefined && hands.length === 1 ? (tiles.peek().get(keyOfHand(only)) ?? null) : null;
});

/** One after another. @returns stop. */
export function followTiles(): () => void {
  let of: Photo | null = null;
  let painting = false;
  const failed = new Set<string>();
  const paint = async (key: string, hand: Hand, from: Photo): Promise<void> => {
    painting = true;
    try {
      const small = recipeFor(hand);
      const engine = await getEngine();
      if (!small) throw new Error('no sketch');
      const inputs = inputsFor(small, { ...from, pixels: copyWithin(from.pixels, side) }, null);
      const { pixels } = await engine.run({ recipe: small, inputs }).result;
      if (photo.peek() === from) tiles.value = new Map(tiles.peek()).set(key, pixels);
    } catch {
      // The painting's own picture stays on its tile; whoever chooses it is told.
      failed.add(key);
    } finally {
      painting = false;
      next.value++;
    }
  };
  const next = signal(0);
  return effect(() => {
    next.value;
    const from = photo.value;
    if (of !== from) {
      of = from;
      failed.clear();
      if (tiles.peek().size > 0) tiles.value = new Map();
    }
    const free = !busy.value && !sketching.value && sketches.value && !painting;
    const open = [...wanted.value].find(([key]) => !tiles.value.has(key) && !failed.has(key));
    if (from && free && open) void paint(...open, from);
  });
}
