/**
 * A video painted frame by frame, not in real time: its length, its frames' times and its sound stay, its rotation is laid into
 * the picture. Mediabunny takes the file apart and puts it together; what paints a frame is the caller's.
 */
import {
  ALL_FORMATS,
  BlobSource,
  BufferSource,
  BufferTarget,
  Conversion,
  EncodedPacketSink,
  getFirstEncodableAudioCodec,
  getFirstEncodableVideoCodec,
  Input,
  type InputVideoTrack,
  MkvOutputFormat,
  Mp4OutputFormat,
  Output,
  QUALITY_HIGH,
  type Source,
  VideoSample,
  VideoSampleSink,
  VideoSampleSource,
  WebMOutputFormat,
} from 'mediabunny';
import { ReverieError, type VideoFault } from '../../../shared/errors';
import { Steady } from '../../engine/images/steady';
import type { Pixels } from '../../engine/types';
import { fitWithin } from '../intake/fit';

/** Long side of a painted video, pixels: 1080p. */
export const maxVideoSide = 1920;

/** Of a photo, or of a video. */
export interface Painted {
  readonly blob: Blob;
  /** Without a dot. */
  readonly extension: string;
  /** A video whose sound could not be taken along. */
  readonly silent?: boolean;
}

/** Who paints, and who is told. */
export interface VideoHand {
  /** @param frame the callee's own */
  paint(frame: Pixels): Promise<Pixels>;
  /** Stops it after the frame that is under way. */
  readonly signal: AbortSignal;
  /** @param share 0 to 1, of its length */
  onFrame?(painted: Pixels, share: number): void;
}

/** A video that is being painted: what was stopped goes on with the frame where it stopped, for as long as the page lives. */
export interface VideoPainting {
  /** Tells films apart. */
  readonly id: string;
  /**
   * @returns null where it was stopped
   * @throws ReverieError `image-unsupported` for what is damaged, or whatever painting throws; it is over then
   */
  go(hand: VideoHand): Promise<Painted | null>;
  /** Lets go of what it holds. */
  close(): void;
}

const sentences: Readonly<Record<VideoFault, string>> = {
  kind: 'This is no video, or one of a kind that is not known.',
  codec: 'This browser cannot decode the pictures of this video.',
  writer: 'This browser writes no video.',
  damaged: 'This video is damaged.',
  empty: 'There is no picture in this video.',
};

const unreadable = (video: VideoFault, cause?: unknown) =>
  new ReverieError('image-unsupported', sentences[video], { cause, data: { format: 'video', video } });

/**
 * @param size long side, pixels; never larger than the file's
 * @throws ReverieError `image-unsupported` for what the browser can neither read nor write
 */
export const openVideo = (file: Blob, size: number): Promise<VideoPainting> =>
  open(file, size).catch((cause: unknown) => {
    // Headers are read on the way, and what is in them may be anything.
    throw cause instanceof ReverieError ? cause : unreadable('damaged', cause);
  });

async function open(file: Blob, size: number): Promise<VideoPainting> {
  const { input, track, sounds } = await read(new BlobSource(file));
  const [across, down] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
  const fitted = fitWithin(across, down, Math.min(size, maxVideoSide));
  // Encoders take whole squares of colour.
  const [width, height] = [fitted.width, fitted.height].map((side) => Math.max(2, side & ~1)) as [number, number];
  const codec = await getFirstEncodableVideoCodec(['avc', 'vp9', 'vp8'], { width, height });
  if (!codec) throw unreadable('writer');
  const extension = codec === 'avc' ? 'mp4' : 'webm';
  const target = new BufferTarget();
  const output = new Output({
    format: codec === 'avc' ? new Mp4OutputFormat({ fastStart: 'in-memory' }) : new WebMOutputFormat(),
    target,
  });
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  if (!context) throw unreadable('writer');
  const pictures = new VideoSampleSource({ codec, quality: QUALITY_HIGH });
  output.addVideoTrack(pictures);
  const [start, length] = [Math.max(0, await input.getFirstTimestamp()), await input.computeDuration()];
  const sound = await Conversion.init({
    input,
    output,
    tracks: 'primary',
    composable: true,
    showWarnings: false,
    trim: { start },
    video: { discard: true },
    // Such sound may lie in an MP4, and is heard by few.
    audio: async (each) => {
      const heard = (await each.getCodec())?.startsWith('pcm') && (await getFirstEncodableAudioCodec(['aac', 'opus']));
      return heard ? { codec: heard } : {};
    },
  });
  await output.start();
  const samples = new VideoSampleSink(track).samples(start);
  const following = async () => (await samples.next()).value ?? null;
  // Not by a conversion as the sound: that leaves out what a file says no length of, as WebM does of the last in each cluster.
  let sample = await following();
  if (!sample) throw unreadable('empty');
  let duration = 0;
  const steady = new Steady();
  const close = () => {
    sample?.close();
    void samples.return();
    void output.cancel();
    input.dispose();
  };

  const paintOne = async (now: VideoSample, { paint, onFrame }: VideoHand) => {
    // What changes its size is laid into that of the first.
    context.clearRect(0, 0, width, height);
    now.drawWithFit(context, { fit: 'contain' });
    const photo = pixelsOf(context, width, height);
    const drawn = await paint({ ...photo, data: new Uint8ClampedArray(photo.data) });
    const painted = steady.next(photo, await exactly(drawn, width, height));
    context.putImageData(new ImageData(painted.data as Uint8ClampedArray<ArrayBuffer>, width, height), 0, 0);
    onFrame?.(painted, (now.timestamp - start) / length);
  };

  return {
    id: crypto.randomUUID(),
    async go(hand) {
      try {
        while (sample) {
          if (hand.signal.aborted) return null;
          await paintOne(sample, hand);
          const timestamp = Math.max(0, sample.timestamp - start);
          const told = sample.duration;
          sample.close();
          sample = await following();
          duration = sample ? sample.timestamp - start - timestamp : told || duration;
          const painted = new VideoSample(canvas, { timestamp, duration });
          await pictures.add(painted);
          painted.close();
          await sound.execute({ until: timestamp + duration });
        }
        pictures.close();
        await sound.execute();
        await output.finalize();
      } catch (cause) {
        close();
        throw cause instanceof ReverieError ? cause : unreadable('damaged', cause);
      }
      const silent = sounds && sound.utilizedTracks.length === 0;
      return { blob: new Blob([target.buffer ?? ''], { type: `video/${extension}` }), extension, silent };
    },
    close,
  };
}

interface Opened {
  readonly input: Input;
  readonly track: InputVideoTrack;
  /** Whether the file has sound, of whatever kind. */
  readonly sounds: boolean;
}

async function read(source: Source, isCopy = false): Promise<Opened> {
  const input = new Input({ source, formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack().catch((cause: unknown) => {
    throw unreadable('kind', cause);
  });
  if (!track || !(await new EncodedPacketSink(track).getFirstPacket())) throw unreadable('empty');
  if (!(await track.canDecode())) throw unreadable('codec');
  const sounds = (await input.getAudioTracks()).length > 0;
  if (isCopy || !(await track.canBeTransparent())) return { input, track, sounds };
  // Mediabunny lays alpha over colour in a worker made of text, which this site's policy forbids. What is painted is opaque:
  // a copy leaves alpha out.
  const target = new BufferTarget();
  const output = new Output({ format: new MkvOutputFormat(), target });
  const copy = await Conversion.init({ input, output, tracks: 'primary', showWarnings: false });
  await copy.execute();
  input.dispose();
  return { ...(await read(new BufferSource(target.buffer ?? new ArrayBuffer(0)), true)), sounds };
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
