/** Where the checkout keeps what the edge serves, what files are known by, and how they are written. */
import { createHash, randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ReverieError } from '../shared/errors';
import { root } from './setup/process.mjs';

/** What the edge's static files are built from. */
export const assets = path.join(root, 'web/public');

/** Manifest of a network that the edge serves. */
export const manifestOf = (network: string): string => path.join(assets, 'weights', `${network}.json`);

/** 64 lower-case hex digits; `sha256Hex` (shared/hash.ts) for where nothing can be waited for. */
export const sha256Of = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** In place of a file: reads stdin, writes stdout. */
export const stdio = '-';

/**
 * To a file, whole or not at all: by way of a temporary one in the same folder and a rename (atomic within a file system).
 * @throws ReverieError `usage` for a place that cannot be written; `aborted` when the signal has fired by then.
 */
export async function writeWhole(
  file: string,
  content: Uint8Array | string | AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  if (file === stdio && (typeof content === 'string' || content instanceof Uint8Array))
    return new Promise((resolve) => process.stdout.write(content, () => resolve()));
  // Not of the file's own name, which may be as long as names can be.
  const temporary = path.join(path.dirname(file), `.reverie-${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeFile(temporary, content, { flag: 'wx' });
    if (signal?.aborted) throw new ReverieError('aborted', 'It was cancelled; nothing was written.');
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    if (cause instanceof ReverieError) throw cause;
    throw new ReverieError('usage', `${file} cannot be written: ${ReverieError.from(cause).message}.`, { cause });
  }
}
