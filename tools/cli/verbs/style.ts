/** `reverie style`: a photo painted in the style of paintings, by optimisation. */
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import {
  optimisers,
  parseRecipe,
  poolings,
  type RecipeInputOf,
  recipeVersion,
  type StyleRecipe,
  styleColours,
  styleDefaults,
  styleLosses,
  styleStarts,
} from '../../../shared/recipe';
import { defaultNetwork } from '../../../shared/techniques/contract';
import { type ReadImage, readImage, readPhoto } from '../../images';
import { execute, runFlags, runOptions } from '../execute';
import { numberOption, required } from '../options';
import { contentOption, outOption } from '../outputs';
import { parseStyles, type StyleWord } from '../styles';
import {
  baseRecipe,
  continueOptions,
  given,
  listOption,
  parseLayer,
  startField,
  startOf,
  stringOption,
} from '../techniqueVerb';
import type { OptionValues, Verb } from '../verb';

const { schedule } = styleDefaults;
/** `--steps` is one number; further scales keep the share that the default schedule gives them. */
const furtherShare = schedule.steps / schedule.firstSteps;

export const style: Verb = {
  name: 'style',
  summary: 'Paint a photo in the style of one or more paintings.',
  usage: '--content FILE --style FILE|PRESET[:WEIGHT] --out FILE [options]',
  options: {
    content: contentOption('the photo'),
    style: {
      type: 'string',
      multiple: true,
      value: 'FILE|PRESET[:WEIGHT]',
      help: `a painting or a preset's id; repeat, or put commas between, to blend up to ${limits.run.maxStyles}`,
    },
    out: outOption(),
    size: {
      type: 'string',
      value: 'N',
      help: `long side of the result in pixels, ${limits.run.minSize} to ${limits.run.maxSize}`,
      default: styleDefaults.size,
    },
    strength: {
      type: 'string',
      value: 'N',
      help: '0 keeps the photo, 100 lets the painting win',
      default: styleDefaults.strength,
    },
    'style-scale': {
      type: 'string',
      value: 'N',
      help: 'size of the painting relative to the result: 2 paints with strokes twice as large',
      default: styleDefaults.styleScale,
    },
    mask: {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'where a style paints (white) and where not (black); one for each style in their order, "none" for none',
    },
    colours: {
      type: 'string',
      value: styleColours.join('|'),
      help: "the painting's, or the photo's: only lights and darks painted, or the painting recoloured first",
      default: styleDefaults.colours,
    },
    start: { type: 'string', value: 'content|noise|FILE', help: 'where painting begins', default: styleDefaults.start },
    loss: {
      type: 'string',
      value: styleLosses.join('|'),
      help: 'what makes a style alike',
      default: styleDefaults.loss,
    },
    pooling: { type: 'string', value: poolings.join('|'), help: 'of the network', default: styleDefaults.pooling },
    'content-layer': { type: 'string', multiple: true, value: 'LAYER[:WEIGHT]', help: 'what is kept of the photo' },
    'style-layer': { type: 'string', multiple: true, value: 'LAYER[:WEIGHT]', help: 'what is taken of the painting' },
    optimiser: {
      type: 'string',
      value: optimisers.join('|'),
      help: 'adam looks from many places, lbfgs from one',
      default: styleDefaults.optimiser.method,
    },
    grain: {
      type: 'string',
      value: 'N',
      help: "weight of the painting's fine grain beside the layers",
      default: styleDefaults.grain,
    },
    palette: {
      type: 'string',
      value: 'N',
      help: "weight of the painting's colours beside the layers",
      default: styleDefaults.palette,
    },
    tv: { type: 'string', value: 'N', help: 'smoothness', default: styleDefaults.totalVariation },
    network: { type: 'string', value: 'ID', help: 'the network to look through', default: defaultNetwork },
    seed: { type: 'string', value: 'N', help: 'the same seed gives the same picture', default: styleDefaults.seed },
    steps: {
      type: 'string',
      value: 'N',
      help: `steps at the coarsest scale; every further scale takes ${furtherShare} of them`,
      default: schedule.firstSteps,
    },
    ...runOptions,
    continue: continueOptions.continue,
  },

  async run(values, context) {
    const flags = runFlags(values);
    const contentPath = required(values, 'content', style);
    const out = required(values, 'out', style);
    const base = await baseRecipe('style', values);
    const words = await parseStyles(strings(values.style));
    const masks = await readMasks(strings(values.mask), words.length || (base?.recipe.styles.length ?? 0));
    const built = buildRecipe(base?.recipe, words, masks, values);
    const start = await startOf(values, startFile(values.start));
    const recipe = { ...built, ...startField(built, start) };
    const content = await readPhoto(contentPath);
    const styles: ReadImage[] = [];
    for (const word of words) if (word.kind === 'image') styles.push(await readImage(word.name));
    return execute(
      {
        recipe,
        inputs: { content, styles, masks: masks.filter((mask) => mask !== null), start },
        out,
        flags,
        notes: [content, ...styles].flatMap(({ notes }) => notes),
        replayOf: base?.replayOf,
      },
      context,
    );
  },
};

