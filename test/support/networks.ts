/** Weights for numeric tests: made up for small networks, and the real ones from where they lie. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseWeightsManifest } from '../../shared/manifest';
import { parseSafetensors, readTensor } from '../../tools/weights/safetensors';
import { architectureOf, parameterShapes } from '../../web/engine/network/architectures';
import type { Parameters } from '../../web/engine/network/parameters';
import { decodeParameters } from '../../web/engine/weights/decode';

const root = path.resolve(import.meta.dirname, '../..');

/** Reference material beside the repository, which is not part of it. */
export const sharedPath = (name: string): string => path.join(root, '../shared', name);
export const hasShared = existsSync(sharedPath('reference/content.png'));

/** For the name of a suite that skips itself. */
export const needsShared = hasShared ? '' : ' (left out: ../shared is not here)';

/** The original file in full precision, read as the import tool reads it. */
export async function originalParameters(file: string, architecture: string): Promise<Parameters> {
  const contents = parseSafetensors(await readFile(sharedPath(`weights/${file}.safetensors`)));
  const shapes = parameterShapes(architectureOf(architecture)).filter(
    ({ name, optional }) => !optional || contents.tensors.has(name),
  );
  return new Map(shapes.map((needed) => [needed.name, { ...needed, values: readTensor(contents, needed) }]));
}

/** The network that is served, in half precision. */
export async function servedParameters(id: string): Promise<Parameters> {
  const folder = path.join(root, 'web/public/weights');
  const manifest = parseWeightsManifest(JSON.parse(await readFile(path.join(folder, `${id}.json`), 'utf8')));
  const shards = await Promise.all(manifest.shards.map(({ sha256 }) => readFile(path.join(folder, `${sha256}.bin`))));
  return decodeParameters(manifest, shards);
}

export { averagingParameters, madeUpParameters } from './madeUp';
