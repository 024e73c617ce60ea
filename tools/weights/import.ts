/** One import from start to end; `index.ts` puts a command line around it, tests call it directly. */

import { readFile, stat } from 'node:fs/promises';
import * as v from 'valibot';
import { ReverieError } from '../../shared/errors';
import { limits } from '../../shared/limits';
import { idSchema, type WeightDtype } from '../../shared/manifest';
import { architectureOf, parameterShapes } from '../../web/engine/network/architectures';
import { type Fetch, fetchBytes, type Patience } from '../../web/engine/weights';
import { TransferError } from '../../web/engine/weights/fetch';
import { type ConvertedNetwork, convert } from './convert';
import { inOurNames, parseSafetensors } from './safetensors';
import { type Written, writeNetwork } from './stored';

export interface ImportOptions extends SourceOptions {
  /** A safetensors file or URL. */
  readonly from: string;
  /** Key into the engine's architectures. */
  readonly architecture: string;
  readonly dtype: WeightDtype;
  readonly out: string;
  /** Network id; the architecture's name unless given. */
  readonly id?: string | undefined;
  /** Both from the file's metadata unless given. */
  readonly license?: string | undefined;
  readonly source?: string | undefined;
}

interface ImportResult extends ConvertedNetwork {
  readonly written: Written;
}

/** @throws ReverieError; whatever it throws, `out` is as it was. */
export async function importWeights(options: ImportOptions): Promise<ImportResult> {
  const { from, architecture, dtype, out, id = architecture, signal } = options;
  const needed = parameterShapes(architectureOf(architecture));
  // The edge's list of all networks lies at `index.json`, among the manifests.
  if (!v.is(idSchema, id) || id === 'index') {
    throw new ReverieError(
      'usage',
      `--id ${id} cannot be a network's id: use lower-case letters, digits, "-", "_", ".".`,
    );
  }
  const file = inOurNames(parseSafetensors(await readSource(from, options)), architectureOf(architecture));
  const converted = await convert(file, {
    id,
    architecture,
    needed,
    dtype,
    license: options.license ?? file.metadata.license ?? 'unknown',
    source: options.source ?? file.metadata.source ?? describeSource(from),
    ...(signal && { signal }),
  });
  return { ...converted, written: await writeNetwork(out, converted.manifest, converted.shards, signal) };
}

// The bytes to import, from a file or over http(s) with progress, retries and a stall timeout.

interface SourceOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes so far, and in all if the server tells. */
  readonly onBytes?: ((loaded: number, total: number | undefined) => void) | undefined;
  readonly patience?: Patience | undefined;
}

const isUrl = (source: string) => /^https?:\/\//i.test(source);

/** Where the weights came from, as the manifest tells it: no path of this machine, no credentials. */
export function describeSource(source: string): string {
  if (!isUrl(source)) return source.replace(/^.*[\\/]/, '');
  const { origin, pathname } = new URL(source);
  return origin + pathname;
}

/** @throws ReverieError `not-found`, `weights-network`, `weights-invalid` (too large), `usage`, `aborted`. */
export async function readSource(source: string, options: SourceOptions = {}): Promise<Uint8Array> {
  const bytes = isUrl(source) ? await readUrl(source, options) : await readLocal(source);
  if (bytes.length <= limits.weights.maxImportBytes) return bytes;
  throw tooLarge(source);
}

async function readLocal(file: string): Promise<Uint8Array> {
  try {
    const info = await stat(file);
    if (!info.isFile()) throw new ReverieError('usage', `${file} is not a file. Give a .safetensors file or URL.`);
    if (info.size > limits.weights.maxImportBytes) throw tooLarge(file);
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof ReverieError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ReverieError('not-found', `${file} cannot be read: ${reason}. Check the path.`, { cause });
  }
}

async function readUrl(url: string, { signal, onBytes, patience }: SourceOptions): Promise<Uint8Array> {
  if (!URL.canParse(url)) throw new ReverieError('usage', `${url} is not a URL that can be fetched.`);
  let total: number | undefined;
  const measured: Fetch = async (input, init) => {
    const response = await fetch(input, init);
    // With a Content-Encoding the length is that of the compressed form.
    const length = response.headers.has('content-encoding') ? null : response.headers.get('content-length');
    total = length === null ? undefined : Number(length);
    return response;
  };
  try {
    return await fetchBytes({
      url,
      maxBytes: limits.weights.maxImportBytes,
      fetch: measured,
      signal,
      patience,
      onBytes: (loaded) => onBytes?.(loaded, total),
    });
  } catch (cause) {
    if (!(cause instanceof TransferError)) throw cause;
    throw new ReverieError(
      'weights-network',
      `${describeSource(url)} could not be fetched: ${cause.message}. Check the address and the connection.`,
      { cause },
    );
  }
}

const tooLarge = (source: string) =>
  new ReverieError(
    'weights-invalid',
    `${describeSource(source)} has more than ${limits.weights.maxImportBytes} bytes, which are the most that is read.`,
  );
