/**
 * Films out of the page: as video files by the browser's own encoder, recorded from a canvas, in as long as the film lasts;
 * and as animated pictures, also where the browser cannot record.
 */
import { ReverieError } from '../../../shared/errors';
import type { Pixels } from '../../engine/api';
import { toCanvas } from '../../page/intake/scale';
import { animatedWebp } from './animation';

const mimeTypes = { mp4: 'video/mp4', webm: 'video/webm' } as const;
export type VideoFormat = keyof typeof mimeTypes;
export type FilmFormat = VideoFormat | 'webp';

/** Of an animated picture, as the command line has it. */
const webpQuality = 0.88;

/** Enough for patterns that cover every pixel, bits per second. */
const videoBitsPerSecond = 12_000_000;

/** What this browser can record, best understood elsewhere first; none where it cannot. */
export function videoFormats(): readonly VideoFormat[] {
  if (typeof MediaRecorder === 'undefined') return [];
  return (Object.keys(mimeTypes) as VideoFormat[]).filter((format) => MediaRecorder.isTypeSupported(mimeTypes[format]));
}

/** The same, and animated pictures where it encodes WebP: asked for another type a canvas gives a PNG. */
export function filmFormats(): readonly FilmFormat[] {
  const encodesWebp = document.createElement('canvas').toDataURL('image/webp').startsWith('data:image/webp');
  return encodesWebp ? [...videoFormats(), 'webp'] : videoFormats();
}

async function encodeAnimation(frames: readonly Pixels[], fps: number): Promise<Blob> {
  const [first] = frames;
  if (!first) throw new ReverieError('internal', 'There is no film to save.');
  const encoded: Uint8Array<ArrayBuffer>[] = [];
  for (const frame of frames) {
    const canvas = toCanvas(frame);
    const still = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/webp', webpQuality));
    if (!still) throw new ReverieError('internal', 'The browser could not write the film.');
    encoded.push(new Uint8Array(await still.arrayBuffer()));
  }
  const { width, height } = first;
  return new Blob([animatedWebp(encoded, { width, height, fps })], { type: 'image/webp' });
}

/** @throws ReverieError `internal` when the browser's recorder gives up. */
export async function encodeFilm(
  frames: readonly Pixels[],
  { fps, format }: { readonly fps: number; readonly format: FilmFormat },
): Promise<Blob> {
  if (format === 'webp') return encodeAnimation(frames, fps);
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
  format: VideoFormat,
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
