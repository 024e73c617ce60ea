/** JPEGs that stop without an end marker: some cameras and downloads lose the last two bytes and nothing else. */
import { decode } from 'jpeg-js';

/**
 * The file with its end marker, if that is all that it lacks. Browsers show half a picture as if it were whole; this
 * decoder is strict, and runs into the marker.
 * @throws Error where pixels are missing, too
 */
export function endedJpeg(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes.length + 2);
  whole.set(bytes);
  whole.set([0xff, 0xd9], bytes.length);
  decode(whole, { tolerantDecoding: false, useTArray: true, maxMemoryUsageInMB: 2048 });
  return whole;
}
