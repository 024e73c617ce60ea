/** `reverie style`: a photo painted in the style of paintings, by optimisation. */
import { resolve } from 'node:path';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { isRecipeOf, parseRecipe, type RecipeInputOf, type StyleRecipe, styleDefaults } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/migrate';
import { checkWritable, type ReadImage, readImage } from '../../images';
import { backendOption, execute, parseBackend } from '../execute';
import { numberOption, required } from '../options';
import { readRecipe } from '../recipeFile';
import { parseStyles, type StyleWord } from '../styles';
import type { OptionValues, Verb } from '../verb';

const { schedule } = styleDefaults;
/** `--steps` is one number; further scales keep the share that the default schedule gives them. */
const furtherShare = schedule.steps / schedule.firstSteps;

export const style: Verb = {
  name: 'style',
  summary: 'Paint a photo in the style of one or more paintings.',
  usage: '--content FILE --style FILE|PRESET[:WEIGHT] --out FILE [options]',
  options: {
    content: { type: 'string', value: 'FILE', help: 'the photo' },
    style: {
      type: 'string',
      multiple: true,
      value: 'FILE|PRESET[:WEIGHT]',
      help: `a painting or a preset's id; repeat, or put commas between, to blend up to ${limits.run.maxStyles}`,
    },
    out: { type: 'string', value: 'FILE', help: 'where the picture goes: .png, .jpg or .webp' },
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
    seed: { type: 'string', value: 'N', help: 'the same seed gives the same picture', default: styleDefaults.seed },
    steps: {
      type: 'string',
      value: 'N',
      help: `steps at the coarsest scale; every further scale takes ${furtherShare} of them`,
      default: schedule.firstSteps,
    },
    recipe: {
      type: 'string',
      value: 'FILE',
      help: 'start from a recipe or the record of a run (JSON); the flags given here override its fields',
    },
    backend: backendOption,
  },

  async run(values, context) {
    const backend = parseBackend(values.backend);
    const contentPath = required(values, 'content', style);
    const out = required(values, 'out', style);
    if (resolve(out) === resolve(contentPath)) throw new ReverieError('usage', `${out} would overwrite the photo.`);
    await checkWritable(out);
    const base = typeof values.recipe === 'string' ? await readStyleRecipe(values.recipe) : undefined;
    const words = await parseStyles(strings(values.style));
    const recipe = buildRecipe(base, words, values);

    const content = await readImage(contentPath);
    const styles: ReadImage[] = [];
    for (const word of words) if (word.kind === 'image') styles.push(await readImage(word.name));
    return execute(
      {
        recipe,
        inputs: { content, styles },
        out,
        backend,
        json: values.json === true,
        quiet: values.quiet === true,
        notes: [content, ...styles].flatMap(({ notes }) => notes),
        replayOf: base,
      },
      context,
    );
  },
};

const strings = (value: OptionValues[string]): string[] =>
  (Array.isArray(value) ? value : []).filter((item): item is string => typeof item === 'string');

async function readStyleRecipe(path: string): Promise<StyleRecipe> {
  const recipe = await readRecipe(path);
  if (isRecipeOf('style', recipe)) return recipe;
  throw new ReverieError('recipe-invalid', `${path} is a recipe for another technique; run that verb instead.`);
}

/** The recipe file's fields, or the defaults, under the flags; checked as a whole by the schema. */
function buildRecipe(base: StyleRecipe | undefined, words: readonly StyleWord[], values: OptionValues): StyleRecipe {
  const steps = numberOption(values, 'steps');
  const input: RecipeInputOf<'style'> = {
    ...base,
    technique: 'style',
    version: recipeVersion,
    styles: words.length > 0 ? stylesOf(words, base) : keptStyles(base),
    // The photo on hand decides; the engine fills in its hash, and a replay with another one is told afterwards.
    content: null,
    ...given({
      size: numberOption(values, 'size'),
      strength: numberOption(values, 'strength'),
      styleScale: numberOption(values, 'style-scale'),
      seed: numberOption(values, 'seed'),
    }),
    ...(steps === undefined
      ? {}
      : { schedule: { ...base?.schedule, firstSteps: steps, steps: Math.round(steps * furtherShare) } }),
  };
  return parseRecipe(input);
}

/** Without the fields that are undefined, so that they do not override. */
function given<T extends Record<string, number | undefined>>(fields: T): { [K in keyof T]?: number } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: number;
  };
}

/** A word without a weight takes the recipe's at its place when the recipe has as many styles: a replay. */
function stylesOf(words: readonly StyleWord[], base: StyleRecipe | undefined): RecipeInputOf<'style'>['styles'] {
  const inherited = base?.styles.length === words.length ? base.styles : [];
  return words.map(({ kind, name, weight }, i) => ({
    ...(kind === 'preset' ? { preset: name } : { image: null }),
    weight: weight ?? inherited[i]?.weight ?? 1,
  }));
}

function keptStyles(base: StyleRecipe | undefined): RecipeInputOf<'style'>['styles'] {
  if (!base) throw new ReverieError('usage', '--style is missing: give a painting or the id of a preset.');
  const missing = base.styles.filter((source) => 'image' in source).length;
  if (missing === 0) return base.styles;
  throw new ReverieError(
    'usage',
    `The recipe was made with ${missing} painting(s) that are not in it; give all ${base.styles.length} styles with --style, in its order.`,
  );
}
