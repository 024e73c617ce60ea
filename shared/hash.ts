/**
 * SHA-256 for everything that is known by its content: weight shards, preset blobs, inputs of a recipe.
 * Works in a page, a Web Worker, Node and workerd.
 */
import type { WeightsManifest } from './manifest';

/** What is used of WebCrypto; declared here because `shared` is compiled without any platform's types. */
interface Subtle {
  digest(algorithm: 'SHA-256', data: Uint8Array): Promise<ArrayBuffer>;
}

/** SHA-256 of the bytes, 64 lower-case hex digits. */
export async function sha256Hex(bytes: Uint8Array | ArrayBuffer): Promise<string> {
  const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const { subtle } = (globalThis as { crypto?: { subtle?: Subtle } }).crypto ?? {};
  if (subtle) return toHex(new Uint8Array(await subtle.digest('SHA-256', view)));
  // A page served over http from another machine of the house is no secure context: there is no WebCrypto.
  const { sha256 } = await import('@noble/hashes/sha2.js');
  return toHex(sha256(view));
}

/**
 * Identity of a network's weights, as recipes and presets name it: SHA-256 of the shard hashes, in order,
 * joined as hex text. Equal for equal bytes, whatever the manifest says beside them.
 */
export function weightsHash(manifest: Pick<WeightsManifest, 'shards'>): Promise<string> {
  const text = manifest.shards.map((shard) => shard.sha256).join('');
  return sha256Hex(Uint8Array.from(text, (digit) => digit.charCodeAt(0)));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
