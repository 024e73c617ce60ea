/** One style over many photos and videos, one after another: a failing one does not stop the rest, and none but its file is kept. */
import { ReverieError } from '../../../shared/errors';
import type { Pixels } from '../../engine/types';
import { decodePhoto } from '../intake/decode';
import { encode } from '../output/save';

export interface Painted {
  readonly blob: Blob;
  /** Without a dot. */
  readonly extension: string;
}

export interface ManyPaintings {
  readonly files: readonly File[];
  /** Long side of a video's frames, pixels. */
  readonly videoSize: number;
  /** @param film of one of its frames: which video of the files it is */
  paint(content: Pixels, film?: string): Promise<Pixels>;
  readonly signal: AbortSignal;
  /** Resolves when it may go on. */
  proceed?(): Promise<void>;
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
      await work.proceed?.();
      onPainted(index, await (isVideo(file) ? paintClip : paintPhoto)(file, index, work));
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

/** What takes videos apart is fetched with the first of them. */
async function paintClip(file: File, index: number, { paint, videoSize, onProgress, ...work }: Work): Promise<Painted> {
  const { paintVideo } = await import('../video/paint');
  return paintVideo({
    ...{ file, size: videoSize, signal: work.signal },
    ...(work.proceed && { proceed: work.proceed }),
    paint: (frame) => paint(frame, `${index} ${file.name}`),
    onFrame: (painted, share) => onProgress?.(index, share, painted),
  });
}
