/** What a result is called, in captions, alternative texts and file names, following a language switch. */
import type { Recipe } from '../../../shared/recipe';
import type { Dictionary } from '../../../shared/words/index';
import { museumName } from '../../../shared/words/ko/works';
import { classesOf } from './classes';
import { ownStyleById } from './ownStyles';
import type { Photo } from './photo';
import { styleLabel } from './styleLabel';
import { presetById } from './styles';

type Text = (t: Dictionary) => string;

/** `relu1_1, relu3_1 …`: a ladder's first and last say enough. */
const layersOf = (names: readonly string[]) => (names.length > 2 ? `${names[0]} – ${names.at(-1)}` : names.join(', '));

/** Fixed at the time of the call: a result keeps what it was made with. */
export function resultLabel(recipe: Recipe): Text {
  switch (recipe.technique) {
    case 'style':
      return styleLabel();
    case 'fast': {
      const names = recipe.styles.map(({ style }) => {
        const own = ownStyleById(style)?.name;
        const work = presetById(style)?.work ?? style;
        return (t: Dictionary) => own ?? museumName(t.tag, work);
      });
      return (t) => names.map((name) => name(t)).join(' + ');
    }
    case 'dream':
      return (t) => t.made.dream(layersOf(recipe.layers.map(({ layer }) => layer)));
    case 'invert':
      return (t) => t.made.invert(layersOf(recipe.layers));
    case 'texture':
      return (t) => t.made.texture[recipe.method];
    case 'see': {
      const { layer, channel } = recipe;
      const [name] = (channel !== undefined && classesOf(layer)?.[channel]?.names) || [];
      const what = name ?? (channel === undefined ? layer : `${layer}:${channel}`);
      return (t) => t.made.see[recipe.view](what);
    }
  }
}

/** With the photo's name before it, where there is a photo. */
export function resultTitle(recipe: Recipe, photo: Photo | null): Text {
  const made = resultLabel(recipe);
  const what: Text =
    recipe.technique === 'style' || recipe.technique === 'fast' ? (t) => t.result.after_(made(t)) : made;
  return (t) => (photo ? `${photo.name(t)}, ${what(t)}` : what(t));
}
