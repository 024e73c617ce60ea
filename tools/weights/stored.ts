/** A network as it lies in a folder that the edge serves: its tensors as stored, and decoded. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ReverieError } from '../../shared/errors';
import { parseWeightsManifest, type WeightsManifest } from '../../shared/manifest';
import type { Parameters } from '../../web/engine/network/parameters';
import { decodeParameters } from '../../web/engine/weights/decode';
import { sha256Of } from '../files';
import type { StoredTensor } from './layout';

export interface StoredNetwork {
  readonly manifest: WeightsManifest;
  /** In the manifest's order. */
  readonly tensors: readonly StoredTensor[];
  readonly parameters: Parameters;
}

export interface StoredShards {
  readonly manifest: WeightsManifest;
  /** Bytes of `manifest.shards`, in that order, each with the hash that it is named by. */
  readonly shards: readonly Uint8Array[];
}

/**
 * @param file the manifest; its shards lie beside it.
 * @throws ReverieError `not-found`, `weights-invalid`, `weights-integrity`.
 */
export async function readShards(file: string): Promise<StoredShards> {
  const manifest = parseWeightsManifest(parseJson(file, await readBytes(file)));
  const shards: Uint8Array[] = [];
  for (const { sha256, bytes } of manifest.shards) {
    const shard = await readBytes(path.join(path.dirname(file), `${sha256}.bin`));
    if (shard.length !== bytes || sha256Of(shard) !== sha256) {
      throw new ReverieError('weights-integrity', `${sha256}.bin is not what its name says. Import the network again.`);
    }
    shards.push(shard);
  }
  return { manifest, shards };
}

/** The same, decoded. */
export async function readStored(file: string): Promise<StoredNetwork> {
  const { manifest, shards } = await readShards(file);
  const whole = Buffer.concat(shards);
  return {
    manifest,
    tensors: manifest.tensors.map(({ offset, ...tensor }) => ({
      tensor,
      bytes: whole.subarray(offset, offset + tensor.bytes),
    })),
    parameters: decodeParameters(manifest, shards),
  };
}

function parseJson(file: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new ReverieError('weights-invalid', `${file} is not a manifest: it is not JSON.`, { cause });
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ReverieError('not-found', `${file} cannot be read: ${reason}. Check the path.`, { cause });
  }
}
