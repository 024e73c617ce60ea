/** What pictures are known by. */
import { sha256Hex } from '../../../shared/hash';
import type { Pixels } from '../types';

/** SHA-256 of an image: its width and height as 32-bit little-endian numbers, then its RGBA bytes. */
export function pixelsHash({ width, height, data }: Pixels): Promise<string> {
  const bytes = new Uint8Array(8 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, width, true);
  view.setUint32(4, height, true);
  bytes.set(data, 8);
  return sha256Hex(bytes);
}
