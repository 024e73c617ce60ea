/** A safetensors file as a network of ours: manifest and shards, in memory. */
import { setImmediate } from 'node:timers/promises';
import { ReverieError } from '../../shared/errors';
import type { ParameterShape } from '../../web/engine/network/layers';
import { type Heading, type LaidOut, layOut } from './layout';
import { type QuantisationError, type QuantisedTensor, quantise } from './quantise';
import type { SafetensorsFile } from './safetensors';
import { readTensor } from './tensors';

export interface ConvertOptions extends Heading {
  /** What the architecture takes, shapes in the engine's layout; the file's other tensors are left out. */
  readonly needed: readonly ParameterShape[];
  readonly signal?: AbortSignal;
}

export interface ConvertedNetwork extends LaidOut {
  /** Per tensor, in the manifest's order. */
  readonly errors: readonly QuantisationError[];
  /** Names of the file's tensors that the architecture does not use. */
  readonly unused: readonly string[];
}

/** @throws ReverieError `weights-invalid`; `aborted` between two tensors. */
export async function convert(file: SafetensorsFile, options: ConvertOptions): Promise<ConvertedNetwork> {
  const { needed, dtype, signal } = options;
  const quantised: QuantisedTensor[] = [];
  for (const parameter of needed) {
    if (parameter.optional && !file.tensors.has(parameter.name)) continue;
    // Lets a Ctrl-C through: the arithmetic in between never waits for anything.
    await setImmediate();
    if (signal?.aborted) throw new ReverieError('aborted', 'The import was cancelled; nothing was written.');
    quantised.push(quantise(parameter.name, parameter.shape, readTensor(file, parameter), dtype));
  }
  const used = new Set(needed.map(({ name }) => name));
  return {
    ...layOut(options, quantised),
    errors: quantised.map(({ error }) => error),
    unused: [...file.tensors.keys()].filter((name) => !used.has(name)),
  };
}
