/** `reverie fast`: a photo in a style of the network, in one pass. */
import { type FastRecipe, fastDefaults, parseRecipe, recipeVersion } from '../../../shared/recipe';
import { numberOption } from '../options';
import { contentOption, outOption } from '../outputs';
import { readStyleFiles } from '../styleFiles';
import {
  given,
  listOption,
  numberFlag,
  parseWeighted,
  runWithPhoto,
  techniqueFields,
  techniqueOptions,
} from '../techniqueVerb';
import type { OptionValues, Verb } from '../verb';

export const fast: Verb = {
  name: 'fast',
  summary: 'Paint a photo in one pass, in a style that a network was trained for, or in a mix of several.',
  usage: '--content FILE --style STYLE[:WEIGHT],… --out FILE [options]',
  options: {
    content: contentOption('the photo'),
    style: {
      type: 'string',
      multiple: true,
      value: 'STYLE[:WEIGHT]',
      help: 'a style of the network, or a .reverie-style file, e.g. la-grande-jatte:0.7,mine.reverie-style:0.3; a wrong one lists them all',
    },
    out: outOption(),
    strength: numberFlag('100 is the style, 0 the photo', fastDefaults.strength),
    tile: numberFlag('larger pictures are painted in tiles of so many pixels', fastDefaults.tile),
    ...techniqueOptions(fastDefaults),
    network: { type: 'string', value: 'ID', help: 'the network to paint with', default: fastDefaults.network },
  },

  async run(values, context) {
    const { words, own } = await readStyleFiles(listOption(values, 'style') ?? []);
    const read = words.length > 0 ? { ...values, style: words } : values;
    return runWithPhoto('fast', fast, buildRecipe, read, context, { own });
  },
};

function buildRecipe(base: FastRecipe | undefined, values: OptionValues): FastRecipe {
  const styles = listOption(values, 'style')?.map((word) => {
    const { name, weight } = parseWeighted('style', word);
    return { style: name, weight };
  });
  return parseRecipe({
    ...base,
    technique: 'fast' as const,
    version: recipeVersion,
    content: null,
    ...techniqueFields(values),
    // None at all is for the schema to refuse.
    styles: styles ?? base?.styles ?? [],
    ...given({ strength: numberOption(values, 'strength'), tile: numberOption(values, 'tile') }),
  });
}
