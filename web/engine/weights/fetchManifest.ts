/** A network's manifest from the server, checked in full before anything is done with it. */
import * as v from 'valibot';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { idSchema, parseWeightsManifest, type WeightsManifest, weightPaths } from '../../../shared/manifest';
import { type Download, fetchBytes, TransferError } from './fetchBytes';
import { asNetworkError } from './fetchVerified';

export interface ManifestRequest extends Pick<Download, 'signal' | 'fetch' | 'patience'> {
  readonly baseUrl: string;
  readonly id: string;
}

/** A path of the edge below the base URL. */
export const urlBelow = (baseUrl: string, path: string) => baseUrl.replace(/\/+$/, '') + path;

/** @throws ReverieError `network-unknown`, `weights-network`, `weights-invalid`, `aborted`. */
export async function fetchManifest({ baseUrl, id, ...options }: ManifestRequest): Promise<WeightsManifest> {
  if (!v.is(idSchema, id)) throw unknownNetwork(id);
  const url = urlBelow(baseUrl, weightPaths.manifest(id));
  const download = (cache: RequestCache) =>
    fetchBytes({ url, maxBytes: limits.weights.maxShardBytes, cache, ...options }).catch((cause) => {
      if (cause instanceof TransferError && cause.status === 404) throw unknownNetwork(id);
      throw asNetworkError(cause, `The list of ${id}'s parts`);
    });
  try {
    // Its name stays when its content changes: always ask the server, a 304 is cheap.
    return parse(await download('no-cache'), id);
  } catch (cause) {
    if (!(cause instanceof ReverieError) || cause.code !== 'weights-invalid') throw cause;
    return parse(await download('reload'), id);
  }
}

function parse(bytes: Uint8Array, id: string): WeightsManifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new ReverieError('weights-invalid', `The server's manifest of ${id} is not JSON. Import it again.`, {
      cause,
    });
  }
  const manifest = parseWeightsManifest(value);
  if (manifest.id === id) return manifest;
  throw new ReverieError('weights-invalid', `The manifest of ${id} says it is of ${manifest.id}. Import it again.`);
}

function unknownNetwork(id: string): ReverieError {
  return new ReverieError(
    'network-unknown',
    `This server has no weights for a network "${id}". Choose another network.`,
    { data: { network: id } },
  );
}
