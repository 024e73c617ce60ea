/** `reverie see`: what a layer of the network sees in a photo, or likes best. */
import { ReverieError } from '../../../shared/errors';
import { classLayer } from '../../../shared/imagenet';
import { limits } from '../../../shared/limits';
import {
  parseRecipe,
  type RecipeInputOf,
  recipeVersion,
  type SeeRecipe,
  seeDefaults,
  seeViews,
} from '../../../shared/recipe';
import { defaultNetwork } from '../../../shared/techniques/contract';
import { readPhoto, writeImage } from '../../images';
import { execute, runFlags, runOptions } from '../execute';
import { findClass } from '../imagenet';
import { layerName } from '../inputs';
import { numberOption, required } from '../options';
import { contentOption, outOption } from '../outputs';
import {
  baseRecipe,
  continueOptions,
  given,
  numberFlag,
  startField,
  startOf,
  stringOption,
  writeFrames,
} from '../techniqueVerb';
import type { OptionValues, Verb } from '../verb';

export const see: Verb = {
  name: 'see',
  summary: 'Show what a layer of the network sees in a photo, or which picture a channel likes best.',
  usage: '--content FILE --layer LAYER --out FILE [options]',
  options: {
    content: contentOption('the photo (--view feature needs none)'),
    view: {
      type: 'string',
      value: seeViews.join('|'),
      help: 'channels of the layer, pixels that it depends on, what a channel likes best, or which channels answer together',
      default: seeDefaults.view,
    },
    layer: { type: 'string', value: 'LAYER', help: 'a tap of the network', default: seeDefaults.layer },
    channel: numberFlag('one channel (or class) instead of the whole layer; --view feature takes 0 when absent'),
    class: {
      type: 'string',
      value: 'NAME',
      help: `a class of ImageNet by name, in place of --channel; its layer is ${classLayer} unless --layer says another`,
    },
    out: outOption(),
    frames: { type: 'string', value: 'DIR', help: 'also write every channel, map or pair as a picture of its own' },
    size: numberFlag(
      `long side of the result in pixels, ${limits.run.minSize} to ${limits.run.maxSize}`,
      seeDefaults.size,
    ),
    'max-channels': numberFlag('activations: so many channels, those that respond most', seeDefaults.maxChannels),
    samples: numberFlag('saliency: average over so many noisy copies of the photo', seeDefaults.smooth.samples),
    noise: numberFlag('saliency: how noisy they are, 0 to 1', seeDefaults.smooth.noise),
    overlay: numberFlag('saliency: 0 shows the photo, 1 the map alone', seeDefaults.overlay),
    steps: numberFlag('feature: steps of the climb', seeDefaults.steps),
    seed: numberFlag('the same seed gives the same picture', seeDefaults.seed),
    network: { type: 'string', value: 'ID', help: 'the network to look into', default: defaultNetwork },
    ...runOptions,
    ...continueOptions,
  },

  async run(values, context) {
    const flags = runFlags(values);
    const out = required(values, 'out', see);
    const base = await baseRecipe('see', values);
    const built = buildRecipe(base?.recipe, values);
    const start = await startOf(values, stringOption(values, 'start'));
    const recipe = { ...built, ...startField(built, start) };
    const contentPath = recipe.view === 'feature' ? undefined : required(values, 'content', see);
    const content = contentPath === undefined ? null : await readPhoto(contentPath);
    const folder = values.frames;
    return execute(
      {
        recipe,
        inputs: { content, start },
        out,
        write: async (path, { pixels, frames }) => {
          await writeImage(path, pixels);
          if (typeof folder === 'string') await writeFrames(folder, frames);
        },
        flags,
        notes: content?.notes ?? [],
        replayOf: base?.replayOf,
      },
      context,
    );
  },
};

/** What `--class` stands for. @throws ReverieError `usage` */
function classFields(values: OptionValues): { layer?: string; channel?: number } {
  const word = stringOption(values, 'class');
  if (word === undefined) return {};
  if (values.channel === undefined) return { layer: classLayer, channel: findClass(word) };
  throw new ReverieError('usage', '--class and --channel say the same thing: give one of them.');
}

/** The recipe file's fields, or the defaults, under the flags; checked as a whole by the schema. */
function buildRecipe(base: SeeRecipe | undefined, values: OptionValues): SeeRecipe {
  const layer = stringOption(values, 'layer');
  const smooth = given({ samples: numberOption(values, 'samples'), noise: numberOption(values, 'noise') });
  const input: RecipeInputOf<'see'> = {
    ...base,
    technique: 'see',
    version: recipeVersion,
    // The photo on hand decides; the engine fills in its hash, and a replay with another one is told afterwards.
    content: null,
    ...classFields(values),
    ...given({
      view: values.view as SeeRecipe['view'] | undefined,
      network: values.network as string | undefined,
      channel: numberOption(values, 'channel'),
      maxChannels: numberOption(values, 'max-channels'),
      overlay: numberOption(values, 'overlay'),
      size: numberOption(values, 'size'),
      steps: numberOption(values, 'steps'),
      seed: numberOption(values, 'seed'),
    }),
    ...given({ layer: layer === undefined ? undefined : layerName(layer) }),
    smooth: { ...base?.smooth, ...smooth },
  };
  return parseRecipe(input);
}
