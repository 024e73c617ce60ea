/** Films as video files, by the browser's own encoder: recorded from a canvas, in as long as the film lasts. */
import { ReverieError } from '../../../shared/errors';
import type { Pixels } from '../../engine/api';

const mimeTypes = { mp4: 'video/mp4', webm: 'video/webm' } as const;
export type FilmFormat = keyof typeof mimeTypes;

/** Enough for patterns that cover every pixel, bits per second. */
const videoBitsPerSecond = 12_000_000;

/** What this browser can write, best understood elsewhere first; none where it cannot record. */
export function filmFormats(): readonly FilmFormat[] {
  if (typeof MediaRecorder === 'undefined') return [];
  return (Object.keys(mimeTypes) as FilmFormat[]).filter((format) => MediaRecorder.isTypeSupported(mimeTypes[format]));
}

/** @throws ReverieError `internal` when the browser's recorder gives up. */
export async function encodeFilm(
  frames: readonly Pixels[],
  { fps, format }: { readonly fps: number; readonly format: FilmFormat },
): Promise<Blob> {
  const [first] = frames;
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (!first || !context) throw new ReverieError('internal', 'There is no film to save.');
  canvas.width = first.width;
  canvas.height = first.height;
  const recording = recordCanvas(canvas, format, fps);
  for (const { data, width, height } of frames) {
    context.putImageData(new ImageData(data, width, height), 0, 0);
    await new Promise((next) => setTimeout(next, 1000 / fps));
  }
  return recording.stop();
}

/**
 * Records what is drawn on a canvas from now on.
 * @returns `stop` ends it and gives the film. @throws ReverieError `internal` when the browser's recorder gives up.
 */
export function recordCanvas(
  canvas: HTMLCanvasElement,
  format: FilmFormat,
  fps?: number,
): { readonly stop: () => Promise<Blob> } {
  const recorder = new MediaRecorder(canvas.captureStream(fps), { mimeType: mimeTypes[format], videoBitsPerSecond });
  const parts: Blob[] = [];
  const recorded = new Promise<Blob>((resolve, reject) => {
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onstop = () => resolve(new Blob(parts, { type: mimeTypes[format] }));
    recorder.onerror = () => reject(new ReverieError('internal', 'The browser could not write the film.'));
  });
  recorder.start();
  return {
    stop: () => {
      recorder.stop();
      return recorded;
    },
  };
}
