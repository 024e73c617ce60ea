/** Runs a verb on every photo that the line means, with one engine for all. */
import type { Engine } from '../../web/engine/api';
import { exitCodes } from './exit';
import { filesNamed, photosOf } from './inputs';
import { checkOutputs, outputsFor, pictureOf } from './outputs';
import type { Context, OptionValues, Verb } from './verb';

/**
 * @param tell says what went wrong with one photo of several @returns the exit code of that
 * @returns the exit code: of several photos the first that is not `ok`
 * @throws ReverieError what the verb throws, for a single photo; `usage` before anything runs
 */
export async function runOnPhotos(
  verb: Verb,
  values: OptionValues,
  context: Context,
  tell: (cause: unknown) => number,
): Promise<number> {
  if (typeof values.out !== 'string' || values.out === '') return verb.run(values, context);
  const photos = await photosOf([values.content ?? []].flat().map(String));
  const pictures = await outputsFor(photos, values.out);
  const record = values.continue;
  const beside = typeof record === 'string' && values.start === undefined ? pictureOf(record) : undefined;
  const frames = ['frames', 'frames-dir'].flatMap((flag) => {
    const folder = verb.options[flag]?.value === 'DIR' ? values[flag] : undefined;
    return typeof folder === 'string' ? [[flag, folder] as const] : [];
  })[0];
  const inputs = [...photos, ...(await filesNamed(values)), ...(beside === undefined ? [] : [beside])];
  await checkOutputs({ pictures, records: values['no-record'] !== true, ...(frames && { frames }) }, inputs);

  const on = (i: number): OptionValues => ({ ...values, content: photos[i], out: pictures[i] });
  if (photos.length <= 1) return verb.run(on(0), context);

  const { openEngine, close } = shareEngine(context);
  const say = (text: string) => values.quiet !== true && context.stderr.write(`${text}\n`);
  let worst: number = exitCodes.ok;
  let painted = 0;
  try {
    for (const [i, photo] of photos.entries()) {
      say(`${i + 1}/${photos.length} ${photo}`);
      const code = await verb.run(on(i), { ...context, openEngine }).catch(tell);
      if (code === exitCodes.interrupted) return code;
      if (code === exitCodes.ok) painted++;
      else if (worst === exitCodes.ok) worst = code;
    }
  } finally {
    await close();
  }
  if (worst !== exitCodes.ok) context.stderr.write(`${painted} of ${photos.length} photos were painted.\n`);
  return worst;
}

/** Engines that stay open from photo to photo, so that a network is loaded once. */
function shareEngine(context: Context): { openEngine: Context['openEngine']; close(): Promise<void> } {
  let open: Promise<Engine> | undefined;
  return {
    async openEngine(backend) {
      open ??= context.openEngine(backend);
      return { ...(await open), async dispose() {} };
    },
    async close() {
      await (await open)?.dispose();
    },
  };
}
