/** The weights of the network that paints in any style, as one flat array: what Adam steps on and a checkpoint stores. */
import { normalNoise, randomGenerator } from '../../images/random';
import { type Parameter, type Parameters, parameterOf } from '../../network/parameters';
import { type Slot, slotsInARow } from '../parameters';
import { graph } from './graph';

export interface AnyLayout {
  readonly slots: readonly Slot[];
  /** Numbers in all. */
  readonly size: number;
}

export const weightOf = (node: string) => `${node}.weight`;
export const biasOf = (node: string) => `${node}.bias`;

/** Filters `[k, k, in, out]` and biases `[out]`, node by node. */
export const anyLayout: AnyLayout = (() => {
  const { slot, total } = slotsInARow();
  const slots = graph.flatMap(({ name, layer }) => {
    if (layer.kind !== 'conv') return [];
    const { kernel, channels } = layer;
    return [slot(weightOf(name), [kernel, kernel, ...channels]), slot(biasOf(name), [channels[1]])];
  });
  return { slots, size: total() };
})();

/** He et al. 2015 for the filters, biases 0. Seeded. */
export function initialAny(seed: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(anyLayout.size);
  const random = randomGenerator(seed);
  for (const { name, shape, offset, size } of anyLayout.slots) {
    if (!name.endsWith('.weight')) continue;
    const deviation = Math.sqrt(2 / (size / (shape[3] ?? 1)));
    values.set(
      normalNoise(size, random).map((value) => value * deviation),
      offset,
    );
  }
  return values;
}

/** @throws ReverieError `weights-invalid` when one is missing or has another shape. */
export function gatherAny(parameters: Parameters): Float32Array<ArrayBuffer> {
  const values = new Float32Array(anyLayout.size);
  for (const { name, shape, offset } of anyLayout.slots) values.set(parameterOf(parameters, name, shape), offset);
  return values;
}

/** The way back: tensors by name, for a weights file. */
export const scatterAny = (values: Float32Array): Map<string, Parameter> =>
  new Map(
    anyLayout.slots.map(({ name, shape, offset, size }) => [
      name,
      { shape, values: values.slice(offset, offset + size) },
    ]),
  );
