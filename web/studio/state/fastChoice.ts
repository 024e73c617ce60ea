/** Which instant styles are chosen, and how much of each. */
import type { FastRecipe } from '../../../shared/recipe';
import { editOf, recipes } from './recipe';

export const editFast = (changes: Partial<FastRecipe>) => editOf('fast', changes);

export const chooseFast = (style: string) => editFast({ styles: [{ style, weight: 1 }] });

/** @param weight 0 takes it out of the mix, unless it is the last */
export function mixFast(style: string, weight: number): void {
  const { styles } = recipes.value.fast;
  const others = styles.filter((each) => each.style !== style);
  if (weight > 0) {
    const known = styles.some((each) => each.style === style);
    const mixed = styles.map((each) => (each.style === style ? { style, weight } : each));
    editFast({ styles: known ? mixed : [...styles, { style, weight }] });
  } else if (others.length > 0) editFast({ styles: others });
}
