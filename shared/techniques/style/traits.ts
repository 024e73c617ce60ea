/** Style transfer, to everybody but the engine. */

import { printedScale } from '../any/schema';
import { type Fact, leaning, type Technique } from '../contract';
import { learnedPresets } from '../fast/schema';
import { styleFields } from './fields';
import { paintedSize, type StyleRecipe, styleDefaults, styleSchema } from './schema';

export const style = {
  name: 'style',
  defaults: styleDefaults,
  schema: styleSchema,
  /** Grain and palette are new in version 2, and on by default; a style was smoothed more without them. */
  migrations: { 1: (recipe) => ({ totalVariation: 80, grain: 0, palette: 0, ...recipe }) },
  fields: styleFields,

  layerFields: ['contentLayers', 'styleLayers'],

  styles: ({ styles }) => styles,
  styleSize: ({ size, styleScale }) => size * styleScale,
  startsFromPicture: ({ start }) => start === 'image',
  withoutStart: ({ startImage: _, ...rest }) => ({ ...rest, start: 'content' }),
  pictures: ['styles'],

  sketch({ styles, start, styleScale, strength, colours }) {
    if (start !== 'content' || !styles.some(({ weight }) => weight > 0)) return null;
    // What was learned is painted with more of its strokes by who learned it, all over and at the one scale that it knows.
    const learned = styles.flatMap((source) =>
      'preset' in source && source.mask === undefined && learnedPresets.includes(source.preset)
        ? [{ style: source.preset, weight: source.weight }]
        : [],
    );
    const passed = { strength: sketchStrength(strength) };
    if (learned.length === styles.length && styleScale === 1 && colours === 'style') {
      return { technique: 'fast', styles: learned, ...passed };
    }
    return { technique: 'any', styles, styleScale, colours, ...passed };
  },
  /** Its last sizes, tile by tile; with masks, one pass. */
  printed(recipe, times) {
    const { startImage: _, ...rest } = recipe;
    if (recipe.styles.every(({ mask }) => mask === undefined)) return { ...rest, start: 'content' };
    const { styles, styleScale, strength, colours, seed } = recipe;
    const passed = { styleScale: printedScale(styleScale, times), strength: sketchStrength(strength) };
    return { technique: 'any', styles, colours, seed, ...passed };
  },
  continued(recipe, steps) {
    const { firstSteps, steps: further } = recipe.schedule;
    const schedule = {
      ...recipe.schedule,
      minSize: paintedSize(recipe.size),
      firstSteps: steps ?? Math.max(1, further || firstSteps),
    };
    return { ...recipe, start: 'image', schedule };
  },

  // The same painting twice, in two masks, is named once.
  subject: ({ styles }) => styles.filter((style, i) => styles.findIndex((other) => sameWork(style, other)) === i),
  facts: (recipe): Fact[] => [
    ['style', style.subject(recipe)],
    ['strength', recipe.strength, leaning(recipe.strength)],
    ['brush', recipe.styleScale],
    ['colours', recipe.colours],
    ['loss', recipe.loss],
    ['start', recipe.start],
    ['optimiser', recipe.optimiser.method],
  ],
} as const satisfies Technique<StyleRecipe>;

/** One pass mixes photo and painting where optimisation weighs them: in the middle the painting has won, and both ends stay ends. */
const sketchStrength = (strength: number): number =>
  Math.round(strength < 50 ? 1.8 * strength : 90 + 0.2 * (strength - 50));

type Source = StyleRecipe['styles'][number];
const sameWork = (a: Source, b: Source): boolean =>
  'preset' in a && 'preset' in b ? a.preset === b.preset : 'image' in a && 'image' in b && a.image === b.image;
