/** What a technique asks of its networks: size and taps of its passes, seen from inside. */
import * as tf from '@tensorflow/tfjs-core';
import type { Architecture } from '../../../web/engine/network/architectures';
import { foldEntrance } from '../../../web/engine/network/fold';
import { grainId } from '../../../web/engine/network/grain';
import { Network } from '../../../web/engine/network/network';
import { createOperator } from '../../../web/engine/network/operators';
import type { Parameters } from '../../../web/engine/network/parameters';
import { type Layout, layoutOf } from '../../../web/engine/transformer/parameters';
import { Transformer } from '../../../web/engine/transformer/transformer';
import type { Size } from './problem';
import { type Opened, trainedNetwork } from './subjects';

interface Pass extends Size {
  readonly taps: readonly string[];
  /** There and back, or forward only. */
  readonly purpose: 'features' | 'gradient';
}

export interface Watch {
  /** The last pass that was walked back, or the last one where none was. Networks made from one another are seen too. */
  last(): Pass | null;
  /** What a network that paints was last given. */
  painted(): Size | null;
  stop(): void;
}

export function watchForward(): Watch {
  const { prototype } = Network;
  const own = prototype.forward;
  let last: Pass | null = null;
  prototype.forward = function (this: Network, image: tf.Tensor4D, taps, purpose = 'gradient') {
    const [, height, width] = image.shape;
    const way = purpose === 'features' ? 'features' : 'gradient';
    // The grain's own network is a small extra that the bare pass goes without.
    const extra = this.architecture.id === grainId;
    if (!extra && (way === 'gradient' || last?.purpose !== 'gradient')) last = { width, height, taps, purpose: way };
    return own.call(this, image, taps, purpose);
  };
  const ownPaint = Transformer.prototype.paint;
  let painted: Size | null = null;
  Transformer.prototype.paint = function (this: Transformer, image, ...rest) {
    painted = { height: image.shape[1], width: image.shape[2] };
    return ownPaint.call(this, image, ...rest);
  };
  return {
    last: () => last,
    painted: () => painted,
    stop: () => {
      prototype.forward = own;
      Transformer.prototype.paint = ownPaint;
    },
  };
}

// High-water marks of memory, kept from inside TensorFlow.js: between two of its calls there is nothing left to see.

/** What we rely on of tfjs-core 4.22's engine. */
interface Engine {
  readonly state: {
    readonly tensorInfo: { has(dataId: object): boolean; get(dataId: object): { backend: object; bytes: number } };
  };
  trackTensor(tensor: tf.Tensor, backend: object): void;
  removeDataId(dataId: object, backend: object): void;
}

export interface MemoryMark {
  /** Bytes of live tensors, data that several tensors share counted once (`tf.memory()` counts it each time). */
  readonly tensorBytes: number;
  /** Bytes of the WASM heap, scratch of kernels and free space included; 0 on other backends. */
  readonly heapBytes: number;
}

export class MemoryWatch {
  #live = 0;
  #peak = 0;
  /** Data made before the watch began must not be counted when it goes. */
  readonly #seen = new WeakSet<object>();

  /** Sees tensors made from now on. */
  constructor() {
    const engine = tf.engine() as unknown as Engine;
    const { state, trackTensor, removeDataId } = engine;
    engine.trackTensor = (tensor, backend) => {
      const known = state.tensorInfo.has(tensor.dataId);
      trackTensor.call(engine, tensor, backend);
      if (!known) {
        this.#live += state.tensorInfo.get(tensor.dataId).bytes;
        this.#seen.add(tensor.dataId);
      }
      this.#peak = Math.max(this.#peak, this.#live);
    };
    engine.removeDataId = (dataId, backend) => {
      const info = state.tensorInfo.has(dataId) ? state.tensorInfo.get(dataId) : null;
      if (info?.backend === backend && this.#seen.has(dataId)) this.#live -= info.bytes;
      removeDataId.call(engine, dataId, backend);
    };
  }

  live(): MemoryMark {
    return { tensorBytes: this.#live, heapBytes: heapBytes() };
  }

  /** Since the last `reset`. The heap never shrinks: its mark is its size. */
  peak(): MemoryMark {
    return { tensorBytes: this.#peak, heapBytes: heapBytes() };
  }

  reset(): void {
    this.#peak = this.#live;
  }
}

function heapBytes(): number {
  const { wasm } = tf.backend() as { wasm?: { HEAPU8: Uint8Array } };
  return wasm?.HEAPU8.byteLength ?? 0;
}

// The least that a step must hold beside what it holds between steps, by arithmetic from shapes: what adjoints ask for, and the largest tensor that passes by.

interface Floor {
  /** Outputs that an adjoint or an objective reads again. */
  readonly savedBytes: number;
  /** The largest gradient or feature on the way; one of them at least is alive beside what is saved. */
  readonly temporaryBytes: number;
}

interface Weighed {
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

/** Of every stage: how many values come in and go out. */
function stageSizes({ stages }: Layout, { width, height }: Size) {
  let area = width * height;
  return stages.map(({ channels: [input, output], stride, up, residual }) => {
    const before = area * input;
    area = up === 'none' ? area / stride ** 2 : area * 4;
    return { before, after: area * output, residual };
  });
}

/** A stage's output beside its input, and beside what a residual block keeps where that is another. */
function paintingFloor(layout: Layout, size: Size): number {
  let kept = 0;
  const each = stageSizes(layout, size).map(({ before, after, residual }) => {
    if (residual === 'open') kept = before;
    return before + after + (residual === 'close' ? kept : 0);
  });
  return 4 * Math.max(...each);
}

/** What a training pass keeps of the network that learns: filters, and what every convolution took and gave. */
function trainingBytes(layout: Layout, size: Size): number {
  const sizes = stageSizes(layout, size);
  const values = sizes.reduce((sum, { before, after }) => sum + before + after, sizes.at(-1)?.after ?? 0);
  return 4 * (values + layout.size);
}
