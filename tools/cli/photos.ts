/** Paints every photo that the line means, with one engine for all. */
import type { Engine } from '../../web/engine/api';
import { exitCodes } from '../commandLine';
import { type Context, text, texts, type Values } from './context';
import { filesNamed, photosOf } from './inputs';
import { checkOutputs, outputsFor, pictureOf } from './outputs';

/**
 * @param framesFlag the flag that names a folder for frames, in camel case
 * @param paint a line with one photo at most @param tell says what went wrong with one photo of several @returns its exit code
 * @returns the exit code: of several photos the first that is not `ok`
 * @throws ReverieError what `paint` throws, for a single photo; `usage` before anything runs
 */
export async function onPhotos(
  values: Values,
  framesFlag: string,
  paint: (values: Values, context: Context) => Promise<number>,
  context: Context,
  tell: (cause: unknown) => number,
): Promise<number> {
  const out = text(values.out);
  if (!out) return paint({ ...values, content: texts(values.content)[0] }, context);
  const photos = await photosOf(texts(values.content));
  const pictures = await outputsFor(photos, out);
  const record = text(values.continue);
  const beside = record !== undefined && values.start === undefined ? pictureOf(record) : undefined;
  const folder = text(values[framesFlag]);
  const inputs = [...photos, ...(await filesNamed(values)), ...(beside === undefined ? [] : [beside])];
  const frames = folder === undefined ? {} : { frames: [framesFlag.replace('D', '-d'), folder] as const };
  await checkOutputs({ pictures, records: values.record !== false, ...frames }, inputs);

  const on = (i: number): Values => ({ ...values, content: photos[i], out: pictures[i] });
  if (photos.length <= 1) return paint(on(0), context);

  const { openEngine, close } = shareEngine(context);
  const say = (text: string) => values.quiet !== true && context.stderr.write(`${text}\n`);
  let worst: number = exitCodes.ok;
  let painted = 0;
  try {
    for (const [i, photo] of photos.entries()) {
      say(`${i + 1}/${photos.length} ${photo}`);
      const code = await paint(on(i), { ...context, openEngine }).catch(tell);
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
    async openEngine(backend, threads) {
      open ??= context.openEngine(backend, threads);
      const engine = await open;
      // Its methods lie on its class: a copy of it would have none.
      return {
        device: () => engine.device(),
        prepare: (...asked) => engine.prepare(...asked),
        estimate: (...asked) => engine.estimate(...asked),
        run: (...asked) => engine.run(...asked),
        clearStorage: () => engine.clearStorage(),
        async dispose() {},
      };
    },
    async close() {
      await (await open)?.dispose();
    },
  };
}
