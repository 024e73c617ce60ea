/** A network as it lies in a folder that the edge serves: its tensors as stored, and decoded. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { ReverieError } from '../../shared/errors';
import { parseWeightsManifest, type WeightsManifest } from '../../shared/manifest';
import type { Parameters } from '../../web/engine/network/parameters';
import { decodeParameters } from '../../web/engine/weights/decode';
import { sha256Of, writeWhole } from '../files';
import type { StoredTensor } from './convert';

interface StoredNetwork {
  readonly manifest: WeightsManifest;
  /** In the manifest's order. */
  readonly tensors: readonly StoredTensor[];
  readonly parameters: Parameters;
}

interface StoredShards {
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

// A converted network into a folder, all or nothing: every file is written under a temporary name and
// renamed, the manifest last. Whoever serves the folder meanwhile sees the old network or the new one.

export interface Written {
  readonly manifest: string;
  /** Shards of the network's former version that nothing names any more. */
  readonly removed: readonly string[];
}

/** @throws ReverieError `usage` if the folder cannot be written, `aborted`; either leaves the folder as it was. */
export async function writeNetwork(
  folder: string,
  manifest: WeightsManifest,
  shards: readonly Uint8Array[],
  signal?: AbortSignal,
): Promise<Written> {
  const created: string[] = [];
  const file = path.join(folder, `${manifest.id}.json`);
  try {
    await mkdir(folder, { recursive: true });
    const former = await readManifest(file);
    for (const [i, { sha256 }] of shardsBeside(manifest).entries()) {
      const shard = shards[i];
      if (!shard) throw new ReverieError('internal', `Shard ${i} of ${manifest.id} has no bytes.`);
      const name = path.join(folder, `${sha256}.bin`);
      if (await holds(name, shard)) continue;
      await writeWhole(name, shard, signal);
      created.push(name);
    }
    await writeWhole(file, `${JSON.stringify(manifest)}\n`, signal);
    return { manifest: file, removed: former ? await removeUnnamed(folder, former) : [] };
  } catch (cause) {
    await Promise.all(created.map((name) => rm(name, { force: true })));
    const { code, message } = ReverieError.from(cause, 'usage');
    throw new ReverieError(code, code === 'usage' ? `${message} Choose another --out.` : message, { cause });
  }
}

/** Those that lie in the folder with the manifest: none of a network that is served from R2. */
const shardsBeside = ({ store, shards }: WeightsManifest) => (store === 'r2' ? [] : shards);

async function holds(name: string, bytes: Uint8Array): Promise<boolean> {
  const present = await readFile(name).catch(() => undefined);
  return present?.equals(bytes) ?? false;
}

async function readManifest(file: string): Promise<WeightsManifest | undefined> {
  try {
    return parseWeightsManifest(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // None yet, or one that no loader accepts: then it protects no shard either.
    return undefined;
  }
}

async function removeUnnamed(folder: string, former: WeightsManifest): Promise<string[]> {
  const named = new Set<string>();
  for (const entry of await readdir(folder)) {
    const manifest = entry.endsWith('.json') ? await readManifest(path.join(folder, entry)) : undefined;
    for (const { sha256 } of manifest ? shardsBeside(manifest) : []) named.add(sha256);
  }
  const stale = shardsBeside(former)
    .filter(({ sha256 }) => !named.has(sha256))
    .map(({ sha256 }) => `${sha256}.bin`);
  await Promise.all(stale.map((name) => rm(path.join(folder, name), { force: true })));
  return stale;
}
