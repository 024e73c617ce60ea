/** The worker behind `heic.ts`: one HEIC file in, the pixels of its first picture out. */
// The package exports only entries that start a blob worker; the library inside it is addressed by path.
import buildLibheif from '../../../node_modules/heic-to/src/lib/libheif-without-unsafe-eval.js';
import type { HeicAnswer } from './heic';

interface HeifImage {
  get_width(): number;
  get_height(): number;
  display(into: ImageData, done: (filled: ImageData | null) => void): void;
  free(): void;
}
interface Libheif {
  readonly HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] };
}

async function decode(bytes: Uint8Array): Promise<ImageData> {
  const libheif = buildLibheif() as Libheif;
  const images = new libheif.HeifDecoder().decode(bytes);
  const [image] = images;
  if (!image) throw new Error('no picture inside');
  const pixels = new ImageData(image.get_width(), image.get_height());
  // libheif leaves alpha untouched for pictures without it.
  for (let i = 3; i < pixels.data.length; i += 4) pixels.data[i] = 255;
  const filled = await new Promise<ImageData | null>((resolve) => image.display(pixels, resolve));
  for (const each of images) each.free();
  if (!filled) throw new Error('the picture could not be decoded');
  return filled;
}

self.onmessage = async (event: MessageEvent<Uint8Array>) => {
  let answer: HeicAnswer;
  try {
    answer = { ok: true, image: await decode(event.data) };
  } catch (cause) {
    answer = { ok: false, reason: String(cause) };
  }
  self.postMessage(answer);
};
