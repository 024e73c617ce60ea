/** One style over many photos and videos, one after another: a failing one does not stop the rest, and none but its file is kept. */
import { ReverieError } from '../../../shared/errors';
import type { Pixels } from '../../engine/types';
import { decodePhoto } from '../intake/decode';
import { encode } from '../output/save';
import type { Painted, VideoPainting } from '../video/paint';

export interface ManyPaintings {
  readonly files: readonly File[];
  /** Long side of a video's frames, pixels. */
  readonly videoSize: number;
  /** All that it looks like follows from, each compared by `===`: where one differs, a video that was stopped begins anew. */
  readonly look: readonly unknown[];
  /** @param film of one of its frames: which video it is */
  paint(content: Pixels, film?: string): Promise<Pixels>;
  /** Stops it at once, or within a video after the frame that is under way. */
  readonly signal: AbortSignal;
  /** @param share of this file, 0 to 1 */
  onProgress?(index: number, share: number, shown?: Pixels): void;
  onPainted(index: number, painted: Painted): void;
  onFailed(index: number, error: ReverieError): void;
}

export const isVideo = ({ type, name }: File): boolean =>
  /^video\//.test(type) || /\.(mp4|m4v|mov|webm|mkv)$/i.test(name);

/** Resolves when all are done or the signal has fired; never rejects. */
export async function paintMany({ files, onPainted, onFailed, ...work }: ManyPaintings): Promise<void> {
  for (const [index, file] of files.entries()) {
    if (work.signal.aborted) return;
    try {
      const painted = await (isVideo(file) ? paintClip : paintPhoto)(file, index, work);
      if (painted) onPainted(index, painted);
    } catch (cause) {
      if (work.signal.aborted) return;
      onFailed(index, ReverieError.from(cause));
    }
  }
}

type Work = Omit<ManyPaintings, 'files' | 'onPainted' | 'onFailed'>;

async function paintPhoto(file: File, index: number, { paint, signal, onProgress }: Work): Promise<Painted> {
  onProgress?.(index, 0);
  const { pixels } = await decodePhoto(file);
  signal.throwIfAborted();
  const painted = await paint(pixels);
  signal.throwIfAborted();
  onProgress?.(index, 1, painted);
  return { blob: await encode(painted, 'png'), extension: 'png' };
}

/** Of what was stopped. */
const begun = new WeakMap<File, { readonly by: readonly unknown[]; readonly video: VideoPainting }>();

/** What takes videos apart is fetched with the first of them. @returns null where it was stopped */
async function paintClip(file: File, index: number, work: Work): Promise<Painted | null> {
  const { look, paint, videoSize, onProgress, signal } = work;
  const by = [videoSize, ...look];
  const before = begun.get(file);
  const same = before?.by.every((each, i) => each === by[i]) ? before : null;
  if (!same) before?.video.close();
  const video = same?.video ?? (await (await import('../video/paint')).openVideo(file, videoSize));
  begun.delete(file);
  try {
    const painted = await video.go({
      signal,
      paint: (frame) => paint(frame, video.id),
      onFrame: (frame, share) => onProgress?.(index, share, frame),
    });
    if (!painted) begun.set(file, { by, video });
    return painted;
  } catch (cause) {
    // A browser may have taken its decoder back meanwhile.
    if (same && ReverieError.from(cause).code === 'image-unsupported') return paintClip(file, index, work);
    throw cause;
  }
}
