/** `reverie invert`: the photo again, from the features of a layer alone. */
import { type InvertRecipe, invertDefaults, parseRecipe, recipeVersion } from '../../../shared/recipe';
import { layerName } from '../inputs';
import { numberOption } from '../options';
import { contentOption, outOption } from '../outputs';
import {
  continueOptions,
  given,
  listOption,
  numberFlag,
  runWithPhoto,
  techniqueFields,
  techniqueOptions,
} from '../techniqueVerb';
import type { OptionValues, Verb } from '../verb';

export const invert: Verb = {
  name: 'invert',
  summary: 'Paint the photo again from the features of a layer alone; several layers make a ladder.',
  usage: '--content FILE --out FILE [--layer LAYER,…] [options]',
  options: {
    content: contentOption('the photo'),
    out: outOption(),
    layer: {
      type: 'string',
      multiple: true,
      value: 'LAYER',
      help: `repeat, or put commas between, for one picture of all (default ${invertDefaults.layers.join()})`,
    },
    frames: { type: 'string', value: 'DIR', help: 'also write every rung of a ladder as a picture of its own' },
    steps: numberFlag('steps for every layer', invertDefaults.steps),
    'step-size': numberFlag('how far each step goes, in units of the range 0 to 1', invertDefaults.stepSize),
    tv: numberFlag('multiple of the smoothing that suits the layer', invertDefaults.totalVariation),
    ...techniqueOptions(invertDefaults),
    ...continueOptions,
  },

  run: (values, context) => runWithPhoto('invert', invert, buildRecipe, values, context),
};

const buildRecipe = (base: InvertRecipe | undefined, values: OptionValues): InvertRecipe =>
  parseRecipe({
    ...base,
    technique: 'invert' as const,
    version: recipeVersion,
    content: null,
    ...techniqueFields(values),
    ...given({
      layers: listOption(values, 'layer')?.map(layerName),
      steps: numberOption(values, 'steps'),
      stepSize: numberOption(values, 'step-size'),
      totalVariation: numberOption(values, 'tv'),
    }),
  });
