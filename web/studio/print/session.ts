/** A print of what hangs: painted in bands, which go into the file as they come. Outlives its dialog. */
import { signal } from '@preact/signals';
import { ReverieError } from '../../../shared/errors';
import type { Size } from '../../../shared/pictureSize';
import { PngWriter } from '../../engine/images/files/pngWriter';
import { copyWithin } from '../../page/intake/scale';
import { printed } from '../../page/output/printed';
import { openSink } from '../../page/output/stream';
import { getEngine, isPhone } from '../../page/run/engine';
import { nameOf } from '../state/actions';
import { printRecipe } from '../state/resultActions';
import { type Painting, painting, requestFor } from '../state/run';
import { shownPixels } from '../state/view';

export type Printing =
  | { readonly at: 'idle' }
  | { readonly at: 'painting'; readonly share: number; readonly remainingMs?: number | undefined }
  | { readonly at: 'done' }
  | { readonly at: 'failed'; readonly error: ReverieError };

export const printing = signal<Printing>({ at: 'idle' });
let stop = () => {};
export const stopPrinting = () => stop();

/** Of the photo, whose detail a print has a third of, pixels: a phone has it twice meanwhile. */
const phoneSide = 2048;

const stay = (event: BeforeUnloadEvent) => event.preventDefault();

/** To be called within a click. Does nothing while one is under way. */
export async function print({ width, height }: Size, dpi: number): Promise<void> {
  const done = painting.peek();
  const base = shownPixels.peek()?.pixels;
  const recipe = done && printRecipe(done, width);
  if (!done?.photo || !base || !recipe || printing.peek().at === 'painting') return;
  const { photo } = done;
  printing.value = { at: 'painting', share: 0 };
  addEventListener('beforeunload', stay);
  let png: PngWriter | undefined;
  try {
    const sink = await openSink(nameOf(done, 'png', `${width}`), 'image/png');
    const writer = new PngWriter({ width, height, dpi });
    png = writer;
    // A disk that is full ends the painting, too.
    const written = sink.take(writer.readable).catch((cause: unknown) => {
      throw ReverieError.from(cause, 'unavailable');
    });
    written.catch(() => {});
    const engine = await getEngine();
    const request = await requestFor(engine, recipe, photo);
    const job = engine.run(
      {
        recipe: request.recipe,
        inputs: {
          ...request.inputs,
          print: {
            width,
            height,
            photo: copyWithin(photo.pixels, isPhone() ? phoneSide : Math.max(width, height)),
            base: whole(base),
          },
        },
      },
      {
        onBand: (pixels) => writer.write(pixels),
        onProgress({ phase, step, steps, remainingMs }) {
          if (phase === 'optimise') printing.value = { at: 'painting', share: step / steps, remainingMs };
        },
      },
    );
    stop = () => job.cancel();
    await printed(job, writer, written);
    printing.value = { at: 'done' };
  } catch (cause) {
    png?.abort(cause);
    const isMind = cause instanceof DOMException && cause.name === 'AbortError';
    const error = ReverieError.from(cause);
    printing.value = isMind || error.code === 'aborted' ? { at: 'idle' } : { at: 'failed', error };
  } finally {
    removeEventListener('beforeunload', stay);
    stop = () => {};
  }
}

/** Its buffer goes to the worker. */
const whole = (pixels: Painting['pixels']) => copyWithin(pixels, Number.POSITIVE_INFINITY);
