/**
 * A video painted frame by frame, not in real time: its length, its frames' times and its sound stay, its rotation is laid into
 * the picture. Mediabunny takes the file apart and puts it together; what paints a frame is the caller's.
 */
import {
  ALL_FORMATS,
  BlobSource,
  BufferTarget,
  Conversion,
  getFirstEncodableVideoCodec,
  Input,
  Mp4OutputFormat,
  Output,
  QUALITY_HIGH,
  type VideoSample,
  WebMOutputFormat,
} from 'mediabunny';
import { ReverieError } from '../../../shared/errors';
import { Steady } from '../../engine/images/steady';
import type { Pixels } from '../../engine/types';
import { fitWithin } from '../intake/fit';

/** Long side of a painted video, pixels: 1080p. */
export const maxVideoSide = 1920;

export interface VideoPainting {
  readonly file: Blob;
  /** Long side, pixels; never larger than the file's. */
  readonly size: number;
  /** @param frame the callee's own */
  paint(frame: Pixels): Promise<Pixels>;
  /** Rejects the painting with its reason; nothing is left of it. */
  readonly signal: AbortSignal;
  /** Resolves when it may go on: whoever pauses lets it hang. */
  proceed?(): Promise<void>;
  /** @param share 0 to 1, of its length */
  onFrame?(painted: Pixels, share: number): void;
}

export interface PaintedVideo {
  readonly blob: Blob;
  readonly extension: 'mp4' | 'webm';
  readonly frames: number;
  /** False where there was no sound, or none that could be taken along. */
  readonly sound: boolean;
}

const unreadable = (reason: string, cause?: unknown) =>
  new ReverieError('image-unsupported', `This video cannot be painted: ${reason}.`, {
    cause,
    data: { format: 'video' },
  });

/**
 * @throws ReverieError `image-unsupported` for what the browser can neither read nor write, `image-truncated` without a frame,
 *   `aborted`, or whatever painting throws
 */
export async function paintVideo(work: VideoPainting): Promise<PaintedVideo> {
  const { file, signal, size, onFrame } = work;
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack().catch((cause: unknown) => {
    throw unreadable('it is no video, or of a kind that is not known', cause);
  });
  if (!track) throw unreadable('it has no picture');
  const [across, down] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
  const fitted = fitWithin(across, down, Math.min(size, maxVideoSide));
  // Encoders take whole squares of colour.
  const [width, height] = [fitted.width, fitted.height].map((side) => Math.max(2, side & ~1)) as [number, number];
  const codec = await getFirstEncodableVideoCodec(['avc', 'vp9', 'vp8'], { width, height });
  if (!codec) throw unreadable('this browser writes no video');
  const extension = codec === 'avc' ? 'mp4' : 'webm';
  const target = new BufferTarget();
  const output = new Output({
    format: codec === 'avc' ? new Mp4OutputFormat({ fastStart: 'in-memory' }) : new WebMOutputFormat(),
    target,
  });
  let frames = 0;
  let share = 0;
  let failure: unknown;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw unreadable('this browser gives no canvas');
  const steady = new Steady();
  const process = async (sample: VideoSample) => {
    try {
      signal.throwIfAborted();
      await work.proceed?.();
      sample.draw(context, 0, 0, width, height);
      const photo = pixelsOf(context, width, height);
      const drawn = await work.paint({ ...photo, data: new Uint8ClampedArray(photo.data) });
      signal.throwIfAborted();
      const painted = steady.next(photo, await exactly(drawn, width, height));
      context.putImageData(new ImageData(painted.data as Uint8ClampedArray<ArrayBuffer>, width, height), 0, 0);
      frames++;
      onFrame?.(painted, share);
      return canvas;
    } catch (cause) {
      failure ??= cause;
      throw cause;
    }
  };
  const conversion = await Conversion.init({
    ...{ input, output, tracks: 'primary', showWarnings: false },
    video: {
      ...{ width, height, fit: 'contain', codec, quality: QUALITY_HIGH, forceTranscode: true },
      ...{ allowTransformationMetadata: false, process, processedWidth: width, processedHeight: height },
    },
  });
  const lost = conversion.discardedTracks.find(({ track: each }) => each.type === 'video');
  if (!conversion.isValid || lost) throw unreadable(`its pictures cannot be decoded (${lost?.reason ?? 'no track'})`);
  conversion.onProgress = (progress) => {
    share = progress;
  };
  const cancel = () => void conversion.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    signal.throwIfAborted();
    await conversion.execute();
  } catch (cause) {
    if (signal.aborted) throw ReverieError.from(signal.reason, 'aborted');
    if (failure) throw failure;
    throw unreadable('it is damaged', cause);
  } finally {
    signal.removeEventListener('abort', cancel);
    input.dispose();
  }
  if (frames === 0 || !target.buffer) throw new ReverieError('image-truncated', 'There is no picture in this video.');
  const sound = conversion.utilizedTracks.some(({ type }) => type === 'audio');
  return { blob: new Blob([target.buffer], { type: `video/${extension}` }), extension, frames, sound };
}

function pixelsOf(context: OffscreenCanvasRenderingContext2D, width: number, height: number): Pixels {
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

/** A technique may round a size; frames must not. */
async function exactly(pixels: Pixels, width: number, height: number): Promise<Pixels> {
  if (pixels.width === width && pixels.height === height) return pixels;
  const image = new ImageData(pixels.data as Uint8ClampedArray<ArrayBuffer>, pixels.width, pixels.height);
  const bitmap = await createImageBitmap(image, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' });
  const context = new OffscreenCanvas(width, height).getContext('2d');
  context?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context ? pixelsOf(context, width, height) : pixels;
}
