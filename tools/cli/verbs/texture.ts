/** `reverie texture`: more of a sample, of any size, seamless if asked. */
import {
  parseRecipe,
  recipeVersion,
  type TextureRecipe,
  textureDefaults,
  textureMethods,
} from '../../../shared/recipe';
import { numberOption } from '../options';
import { contentOption, outOption } from '../outputs';
import {
  continueOptions,
  given,
  listOption,
  numberFlag,
  parseLayer,
  runWithPhoto,
  stringOption,
  techniqueFields,
  techniqueOptions,
} from '../techniqueVerb';
import type { OptionValues, Verb } from '../verb';

export const texture: Verb = {
  name: 'texture',
  summary: 'Make more of a texture, of any size, from a sample of it.',
  usage: '--content SAMPLE --out FILE [options]',
  options: {
    content: contentOption('the sample'),
    out: outOption(),
    method: {
      type: 'string',
      value: textureMethods.join('|'),
      help: 'by correlations of features, pixel by pixel, or patch by patch',
      default: textureDefaults.method,
    },
    'sample-size': numberFlag('long side at which the sample is looked at, pixels', textureDefaults.sampleSize),
    aspect: numberFlag('width over height of the result', textureDefaults.aspect),
    seamless: { type: 'boolean', help: 'the result can be laid side by side with itself (gram)' },
    layer: {
      type: 'string',
      multiple: true,
      value: 'LAYER[:WEIGHT]',
      help: `repeat, or put commas between (default ${textureDefaults.layers.map(({ layer }) => layer).join()})`,
    },
    grain: numberFlag("weight of the sample's fine grain beside the layers (gram)", textureDefaults.grain),
    ladder: { type: 'boolean', help: 'one texture per layer, each from that layer and those before it' },
    frames: { type: 'string', value: 'DIR', help: 'also write every rung of a ladder as a picture of its own' },
    steps: numberFlag('steps at each size on the way from coarse to fine', textureDefaults.steps),
    'step-size': numberFlag('how far each step goes, in units of the range 0 to 1', textureDefaults.stepSize),
    ...techniqueOptions(textureDefaults),
    ...continueOptions,
  },

  run: (values, context) => runWithPhoto('texture', texture, buildRecipe, values, context),
};

const buildRecipe = (base: TextureRecipe | undefined, values: OptionValues): TextureRecipe =>
  parseRecipe({
    ...base,
    technique: 'texture' as const,
    version: recipeVersion,
    content: null,
    ...techniqueFields(values),
    ...given({
      method: stringOption(values, 'method'),
      sampleSize: numberOption(values, 'sample-size'),
      aspect: numberOption(values, 'aspect'),
      seamless: values.seamless === true ? true : undefined,
      ladder: values.ladder === true ? true : undefined,
      layers: listOption(values, 'layer')?.map(parseLayer),
      grain: numberOption(values, 'grain'),
      steps: numberOption(values, 'steps'),
      stepSize: numberOption(values, 'step-size'),
    }),
  });
