/** The picture that a run goes towards, or is told by. Whether it is used says the recipe. */
import { signal } from '@preact/signals';
import { complain, dismissNotice } from './notice';
import { decodeNamed, type Photo } from './photo';
import { editOf, recipe, technique } from './recipe';

export const guide = signal<Photo | null>(null);

/** A file that cannot be opened leaves the guide before it in place. */
export async function openGuide(file: File): Promise<void> {
  try {
    guide.value = await decodeNamed(file, file.name || ((t) => t.photo.pastedName));
    dismissNotice();
    // A guide leads whole layers, not channels or places.
    const wanted = recipe.value;
    const layers = 'layers' in wanted ? (wanted.layers as readonly (string | { layer: string; weight: number })[]) : [];
    const whole = layers.map((each) => (typeof each === 'string' ? each : { layer: each.layer, weight: each.weight }));
    editOf(technique.value, { guide: null, ...(whole.length > 0 && { layers: whole }) } as object);
  } catch (cause) {
    complain(cause);
  }
}

export function dropGuide(): void {
  guide.value = null;
  editOf(technique.value, { guide: undefined } as object);
}
