/** The least that one pass there and back must hold: what the adjoints ask for, and the largest tensor that passes by. */

import type { Architecture } from '../../../web/engine/network/architectures';
import { foldEntrance } from '../../../web/engine/network/fold';
import type { Network } from '../../../web/engine/network/network';
import { createOperator } from '../../../web/engine/network/operators';
import type { Parameters } from '../../../web/engine/network/parameters';
import type { Size } from './problem';

export interface Floor {
  /** Outputs that an adjoint or an objective reads again. */
  readonly savedBytes: number;
  /** The largest gradient or feature on the way; one of them at least is alive beside what is saved. */
  readonly temporaryBytes: number;
}

export interface Weighed {
  readonly network: Network;
  readonly architecture: Architecture;
  readonly parameters: Parameters;
}

/** Of a forward pass to the taps and back, float32, from shapes and from what the operators say that they need; nothing is run. */
export function passFloor(
  { network, architecture, parameters }: Weighed,
  taps: readonly string[],
  { width, height }: Size,
): Floor {
  const shapes = network.featureShapes(taps, height, width);
  const folded = foldEntrance(architecture, parameters);
  const saved = new Set<string>();
  for (const { name, from, layer, tap } of folded.architecture.nodes) {
    if (!shapes.has(name)) continue;
    const operator = createOperator(name, layer, folded.parameters);
    if (operator.needsOutput || (tap && taps.includes(tap))) saved.add(name);
    if (operator.needsInput) saved.add(from[0] ?? 'input');
    operator.dispose();
  }
  const bytes = new Map([...shapes].map(([name, shape]) => [name, 4 * shape[0] * shape[1] * shape[2]]));
  return {
    savedBytes: [...saved].reduce((sum, name) => sum + (bytes.get(name) ?? 0), 0),
    temporaryBytes: Math.max(...bytes.values()),
  };
}

/** Of a forward pass alone: a layer's output beside its inputs, where the two are largest. */
export function forwardFloor(
  { network, architecture, parameters }: Weighed,
  taps: readonly string[],
  { width, height }: Size,
): number {
  const shapes = network.featureShapes(taps, height, width);
  const bytes = (name: string) => (shapes.get(name) ?? []).reduce((product, side) => product * side, 4);
  const { nodes } = foldEntrance(architecture, parameters).architecture;
  const layers = nodes.filter(({ name }) => shapes.has(name));
  return Math.max(...layers.map(({ name, from }) => from.reduce((sum, source) => sum + bytes(source), bytes(name))));
}
