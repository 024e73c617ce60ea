/** The least that a step must hold beside what it holds between steps, by arithmetic from shapes: what adjoints ask for, and the largest tensor that passes by. */

import type { Architecture } from '../../../web/engine/network/architectures';
import { foldEntrance } from '../../../web/engine/network/fold';
import type { Network } from '../../../web/engine/network/network';
import { createOperator } from '../../../web/engine/network/operators';
import type { Parameters } from '../../../web/engine/network/parameters';
import { type Layout, layoutOf } from '../../../web/engine/transformer/parameters';
import type { Size } from './problem';
import { type Opened, trainedNetwork } from './subjects';
import type { Watch } from './watch';

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

/** Bytes, for float32. */
export function floorOf(name: string, { problem, transformer }: Opened, watch: Omit<Watch, 'stop'>): number {
  const [pass, painted] = [watch.last(), watch.painted()];
  if (painted) return paintingFloor(transformer.layout, painted);
  if (!pass) throw new Error(`${name} never asked its network.`);
  if (pass.purpose === 'features') return forwardFloor(problem, pass.taps, pass);
  const { savedBytes, temporaryBytes } = passFloor(problem, pass.taps, pass);
  const side = problem.content.width;
  const own = name === 'training' ? trainingBytes(layoutOf(trainedNetwork), { width: side, height: side }) : 0;
  return savedBytes + temporaryBytes + own;
}

/** Of every stage: how many values come in and go out, and are in between where a spline enlarges. */
function stageSizes({ stages }: Layout, { width, height }: Size) {
  let area = width * height;
  return stages.map(({ channels: [input, output], stride, up, residual }) => {
    const before = area * input;
    area = up === 'none' ? area / stride ** 2 : area * 4;
    return { before, after: area * output, enlarged: up === 'spline' ? area * input : 0, residual };
  });
}

/** A stage's output beside its input, and beside what a residual block keeps where that is another; a spline's beside what it smooths. */
function paintingFloor(layout: Layout, size: Size): number {
  let kept = 0;
  const each = stageSizes(layout, size).map(({ before, after, enlarged, residual }) => {
    if (residual === 'open') kept = before;
    return Math.max(before + after + (residual === 'close' ? kept : 0), 2 * enlarged);
  });
  return 4 * Math.max(...each);
}

/** What a training pass keeps of the network that learns: filters, and what every convolution took and gave. */
function trainingBytes(layout: Layout, size: Size): number {
  const sizes = stageSizes(layout, size);
  const values = sizes.reduce((sum, { before, after }) => sum + before + after, sizes.at(-1)?.after ?? 0);
  return 4 * (values + layout.size);
}