const strings = (value: OptionValues[string]): string[] =>
  (Array.isArray(value) ? value : []).filter((item): item is string => typeof item === 'string');

/** The recipe file's fields, or the defaults, under the flags; checked as a whole by the schema. */
function buildRecipe(
  base: StyleRecipe | undefined,
  words: readonly StyleWord[],
  masks: readonly (ReadImage | null)[],
  values: OptionValues,
): StyleRecipe {
  const steps = numberOption(values, 'steps');
  const start = stringOption(values, 'start');
  const input: RecipeInputOf<'style'> = {
    ...base,
    technique: 'style',
    version: recipeVersion,
    styles: withMasks(words.length > 0 ? stylesOf(words, base) : keptStyles(base), masks),
    // The photo on hand decides; the engine fills in its hash, and a replay with another one is told afterwards.
    content: null,
    ...given({
      size: numberOption(values, 'size'),
      strength: numberOption(values, 'strength'),
      styleScale: numberOption(values, 'style-scale'),
      seed: numberOption(values, 'seed'),
      grain: numberOption(values, 'grain'),
      palette: numberOption(values, 'palette'),
      totalVariation: numberOption(values, 'tv'),
      colours: stringOption(values, 'colours') as StyleRecipe['colours'] | undefined,
      loss: stringOption(values, 'loss') as StyleRecipe['loss'] | undefined,
      pooling: stringOption(values, 'pooling') as StyleRecipe['pooling'] | undefined,
      network: stringOption(values, 'network'),
      start: startFile(start) === undefined ? (start as StyleRecipe['start'] | undefined) : ('image' as const),
      contentLayers: listOption(values, 'content-layer')?.map(parseLayer),
      styleLayers: listOption(values, 'style-layer')?.map(parseLayer),
    }),
    ...(stringOption(values, 'optimiser') === undefined
      ? {}
      : {
          optimiser: {
            ...base?.optimiser,
            method: stringOption(values, 'optimiser') as StyleRecipe['optimiser']['method'],
          },
        }),
    ...(steps === undefined
      ? {}
      : { schedule: { ...base?.schedule, firstSteps: steps, steps: Math.round(steps * furtherShare) } }),
  };
  return parseRecipe(input);
}

/** The path behind `--start`, unless it says one of the other ways to begin. */
function startFile(value: OptionValues[string]): string | undefined {
  return typeof value === 'string' && !(styleStarts as readonly string[]).includes(value) ? value : undefined;
}

/** One entry per style, null where it has no mask. @throws ReverieError `usage` */
async function readMasks(paths: readonly string[], styles: number): Promise<(ReadImage | null)[]> {
  if (paths.length > styles) throw new ReverieError('usage', `There are ${paths.length} masks for ${styles} styles.`);
  const masks: (ReadImage | null)[] = [];
  for (const path of paths) masks.push(path === 'none' ? null : await readPhoto(path));
  return masks;
}

/** Masks belong to pictures on hand, not to a recipe's hashes: what is not given is no mask. */
function withMasks(styles: StyleInput, masks: readonly (ReadImage | null)[]): StyleInput {
  return styles.map(({ mask: _, ...style }, i) => (masks[i] ? { ...style, mask: null } : style));
}

type StyleInput = RecipeInputOf<'style'>['styles'];

/** A word without a weight takes the recipe's at its place when the recipe has as many styles: a replay. */
function stylesOf(words: readonly StyleWord[], base: StyleRecipe | undefined): StyleInput {
  const inherited = base?.styles.length === words.length ? base.styles : [];
  return words.map(({ kind, name, weight }, i) => ({
    ...(kind === 'preset' ? { preset: name } : { image: null }),
    weight: weight ?? inherited[i]?.weight ?? 1,
  }));
}

function keptStyles(base: StyleRecipe | undefined): StyleInput {
  if (!base) throw new ReverieError('usage', '--style is missing: give a painting or the id of a preset.');
  const missing = base.styles.filter((source) => 'image' in source).length;
  if (missing === 0) return base.styles;
  throw new ReverieError(
    'usage',
    `The recipe was made with ${missing} painting(s) that are not in it; give all ${base.styles.length} styles with --style, in its order.`,
  );
}
