/** `reverie see`: what a layer of the network sees in a photo, or likes best. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import {
  isRecipeOf,
  parseRecipe,
  type RecipeInputOf,
  type SeeRecipe,
  seeDefaults,
  seeViews,
} from '../../../shared/recipe';
import { defaultNetwork } from '../../../shared/recipe/fields';
import { recipeVersion } from '../../../shared/recipe/migrate';
import type { Frame } from '../../../web/engine/api';
import { checkWritable, readImage, writeImage } from '../../images';
import { backendOption, execute, parseBackend } from '../execute';
import { numberOption, required } from '../options';
import { readRecipe } from '../recipeFile';
import type { OptionSpec, OptionValues, Verb } from '../verb';

const number = (help: string, fallback?: number): OptionSpec => ({
  ...{ type: 'string', value: 'N', help },
  ...(fallback === undefined ? {} : { default: fallback }),
});

export const see: Verb = {
  name: 'see',
  summary: 'Show what a layer of the network sees in a photo, or which picture a channel likes best.',
  usage: '--content FILE --layer LAYER --out FILE [options]',
  options: {
    content: { type: 'string', value: 'FILE', help: 'the photo; --view feature needs none' },
    view: {
      type: 'string',
      value: seeViews.join('|'),
      help: 'channels of the layer, pixels that it depends on, what a channel likes best, or which channels answer together',
      default: seeDefaults.view,
    },
    layer: { type: 'string', value: 'LAYER', help: 'a tap of the network', default: seeDefaults.layer },
    channel: number('one channel (or class) instead of the whole layer; --view feature takes 0 when absent'),
    out: { type: 'string', value: 'FILE', help: 'where the picture goes: .png, .jpg or .webp' },
    frames: { type: 'string', value: 'DIR', help: 'also write every channel, map or pair as a picture of its own' },
    size: number(`long side of the result in pixels, ${limits.run.minSize} to ${limits.run.maxSize}`, seeDefaults.size),
    'max-channels': number('activations: so many channels, those that respond most', seeDefaults.maxChannels),
    samples: number('saliency: average over so many noisy copies of the photo', seeDefaults.smooth.samples),
    noise: number('saliency: how noisy they are, 0 to 1', seeDefaults.smooth.noise),
    overlay: number('saliency: 0 shows the photo, 1 the map alone', seeDefaults.overlay),
    steps: number('feature: steps of the climb', seeDefaults.steps),
    seed: number('the same seed gives the same picture', seeDefaults.seed),
    network: { type: 'string', value: 'ID', help: 'the network to look into', default: defaultNetwork },
    recipe: {
      type: 'string',
      value: 'FILE',
      help: 'start from a recipe or the record of a run (JSON); the flags given here override its fields',
    },
    backend: backendOption,
  },

  async run(values, context) {
    const backend = parseBackend(values.backend);
    const out = required(values, 'out', see);
    await checkWritable(out);
    const base = typeof values.recipe === 'string' ? await readSeeRecipe(values.recipe) : undefined;
    const recipe = buildRecipe(base, values);
    const contentPath = recipe.view === 'feature' ? undefined : required(values, 'content', see);
    if (contentPath !== undefined && resolve(out) === resolve(contentPath)) {
      throw new ReverieError('usage', `${out} would overwrite the photo.`);
    }
    const content = contentPath === undefined ? null : await readImage(contentPath);
    const folder = values.frames;
    return execute(
      {
        recipe,
        inputs: { content },
        out,
        write: async (path, { pixels, frames }) => {
          await writeImage(path, pixels);
          if (typeof folder === 'string') await writeFrames(folder, frames);
        },
        backend,
        json: values.json === true,
        quiet: values.quiet === true,
        notes: content?.notes ?? [],
        replayOf: base,
      },
      context,
    );
  },
};

async function readSeeRecipe(path: string): Promise<SeeRecipe> {
  const recipe = await readRecipe(path);
  if (isRecipeOf('see', recipe)) return recipe;
  throw new ReverieError('recipe-invalid', `${path} is a recipe for another technique; run that verb instead.`);
}

/** The recipe file's fields, or the defaults, under the flags; checked as a whole by the schema. */
function buildRecipe(base: SeeRecipe | undefined, values: OptionValues): SeeRecipe {
  const smooth = given({ samples: numberOption(values, 'samples'), noise: numberOption(values, 'noise') });
  const input: RecipeInputOf<'see'> = {
    ...base,
    technique: 'see',
    version: recipeVersion,
    // The photo on hand decides; the engine fills in its hash, and a replay with another one is told afterwards.
    content: null,
    ...given({
      view: values.view as SeeRecipe['view'] | undefined,
      layer: values.layer as string | undefined,
      network: values.network as string | undefined,
      channel: numberOption(values, 'channel'),
      maxChannels: numberOption(values, 'max-channels'),
      overlay: numberOption(values, 'overlay'),
      size: numberOption(values, 'size'),
      steps: numberOption(values, 'steps'),
      seed: numberOption(values, 'seed'),
    }),
    smooth: { ...base?.smooth, ...smooth },
  };
  return parseRecipe(input);
}

/** Without the fields that are undefined, so that they do not override. */
function given<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

/** `DIR/01 relu4_1 37.png`, in the order of the result. */
async function writeFrames(folder: string, frames: readonly Frame[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const digits = String(frames.length).length;
  for (const [i, { label, pixels }] of frames.entries()) {
    const name = label.replace(/[^\p{L}\p{N}_.×-]+/gu, ' ').trim();
    await writeImage(join(folder, `${String(i + 1).padStart(digits, '0')} ${name}.png`), pixels);
  }
}
