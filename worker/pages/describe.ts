/** A recipe in words, for people and crawlers: what was done, and its parameters as pairs of name and value. */

import { isOwnStyle } from '../../shared/ownStyle';
import type { PageLanguage, PresetNames } from '../../shared/pageParts';
import type { Recipe, RecipeOf } from '../../shared/recipe';
import type { PageWords } from './words';

export type Fact = readonly [name: string, value: string];

export interface Description {
  /** One line, e.g. `Style transfer after The Starry Night by Vincent van Gogh`. */
  readonly made: string;
  readonly facts: readonly Fact[];
}

interface Speech {
  readonly t: PageWords;
  readonly language: PageLanguage;
  readonly presets: PresetNames;
}

const number = ({ t }: Speech, value: number) =>
  new Intl.NumberFormat(t.tag, { maximumFractionDigits: 2 }).format(value);

function styleName(source: RecipeOf<'style'>['styles'][number], { t, presets, language }: Speech): string {
  if ('image' in source) return t.ownStyle;
  const preset = presets[source.preset];
  return preset ? t.work(preset.work[language], preset.painter[language]) : source.preset;
}

function strength(value: number, speech: Speech): string {
  const { strengthWords, strengthValue } = speech.t.facts;
  const words = strengthWords[Math.min(2, Math.floor(value / 34))] ?? '';
  return `${strengthValue(number(speech, value))}, ${words}`;
}

function describeStyle(recipe: RecipeOf<'style'>, speech: Speech): Description {
  const { t } = speech;
  const f = t.facts;
  // The same painting twice, in two masks, is named once.
  const styles = t.and([...new Set(recipe.styles.map((style) => styleName(style, speech)))]);
  return {
    made: t.made.style(styles),
    facts: [
      [f.style, styles],
      [f.strength, strength(recipe.strength, speech)],
      [f.brush, f.brushValue(number(speech, recipe.styleScale))],
      [f.colours, f.colourValues[recipe.colours]],
      [f.loss, f.losses[recipe.loss]],
      [f.start, f.starts[recipe.start]],
      [f.optimiser, recipe.optimiser.method === 'lbfgs' ? 'L-BFGS' : 'Adam'],
    ],
  };
}

function describeFast(recipe: RecipeOf<'fast'>, speech: Speech): Description {
  const { t, presets, language } = speech;
  const name = (id: string) => {
    const preset = presets[id];
    if (preset) return t.work(preset.work[language], preset.painter[language]);
    return isOwnStyle(id) ? t.taughtStyle : id;
  };
  const styles = t.and(recipe.styles.map(({ style }) => name(style)));
  return {
    made: t.made.style(styles),
    facts: [
      [t.facts.style, styles],
      [t.facts.strength, strength(recipe.strength, speech)],
    ],
  };
}

function describeDream(recipe: RecipeOf<'dream'>, speech: Speech): Description {
  const { t } = speech;
  const f = t.facts;
  const layers = recipe.layers.map(({ layer, channels }) =>
    channels ? f.channels(layer, channels.join(', ')) : layer,
  );
  const facts: Fact[] = [
    [f.layers, t.and(layers)],
    [f.octaves, f.octavesValue(number(speech, recipe.octaves), number(speech, recipe.steps))],
  ];
  if (recipe.guide !== undefined) facts.push([f.guide, f.guideValue]);
  if (recipe.film.frames > 0) facts.push([f.film, f.filmValue(number(speech, recipe.film.frames))]);
  return { made: t.made.dream(t.and(recipe.layers.map(({ layer }) => layer))), facts };
}

function describeInvert({ layers, steps }: RecipeOf<'invert'>, speech: Speech): Description {
  const { t } = speech;
  return {
    made: t.made.invert(t.and(layers)),
    facts: [
      [t.facts.layers, t.and(layers)],
      [t.facts.steps, number(speech, steps)],
    ],
  };
}

function describeTexture({ method, layers, seamless }: RecipeOf<'texture'>, { t }: Speech): Description {
  const facts: Fact[] = [];
  if (method === 'gram') facts.push([t.facts.layers, t.and(layers.map(({ layer }) => layer))]);
  if (seamless) facts.push([t.facts.seamless, t.facts.yes]);
  return { made: t.made.texture[method], facts };
}

function describeSee({ view, layer, channel }: RecipeOf<'see'>, speech: Speech): Description {
  const { t } = speech;
  const facts: Fact[] = [[t.facts.layers, layer]];
  if (channel !== undefined) facts.push([t.facts.channel, String(channel)]);
  return { made: t.made.see[view](layer), facts };
}

function describeTechnique(recipe: Recipe, speech: Speech): Description {
  switch (recipe.technique) {
    case 'style':
      return describeStyle(recipe, speech);
    case 'fast':
      return describeFast(recipe, speech);
    case 'dream':
      return describeDream(recipe, speech);
    case 'invert':
      return describeInvert(recipe, speech);
    case 'texture':
      return describeTexture(recipe, speech);
    case 'see':
      return describeSee(recipe, speech);
  }
  // A technique that came after this page was written is still shown, without its parameters.
  return { made: speech.t.made.other, facts: [] };
}

/** What the author's device told of the run. */
export interface RunFacts {
  readonly steps: number;
  readonly seconds: number;
  readonly backend: string;
}

export function describe(
  recipe: Recipe,
  size: { readonly width: number; readonly height: number },
  run: RunFacts,
  speech: Speech,
): Description {
  const { made, facts } = describeTechnique(recipe, speech);
  const { facts: f, techniques } = speech.t;
  const plain = (value: number) => String(Math.round(value));
  const backends: Readonly<Record<string, string>> = f.backends;
  return {
    made,
    facts: [
      [f.technique, techniques[recipe.technique] ?? recipe.technique],
      ...facts,
      [f.size, f.sizeValue(plain(size.width), plain(size.height))],
      [f.seed, String(recipe.seed)],
      [f.network, recipe.network],
      [
        f.time,
        f.timeValue(
          number(speech, run.steps),
          number(speech, Math.round(run.seconds * 10) / 10),
          backends[run.backend] ?? run.backend,
        ),
      ],
    ],
  };
}
