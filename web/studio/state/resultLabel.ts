/** What a result is called, in captions, alternative texts and file names, following a language switch. */
import { type Recipe, techniqueOf } from '../../../shared/techniques';
import type { Named } from '../../../shared/techniques/contract';
import { museumName, type StudioWords } from '../../../shared/words/studio';
import { classesOf } from './networks';
import { ownPaintingOf } from './ownPaintings';
import { ownStyleById } from './ownStyles';
import type { Photo } from './photo';
import { presetById } from './styles';

type Text = (t: StudioWords) => string;

const isLayer = (named: Named): named is Extract<Named, { layer: string }> => 'layer' in named;

/** Fixed at the time of the call: a result keeps what it was made with. */
function nameOf(named: Named): Text {
  if (isLayer(named)) {
    const { layer, channel } = named;
    const [name] = (channel !== undefined && classesOf(layer)?.[channel]?.names) || [];
    const text = name ?? (channel === undefined ? layer : `${layer}:${channel}`);
    return () => text;
  }
  if ('image' in named || 'statistics' in named) {
    const own = 'image' in named ? ownPaintingOf(named.image)?.name : undefined;
    return (t) => own ?? t.styles.own;
  }
  const id = 'preset' in named ? named.preset : named.style;
  const own = ownStyleById(id)?.name;
  const work = presetById(id)?.work ?? id;
  return (t) => own ?? museumName(t, work);
}

/** A ladder's first layer and last say enough. */
function joined(subject: readonly Named[]): Text {
  const names = subject.map(nameOf);
  const [first, last] = [names[0], names.at(-1)];
  if (first && last && names.length > 2 && subject.every(isLayer)) return (t) => `${first(t)} – ${last(t)}`;
  return (t) => names.map((name) => name(t)).join(subject.every(isLayer) ? ', ' : ' + ');
}

export function resultLabel(recipe: Recipe): Text {
  const technique = techniqueOf(recipe);
  const what = joined(technique.subject(recipe));
  const variant = technique.variant?.(recipe) ?? '';
  return (t) => {
    const { made } = t.techniques[recipe.technique] as { readonly made: Sentence | Readonly<Record<string, Sentence>> };
    const sentence = typeof made === 'object' ? (made[variant] ?? made.other) : made;
    return typeof sentence === 'function' ? sentence(what(t)) : (sentence ?? what(t));
  };
}
type Sentence = string | ((what: string) => string);

/** The same as a label says it: what was painted after a painting is said to be. */
export function resultName(recipe: Recipe): Text {
  const made = resultLabel(recipe);
  return techniqueOf(recipe).subject(recipe).every(isLayer) ? made : (t) => t.result.after_(made(t));
}

/** With the photo's name before it, where there is a photo. */
export function resultTitle(recipe: Recipe, photo: Photo | null): Text {
  const what = resultName(recipe);
  return (t) => (photo ? `${photo.name(t)}, ${what(t)}` : what(t));
}
