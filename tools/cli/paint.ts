/**
 * `reverie <technique>`: one verb for all of them, made of a technique's fields and traits. Nothing here asks for its name.
 */
import { existsSync } from 'node:fs';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { ReverieError } from '../../shared/errors';
import { kindsAgreement } from '../../shared/imagenet';
import { limits } from '../../shared/limits';
import { classLayer, kindsNetwork } from '../../shared/networks';
import { parseRecipe } from '../../shared/recipe';
import { needsPhoto, rungsOf } from '../../shared/recipe/about';
import { continueRecipe } from '../../shared/recipe/continue';
import { defaultRecipe, type Recipe, type TechniqueName, techniqueNamed } from '../../shared/techniques';
import { filmFps } from '../../shared/techniques/dream/schema';
import { withField } from '../../shared/techniques/values';
import type { BackendName, RunResult } from '../../web/engine/api';
import { backendFlag, collect, misuse, numberFlag, threadsFlag } from '../commandLine';
import { isFilmPath, readPhoto, writeFilm, writeImage } from '../images';
import { type Context, text, texts, type Values } from './context';
import { execute } from './execute';
import {
  type AnyField,
  attributeOf,
  findClass,
  flagged,
  isKind,
  listOf,
  optionOf,
  recipeValue,
  summaryOf,
} from './flags';
import { layerName } from './inputs';
import { contentHelp, outHelp, writeFrames } from './outputs';
import { onPhotos } from './photos';
import { beginningWith, bring, type Inputs, readStart } from './pictures';
import { defaultDpi, printFlags, printHelp } from './print';
import { type RecipeFile, readRecipe } from './recipeFile';
import { writeStyle } from './styleFiles';

const { minFps, maxFps } = limits.film;

/** @param tell says what went wrong with one photo of several @returns the exit code of that */
export function paintCommand(
  name: TechniqueName,
  context: Context,
  finish: (code: number) => void,
  tell: (cause: unknown) => number,
): CommandUnknownOpts {
  const technique = techniqueNamed(name);
  const fields = flagged(name);
  const isFilm = technique.frames === 'film';
  const command = new Command(name)
    .description(summaryOf(name))
    .argument('[PHOTO...]', 'more photos, as a shell makes them of --content *.jpg')
    .option('--content <FILE>', contentHelp, collect)
    .option('--out <FILE>', outHelp(isFilm ? '; .webp and .gif hold films' : ''));
  for (const field of fields) command.addOption(optionOf(name, field));
  if (isFilm) {
    command
      .addOption(numberFlag('fps', `film: frames per second, ${minFps} to ${maxFps} (default ${filmFps})`))
      .option('--frames-dir <DIR>', 'film: also write every frame as a PNG');
  } else if (technique.frames) command.option('--frames <DIR>', 'also write every picture of the result by itself');
  if (technique.onePass && technique.styles) {
    command.option('--style-file <FILE>', 'also keep the style of the painting, as a .reverie-style file');
  }
  if (technique.printed) {
    command
      .option('--print <PAPER>', printHelp)
      .addOption(numberFlag('dpi', `print: dots per inch (default ${defaultDpi})`));
  }
  command
    .option(
      '--recipe <FILE>',
      'start from a recipe or the record of a run (JSON); the flags given here override its fields',
    )
    .addOption(backendFlag())
    .addOption(threadsFlag())
    .option('--no-record', 'do not write the record of the run beside the picture, as OUT.json')
    .option('--json', 'print the record of the run, or the error, as one JSON document on stdout')
    .option('--quiet', 'no progress and no notes on stderr, only errors');
  if (technique.continued) {
    command.option(
      '--continue <FILE>',
      'go on from the result whose record this is, for --steps more; of a ladder, name the rung with --layer',
    );
    if (!fields.some(({ kind }) => kind === 'start')) {
      command.option(
        '--start <FILE>',
        'begin with this picture; with --continue, the picture beside the record when it is not given',
      );
    }
  }
  command.action(async (more: string[]) => {
    const given: Values = command.opts();
    const photos = texts(given.content);
    const stray = more.find((word) => photos.length === 0 || !existsSync(word));
    if (stray !== undefined) throw misuse(`Unexpected argument '${stray}'. See: reverie ${name} --help`);
    const values = { ...given, ...(photos.length > 0 && { content: [...photos, ...more] }) };
    const frames = framesFlagOf(name);
    finish(await onPhotos(values, frames, (of, on) => paint(name, of, on), context, tell));
  });
  return command;
}

/** @param values with one photo at most. @returns the exit code */
async function paint(name: TechniqueName, values: Values, context: Context): Promise<number> {
  const missing = (flag: string) => misuse(`--${flag} is missing. See: reverie ${name} --help`);
  const out = text(values.out);
  if (!out) throw missing('out');
  const base = await baseRecipe(name, values);
  const { recipe: unchecked, inputs, notes } = await withFlags(name, base, values);
  // The photo on hand decides; the engine fills in its hash, and a replay with another one is told afterwards.
  const built = parseRecipe({ ...unchecked, content: null });
  const start = await readStart(values);
  const write = writer(name, values);
  const paper = text(values.print);
  const print = paper === undefined ? undefined : printFlags(paper, Number(values.dpi ?? defaultDpi), out);
  const path = needsPhoto(built) ? text(values.content) : undefined;
  if (!path && needsPhoto(built)) throw missing('content');
  const content = path ? await readPhoto(path) : null;
  return execute(
    {
      recipe: beginningWith(built, start),
      inputs: { ...inputs, content, start },
      out,
      write,
      print,
      notes: [...(content?.notes ?? []), ...notes],
      replayOf: base?.replayOf,
      flags: {
        backend: values.backend as BackendName,
        threads: Number(values.threads),
        keepRecord: values.record !== false,
        json: values.json === true,
        quiet: values.quiet === true,
      },
    },
    context,
  );
}

