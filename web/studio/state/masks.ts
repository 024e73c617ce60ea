/**
 * Where each style paints: masks drawn over the photo, kept by the style they belong to. Whether a style has one says
 * the recipe. White paints, black does not.
 */
import { signal } from '@preact/signals';
import type { StyleSource } from '../../../shared/techniques/contract';
import type { Pixels } from '../../engine/api';
import { edit, styleRecipe } from './recipe';

/** Long side of a mask; the engine scales it to its layers, which are far smaller. */
export const maskSide = 512;

export const keyOf = (style: StyleSource): string =>
  'preset' in style ? style.preset : 'image' in style ? (style.image ?? 'own image') : style.statistics;

export const masks = signal<Readonly<Record<string, Pixels>>>({});
/** Which style's mask is being drawn. */
export const maskEdited = signal<number | null>(null);

/** @param mask null lets the style paint everywhere. */
export function setMask(index: number, mask: Pixels | null): void {
  const styles = styleRecipe.value.styles.map((style, i) => {
    if (i !== index) return style;
    const { mask: _, ...rest } = style;
    return mask ? { ...rest, mask: null } : rest;
  });
  const style = styles[index];
  if (!style) return;
  const { [keyOf(style)]: _, ...others } = masks.value;
  masks.value = mask ? { ...others, [keyOf(style)]: mask } : others;
  edit({ styles });
}

/** Masks lie over one photo; another one has none. */
export function dropMasks(): void {
  masks.value = {};
  const { styles } = styleRecipe.value;
  if (styles.some(({ mask }) => mask !== undefined)) edit({ styles: styles.map(({ mask: _, ...rest }) => rest) });
}

/** In the order of the recipe's styles that have one; null while one of them is not drawn yet. */
export function masksInOrder(styles: readonly StyleSource[]): readonly Pixels[] | null {
  const wanted = styles.filter(({ mask }) => mask !== undefined);
  const drawn = wanted.flatMap((style) => masks.value[keyOf(style)] ?? []);
  return drawn.length === wanted.length ? drawn : null;
}
