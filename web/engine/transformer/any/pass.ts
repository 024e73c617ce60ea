/** One pass through the graph, with or without a way back. */
import * as tf from '@tensorflow/tfjs-core';
import type { Place } from '../../../../shared/anyStyle/places';
import type { Network } from '../../network/network';
import { type GraphNode, graph, inputOf, inputTaps, type Layer } from './graph';
import { backward, forward, type Given, type Move, moving, required, type Weights } from './layers';
import { noiseField } from './noise';

type Tensor4D = tf.Tensor4D;

/** The network's numbers on the device, by node. */
export interface UploadedWeights {
  readonly convolutions: ReadonlyMap<string, Weights>;
}

export interface PassOptions {
  /** How much of the network's noise. */
  readonly noise: number;
  readonly seed: number;
  /** Of the tile in its picture, pixels. */
  readonly top?: number;
  readonly left?: number;
}

/**
 * What is done to the features at a place.
 * @param x stays the caller's
 * @returns null leaves them as they are; `moved` is a new tensor, for what is no single move, and has no way back
 */
export type Mover = (place: Place, x: Tensor4D) => Promise<Move | { readonly moved: Tensor4D } | null>;

/** What comes in: the picture and the embedded network's features of it. New tensors, but for the picture. */
export function inputsOf(encoder: Network, picture: Tensor4D): Map<string, Tensor4D> {
  const inputs = new Map<string, Tensor4D>([[inputOf('pixels'), tf.clone(picture)]]);
  const features = encoder.forward(picture, inputTaps, 'features');
  // They are all that is left of the pass, and become the inputs themselves.
  for (const tap of inputTaps) inputs.set(inputOf(tap), features.at(tap));
  return inputs;
}

type NoiseLayer = Extract<Layer, { kind: 'noise' }>;

export class Pass {
  private readonly outputs: Map<string, Tensor4D>;
  private readonly moves = new Map<string, Move>();
  private readonly noises = new Map<string, Tensor4D>();
  /** Bytes of tensors at its peak. */
  peakBytes = 0;

  /** @param inputs they become this object's */
  constructor(
    private readonly weights: UploadedWeights,
    inputs: Map<string, Tensor4D>,
    private readonly options: PassOptions,
  ) {
    this.outputs = inputs;
  }

  /**
   * Runs through the graph.
   * @param keep what a way back needs; without it every output is freed after its last use
   * @returns `[1, H, W, 3]`; belongs to this object
   */
  async forward(mover: Mover, keep: boolean): Promise<Tensor4D> {
    const walk = this.walk(keep);
    let at = walk.next();
    while (!at.done) at = walk.next(await mover(at.value.place, at.value.x));
    return at.value;
  }

  /** Stops at every place to be told what is done there. */
  *walk(keep: boolean): Generator<{ place: Place; x: Tensor4D }, Tensor4D, Awaited<ReturnType<Mover>>> {
    for (const [position, { name, from, layer }] of graph.entries()) {
      const inputs = from.map((source) => required(this.outputs.get(source)));
      const x = required(inputs[0]);
      let moved: Tensor4D | undefined;
      if (layer.kind === 'move') {
        const move = yield { place: layer.place, x };
        if (move && 'moved' in move) moved = move.moved;
        else if (move) this.moves.set(name, move);
      }
      if (layer.kind === 'noise') this.addNoise(name, layer, x);
      const handedOn = layer.kind === 'move' && (!this.moves.has(name) || (!keep && isFolded(name)));
      this.outputs.set(name, moved ?? (handedOn ? x : this.node(name, layer, inputs, keep ? undefined : from[0])));
      this.peakBytes = Math.max(this.peakBytes, tf.memory().numBytes);
      if (keep) continue;
      for (const source of from) {
        if (!graph.slice(position + 1).some((later) => later.from.includes(source))) this.free(source);
      }
    }
    return required(this.outputs.get(lastOf(graph).name));
  }

  /**
   * Walks back.
   * @param dy at the painted picture; stays the caller's
   * @param onGradient takes a node's gradients, by the names of the layout's slots
   */
  backward(dy: Tensor4D, onGradient: (node: string, kind: 'weight' | 'bias', gradient: tf.Tensor) => void) {
    const gradients = new Map<string, Tensor4D>([[lastOf(graph).name, tf.clone(dy)]]);
    for (const { name, from, layer } of [...graph].reverse()) {
      const arrived = required(gradients.get(name));
      gradients.delete(name);
      const still = layer.kind === 'move' && !this.moves.has(name);
      const inputs = from.map((source) => required(this.outputs.get(source)));
      const back = still
        ? { inputs: [tf.clone(arrived)] }
        : backward(layer, inputs, required(this.outputs.get(name)), arrived, this.given(name));
      arrived.dispose();
      if (back.filter) onGradient(name, 'weight', back.filter);
      if (back.bias) onGradient(name, 'bias', back.bias);
      for (const [i, source] of from.entries()) add(gradients, source, required(back.inputs[i]));
      this.free(name);
    }
    tf.dispose([...gradients.values()]);
  }

  dispose(): void {
    for (const name of [...this.outputs.keys()]) this.free(name);
    for (const { matrix, vector } of this.moves.values()) tf.dispose([matrix, vector]);
    tf.dispose([...this.noises.values()]);
    this.moves.clear();
    this.noises.clear();
  }

  /** @param foldedFrom the place whose move a convolution makes with its own, if it is one and has one */
  private node(name: string, layer: Layer, inputs: readonly Tensor4D[], foldedFrom?: string): Tensor4D {
    const given = this.given(name);
    const folded = layer.kind === 'conv' && foldedFrom !== undefined && isFolded(foldedFrom);
    const move = folded ? this.moves.get(foldedFrom) : undefined;
    if (!move) return forward(layer, inputs, given);
    const weights = moving(required(given.weights), move);
    const y = forward(layer, inputs, { ...given, weights });
    tf.dispose([weights.filter, weights.rotated, weights.bias]);
    return y;
  }

  private addNoise(name: string, { cell, deviation }: NoiseLayer, { shape: [, height, width] }: Tensor4D): void {
    const { noise, seed, top = 0, left = 0 } = this.options;
    if (noise === 0) return;
    const field = noiseField(seed ^ cell, top / cell, left / cell, height, width);
    const share = noise * deviation;
    this.noises.set(
      name,
      tf.tensor4d(
        field.map((v) => share * v),
        [1, height, width, 1],
      ),
    );
  }

  private given(name: string): Given {
    return {
      weights: this.weights.convolutions.get(name),
      move: this.moves.get(name),
      noise: this.noises.get(name),
    };
  }

  /** What is not moved is known by two names. */
  private free(name: string): void {
    const tensor = this.outputs.get(name);
    this.outputs.delete(name);
    if (tensor && ![...this.outputs.values()].includes(tensor)) tensor.dispose();
  }
}

/** Places that only convolutions read. */
const isFolded = (place: string): boolean =>
  lastOf(graph).name !== place && graph.every(({ from, layer }) => layer.kind === 'conv' || !from.includes(place));

const lastOf = (nodes: readonly GraphNode[]): GraphNode => required(nodes.at(-1));

function add(gradients: Map<string, Tensor4D>, name: string, more: Tensor4D): void {
  const before = gradients.get(name);
  gradients.set(name, before ? tf.add<Tensor4D>(before, more) : more);
  if (before) tf.dispose([before, more]);
}
