/** `reverie record`: what the record beside a picture says. */
import { Command } from '@commander-js/extra-typings';
import { pictureHashes, stylesOf } from '../../shared/recipe/about';
import type { RunRecord } from '../../shared/record';
import type { Recipe } from '../../shared/techniques';
import type { Context } from './context';
import { duration } from './progress';
import { readRecord } from './recipeFile';

export const recordCommand = ({ stdout }: Context) =>
  new Command('record')
    .description(
      'Tell in words what the record of a run says: what was made, of what, how long it took, what went wrong.',
    )
    .argument('<FILE>', 'the record beside a picture, OUT.json')
    .option('--json', 'print the record, or the error, as one JSON document', false)
    .action(async (path, { json }) => {
      const made = await readRecord(path);
      stdout.write(`${json ? JSON.stringify(made) : recordText(made).join('\n')}\n`);
    });

// A run's record in words, and what a replay has to say about the record that it repeats.

/** One line per fact, what was made first. */
function recordText(record: RunRecord): string[] {
  const { recipe, device, steps, msPerStep, elapsedMs, peakBytes, losses } = record;
  const [first, last] = [losses[0], losses.at(-1)];
  const sampled =
    first && last && `loss ${show(first.loss)} at step ${first.step}, ${show(last.loss)} at step ${last.step}`;
  return [
    `${recipe.technique}, ${record.width}×${record.height}, by Reverie ${record.engine} on ${device.description} (${device.backend})`,
    `${steps} steps in ${duration(elapsedMs)} (${msPerStep.toFixed(0)} ms each), ${(peakBytes / 2 ** 20).toFixed(0)} MiB at most`,
    ...(sampled ? [`${sampled}; ${losses.length} read on the way`] : []),
    `seed ${recipe.seed}, size ${recipe.size}, network ${recipe.network}`,
    ...hashesOf(recipe).map(([what, hash]) => `${what}: ${hash}`),
    ...(record.result ? [`the picture: ${record.result}`] : []),
    ...device.rejected.map(({ backend, reason }) => `passed over: ${backend} (${reason})`),
    ...(record.troubles ?? []).map(
      ({ backend, code, message, step, tile }) =>
        `on the way: ${backend} failed (${code}: ${message}); went on from step ${step}${tile ? ` with tiles of ${tile} pixels` : ''}`,
    ),
    ...(record.complete ? [] : [endText(record)]),
  ];
}

const endText = ({ failure, steps }: RunRecord): string =>
  failure ? `gave up after ${steps} steps: ${failure.message} [${failure.code}]` : `stopped after ${steps} steps`;

const show = (loss: number): string => loss.toPrecision(4);

/** What the run was made of, as people call it, with the SHA-256 of each. */
function hashesOf(recipe: Recipe): [what: string, hash: string][] {
  const named: [string, string | null | undefined][] = [
    ['the photo', recipe.content],
    [`the weights of ${recipe.network}`, recipe.weights],
    ...stylesOf(recipe).flatMap((style, i): [string, string | null | undefined][] => [
      [`style ${i + 1}`, 'image' in style ? style.image : null],
      [`the mask of style ${i + 1}`, style.mask],
    ]),
    ['the guide', pictureHashes(recipe).guide],
    ['the starting picture', pictureHashes(recipe).startImage],
  ];
  return named.flatMap(([what, hash]) => (hash ? [[what, hash]] : []));
}

/**
 * A replay with another photo, painting or network is allowed, but is not the same picture: say so. And where everything
 * is the same, whether the picture is.
 * @param before the recipe as its file had it, hashes included @param record the run that it came from, where known
 */
export function replayNotes(before: Recipe, record: RunRecord | undefined, now: RunRecord): string[] {
  const hashes = new Map(hashesOf(now.recipe));
  const others = hashesOf(before).filter(([what, hash]) => hashes.has(what) && hashes.get(what) !== hash);
  const notes = others.map(([what]) =>
    what.startsWith('the weights')
      ? `${capital(what)} are not those the recipe was made with.`
      : `${capital(what)} is not the one the recipe was made with.`,
  );
  if (!record?.result || !record.complete || !now.complete) return notes;
  if (record.result === now.result) return [...notes, 'The picture is the same as before, bit for bit.'];
  if (notes.length > 0 || !sameRecipe(record.recipe, now.recipe)) return notes;
  const [was, is] = [record.device, now.device].map(({ description }) => description);
  return [
    `The picture is not the same bit for bit: it was made on ${was} by ${record.engine}, this one on ${is} by ${now.engine}.`,
  ];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Whatever the order of their fields. */
function sameRecipe(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    left.length === right.size && left.every(([key, value]) => right.has(key) && sameRecipe(value, right.get(key)))
  );
}
