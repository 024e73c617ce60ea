/** `reverie dream`: more of what the layers see, and films that zoom into it. */
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import {
  type DreamRecipe,
  dreamDefaults,
  dreamLayersOf,
  filmFps,
  parseRecipe,
  type RecipeInputOf,
  recipeVersion,
} from '../../../shared/recipe';
import { defaultNetwork } from '../../../shared/techniques/contract';
import { isFilmPath, readImage, writeFilm, writeImage } from '../../images';
import { execute, runFlags } from '../execute';
import { numberOption, required } from '../options';
import { contentOption, outOption } from '../outputs';
import {
  baseRecipe,
  contentOf,
  continueOptions,
  given,
  listOption,
  numberFlag,
  parseLayer,
  startField,
  startOf,
  stringOption,
  techniqueFields,
  techniqueOptions,
  writeFrames,
} from '../techniqueVerb';
import type { OptionValues, Verb } from '../verb';

const { minFps, maxFps } = limits.film;

export const dream: Verb = {
  name: 'dream',
  summary: 'Amplify what the layers of the network see in a photo; zoom into it as a film.',
  usage: '--content FILE --out FILE [options]',
  options: {
    content: contentOption('the photo'),
    guide: { type: 'string', value: 'FILE', help: 'dream towards what this picture shows' },
    out: outOption('; a film: .webp or .gif'),
    layer: {
      type: 'string',
      multiple: true,
      value: 'LAYER[:WEIGHT]',
      help: `what is amplified; repeat, or put commas between (default ${dreamDefaults.layers.map(({ layer }) => layer).join()})`,
    },
    channel: { type: 'string', multiple: true, value: 'N', help: 'only these channels of the layers' },
    at: {
      type: 'string',
      value: 'X,Y',
      help: 'only at this place, in shares of width and height; with one channel, a single neuron',
    },
    octaves: numberFlag('sizes from small to large', dreamDefaults.octaves),
    steps: numberFlag('steps at every size', dreamDefaults.steps),
    'step-size': numberFlag('how far each step goes, in units of the range 0 to 1', dreamDefaults.stepSize),
    frames: numberFlag(`a film of so many frames, at most ${limits.run.maxFrames}`, dreamDefaults.film.frames),
    zoom: numberFlag('film: how much each frame enlarges the last', dreamDefaults.film.zoom),
    rotate: numberFlag('film: degrees by which each frame turns', dreamDefaults.film.rotate),
    fps: numberFlag(`film: frames per second, ${minFps} to ${maxFps}`, filmFps),
    'frames-dir': { type: 'string', value: 'DIR', help: 'film: also write every frame as a PNG' },
    ...techniqueOptions(dreamDefaults),
    ...continueOptions,
  },

  async run(values, context) {
    const flags = runFlags(values);
    const out = required(values, 'out', dream);
    const base = await baseRecipe('dream', values);
    const guidePath = stringOption(values, 'guide');
    const built = buildRecipe(base?.recipe, values, guidePath !== undefined);
    const start = await startOf(values, stringOption(values, 'start'));
    const recipe = { ...built, ...startField(built, start) };
    const fps = framesPerSecond(values);
    const content = await contentOf(values, dream);
    const guide = guidePath === undefined ? undefined : await readImage(guidePath);
    const folder = stringOption(values, 'frames-dir');
    return execute(
      {
        recipe,
        inputs: { content, guide, start },
        out,
        write: async (path, { pixels, frames }) => {
          if (frames.length > 1 && isFilmPath(path)) await writeFilm(path, frames, fps);
          else await writeImage(path, pixels);
          if (folder !== undefined) await writeFrames(folder, frames);
        },
        flags,
        notes: [...content.notes, ...(guide?.notes ?? [])],
        replayOf: base?.replayOf,
      },
      context,
    );
  },
};

/** `0.25,0.5`. @throws ReverieError `usage` */
function placeOption(values: OptionValues): { x: number; y: number } | undefined {
  const text = stringOption(values, 'at');
  if (text === undefined) return undefined;
  const [x = Number.NaN, y = Number.NaN, ...more] = text
    .split(',')
    .map((part) => (part.trim() ? Number(part) : Number.NaN));
  if (more.length === 0 && Number.isFinite(x) && Number.isFinite(y)) return { x, y };
  throw new ReverieError('usage', `--at takes two shares of width and height, e.g. 0.25,0.5, not "${text}".`);
}

/** @throws ReverieError `usage` for a film that would never move on, or faster than its formats can tell. */
function framesPerSecond(values: OptionValues): number {
  const fps = numberOption(values, 'fps') ?? filmFps;
  if (fps >= minFps && fps <= maxFps) return fps;
  throw new ReverieError('usage', `--fps takes ${minFps} to ${maxFps}, not ${fps}.`);
}

/** The recipe file's fields, or the defaults, under the flags; checked as a whole by the schema. */
function buildRecipe(base: DreamRecipe | undefined, values: OptionValues, guided: boolean): DreamRecipe {
  const { guide: _, ...rest } = base ?? {};
  const words = listOption(values, 'layer');
  const channels = listOption(values, 'channel')?.map(Number);
  const fields = techniqueFields(values);
  const layers = words?.map(parseLayer) ?? base?.layers ?? dreamLayersOf(fields.network ?? defaultNetwork);
  const input: RecipeInputOf<'dream'> = {
    ...rest,
    technique: 'dream',
    version: recipeVersion,
    content: null,
    ...(guided || base?.guide !== undefined ? { guide: null } : {}),
    layers: layers.map((layer) => ({ ...layer, ...given({ channels, at: placeOption(values) }) })),
    film: {
      ...base?.film,
      ...given({
        frames: numberOption(values, 'frames'),
        zoom: numberOption(values, 'zoom'),
        rotate: numberOption(values, 'rotate'),
      }),
    },
    ...fields,
    ...given({
      octaves: numberOption(values, 'octaves'),
      steps: numberOption(values, 'steps'),
      stepSize: numberOption(values, 'step-size'),
    }),
  };
  return parseRecipe(input);
}
