/**
 * Films as an animated WebP (RFC 9649), which every browser shows as a picture, with transparency: each frame is encoded by
 * the browser's own WebP encoder, and what is written here is only what holds them together.
 */
import { webpChunks } from '../../page/intake/strip';

type Bytes = Uint8Array<ArrayBuffer>;

const flags = { animation: 0x02, alpha: 0x10 } as const;
/** Of a frame: it takes the place of what was there, transparent parts and all. */
const noBlend = 0x02;

/**
 * Loops for ever.
 * @param frames still WebPs, all of this size
 */
export function animatedWebp(
  frames: readonly Bytes[],
  { width, height, fps }: { readonly width: number; readonly height: number; readonly fps: number },
): Bytes {
  const pictures = frames.map((frame) =>
    webpChunks(frame).filter(({ name }) => ['ALPH', 'VP8 ', 'VP8L'].includes(name)),
  );
  const extent = [...int24(width - 1), ...int24(height - 1)];
  const parts = [
    chunk('VP8X', [flags.animation | flags.alpha, 0, 0, 0, ...extent]),
    // Background colour, which nobody sees, and no end to the loops.
    chunk('ANIM', [0, 0, 0, 0, 0, 0]),
    ...pictures.map((chunks) => {
      const head = [...int24(0), ...int24(0), ...extent, ...int24(Math.round(1000 / fps)), noBlend];
      return chunk('ANMF', head, ...chunks.map(({ bytes }) => bytes));
    }),
  ];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return joined([...ascii('RIFF'), ...int32(length + 4), ...ascii('WEBP')], ...parts);
}

/** Padded to an even length, which its own length does not count. */
function chunk(name: string, ...data: readonly ArrayLike<number>[]): Bytes {
  const length = data.reduce((sum, part) => sum + part.length, 0);
  return joined([...ascii(name), ...int32(length)], ...data, length % 2 === 1 ? [0] : []);
}

function joined(...parts: readonly ArrayLike<number>[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));
const int24 = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255];
const int32 = (value: number) => [...int24(value), (value >>> 24) & 255];
