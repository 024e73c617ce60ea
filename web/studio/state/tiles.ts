/**
 * The gallery itself: the person's own photo in every style, small, one pass each, in the order in which they come into sight.
 * A few go before what is wanted large, the others after it.
 */
import { computed, effect, signal } from '@preact/signals';
import { fastStylesOf, stylesOf } from '../../../shared/recipe/about';
import { defaultRecipe, type Recipe } from '../../../shared/techniques';
import type { StyleSource } from '../../../shared/techniques/contract';
import type { Pixels } from '../../engine/api';
import { copyAgain } from '../../page/intake/scale';
import { busy } from '../../page/run/drive';
import { getEngine } from '../../page/run/engine';
import { sketching } from './engine';
import { keyOf } from './masks';
import { type Photo, photo } from './photo';
import { recipe } from './recipe';
import { painting, requestFor } from './run';
import { sketches, sketchOf } from './sketch';

/** Long side; a tile is about a hundred CSS pixels wide, and strokes want some room. */
const side = 224;

/** What a tile paints in: a painting as style transfer names it, or a style that a network has learned by its id. */
export type Hand = StyleSource | string;

/** By the hand's key. */
export const tiles = signal<ReadonlyMap<string, Pixels>>(new Map());

export const keyOfHand = (hand: Hand): string => (typeof hand === 'string' ? hand : keyOf(hand));

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

/** Of what is painted after one painting alone. */
function onlyHand(of: Recipe): string | null {
  const hands: readonly Hand[] = [...fastStylesOf(of), ...stylesOf(of)];
  const [only] = hands;
  return only !== undefined && hands.length === 1 ? keyOfHand(only) : null;
}

/** Another strength is no other picture: what hangs stays until that one is there. */
const hangs = (key: string | null): boolean => {
  const done = painting.value;
  return done !== null && done.photo === photo.value && onlyHand(done.recipe) === key;
};

/** The small one hangs until the large one of the same choice is there. */
export const foretaste = computed<Pixels | null>(() => {
  const key = sketching.value ? onlyHand(recipe.value) : null;
  return key === null || hangs(key) ? null : (tiles.value.get(key) ?? null);
});

const failed = new Set<string>();
const underWay = signal(false);
let last: Promise<void> = Promise.resolve();

/** One after another. */
function paint(key: string, hand: Hand, from: Photo): Promise<void> {
  last = paintNow(key, hand, from);
  return last;
}

async function paintNow(key: string, hand: Hand, from: Photo): Promise<void> {
  underWay.value = true;
  try {
    const small = recipeFor(hand);
    const engine = await getEngine();
    if (!small) throw new Error('no sketch');
    const request = await requestFor(engine, small, { ...from, pixels: copyAgain(from.pixels, side) });
    const { pixels } = await engine.run(request).result;
    if (photo.peek() === from) tiles.value = new Map(tiles.peek()).set(key, pixels);
  } catch {
    // The painting's own picture stays on its tile; whoever chooses it is told.
    if (photo.peek() === from) failed.add(key);
  } finally {
    underWay.value = false;
  }
}

const isOpen = ([key]: readonly [string, Hand]): boolean => !tiles.value.has(key) && !failed.has(key);

/** So long other tiles may go before a large picture, milliseconds: on a GPU that is all that are seen, on a slow phone one. */
const aheadMs = 400;

/**
 * Before a large picture of another choice: its small one, which hangs meanwhile; and before the first one of a photo others
 * that are seen. None that needs more to be fetched than the large one does.
 */
export async function paintAhead(large: Recipe, from: Photo, isStopped: () => boolean): Promise<void> {
  const chosen = onlyHand(large);
  if (hangs(chosen)) return;
  await last;
  const isFirst = painting.peek()?.photo !== from;
  const alike = [...wanted.peek()]
    .filter(([key, hand]) => key === chosen || (isFirst && recipeFor(hand)?.technique === large.technique))
    .sort(([a], [b]) => Number(b === chosen) - Number(a === chosen));
  let begun: number | null = null;
  for (const each of alike.filter(isOpen)) {
    if (isStopped() || (begun !== null && performance.now() - begun > aheadMs)) return;
    await paint(...each, from);
    // The first waits for the network as well.
    begun ??= performance.now();
  }
}

/** @returns stop. */
export function followTiles(): () => void {
  let of: Photo | null = null;
  return effect(() => {
    const from = photo.value;
    if (of !== from) {
      of = from;
      failed.clear();
      if (tiles.peek().size > 0) tiles.value = new Map();
    }
    const free = !busy.value && !sketching.value && sketches.value && !underWay.value;
    const next = [...wanted.value].find(isOpen);
    if (from && free && next) void paint(...next, from);
  });
}