/** The fields of the recipe that flags name, and the pictures behind them. @throws ReverieError */
async function withFlags(name: TechniqueName, base: Base | undefined, values: Values) {
  const { suited } = techniqueNamed(name);
  const fields = flagged(name);
  const said = ({ flag }: { readonly flag: string }) => values[attributeOf(flag)];
  const ofKind = (kind: AnyField['kind']) => fields.find((field) => field.kind === kind);
  const ofNetwork = suited?.[text(values.network) ?? ''];
  let recipe = base?.recipe ?? ({ ...defaultRecipe(name), ...ofNetwork } as Recipe);
  let inputs: Inputs = {};
  const notes: string[] = [];
  const masksFlag = ofKind('masks');
  const masks = masksFlag && said(masksFlag);
  for (const field of fields) {
    const value = said(field);
    const brought = await bring(field, value, { values, masks, recipe, base: base?.recipe });
    if (brought) {
      inputs = { ...inputs, ...brought.inputs };
      notes.push(...(brought.notes ?? []));
      if (brought.value !== undefined) recipe = withField(recipe, field, brought.value);
    } else if (value !== undefined && !(base?.rung && field.kind.endsWith('layers'))) {
      if (field.kind === 'class') {
        const twin = fields.find((other) => other.path === field.path && other !== field && said(other) !== undefined);
        if (twin) throw misuse(`--${field.flag} and --${twin.flag} say the same thing: give one of them.`);
        const layer = ofKind('layer');
        if (layer && said(layer) === undefined) recipe = withField(recipe, layer, classLayer);
        const word = String(value);
        // A kind of thing is what the network that knows kinds is asked, if no other is named.
        if (values.network === undefined && !base && isKind(word)) recipe = { ...recipe, network: kindsNetwork };
        if (recipe.network === kindsNetwork || values.network === kindsNetwork) notes.push(kindsNote);
        recipe = withField(recipe, field, findClass(word, text(values.network) ?? recipe.network));
      } else recipe = withField(recipe, field, recipeValue(field, value));
    }
  }
  return { recipe, inputs, notes };
}

const { kinds, photographs, among, byFrequency } = kindsAgreement;
const kindsNote =
  `${kindsNetwork} knows ${kinds} kinds. Of ${photographs} photographs kept out, its first five hold the teacher's first for ${among}; ` +
  `the five most frequent would for ${byFrequency}.`;

interface Base {
  readonly recipe: Recipe;
  /** What a replay is compared with; a run that goes on is none. */
  readonly replayOf?: RecipeFile;
  /** Of a ladder that goes on: its layer, which the line has named. */
  readonly rung?: string | undefined;
}

/**
 * The recipe behind `--recipe` or `--continue`, if there is one.
 * @throws ReverieError `recipe-invalid` for another technique's, `usage` for both at once
 */
async function baseRecipe(name: TechniqueName, values: Values): Promise<Base | undefined> {
  const [replayed, continued] = [text(values.recipe), text(values.continue)];
  if (replayed !== undefined && continued !== undefined) {
    throw misuse('Either --recipe, to repeat a run, or --continue, to go on from its result.');
  }
  const path = replayed ?? continued;
  if (path === undefined) return undefined;
  const file = await readRecipe(path);
  const rung =
    continued !== undefined && rungsOf(file.recipe).length > 0
      ? listOf(texts(values.layer)).map(layerName)[0]
      : undefined;
  const recipe = continued === undefined ? file.recipe : continueRecipe(file.recipe, undefined, rung);
  if (recipe.technique !== name) {
    throw new ReverieError(
      'recipe-invalid',
      `${path} is a recipe for "${recipe.technique}": run that verb with it, not ${name}.`,
    );
  }
  return { recipe, rung, ...(continued === undefined && { replayOf: file }) };
}

/**
 * Writes the picture, or the film; beside it every frame where a folder is named for them.
 * @throws ReverieError `usage` for a film that would never move on, or faster than its formats can tell.
 */
function writer(name: TechniqueName, values: Values) {
  const isFilm = techniqueNamed(name).frames === 'film';
  const fps = typeof values.fps === 'number' ? values.fps : filmFps;
  if (!(fps >= minFps && fps <= maxFps)) throw misuse(`--fps takes ${minFps} to ${maxFps}, not ${fps}.`);
  const folder = text(values[framesFlagOf(name)]);
  const styleFile = text(values.styleFile);
  return async (path: string, { pixels, frames, record }: RunResult): Promise<void> => {
    if (isFilm && frames.length > 1 && isFilmPath(path)) await writeFilm(path, frames, fps);
    else await writeImage(path, pixels);
    if (folder !== undefined) await writeFrames(folder, frames);
    if (styleFile !== undefined) await writeStyle(styleFile, record);
  };
}

/** The flag for a folder of frames, as commander calls it: `--frames` of a film is how many. */
const framesFlagOf = (name: TechniqueName) => (techniqueNamed(name).frames === 'film' ? 'framesDir' : 'frames');
