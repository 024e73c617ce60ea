/**
 * What a network is made of, as data: layers with their shapes, no weights and no arithmetic.
 * A network is a list of nodes in topological order; each names the nodes that it reads.
 */
import { ReverieError } from '../../../shared/errors';
import type { Padding, PaddingMode } from '../kernels/contract';

export interface ConvLayer {
  readonly kind: 'conv';
  readonly kernel: readonly [height: number, width: number];
  readonly channels: readonly [input: number, output: number];
  readonly stride: number;
  readonly padding: Padding;
  readonly relu: boolean;
  /** What its ReLU lets back: where it answered, if not said. */
  readonly backward?: ReluBackward | undefined;
}

/**
 * The two other ways back through a ReLU: `guided` lets positive gradients back where it answered (Springenberg et al. 2015),
 * `deconvnet` positive gradients wherever (Zeiler & Fergus 2013).
 */
export type ReluBackward = 'guided' | 'deconvnet';

export interface PoolLayer {
  readonly kind: 'pool';
  readonly method: 'max' | 'average';
  readonly size: number;
  readonly stride: number;
  /** PyTorch's ceil_mode: a last window may hang over the border. */
  readonly ceil: boolean;
  /** Pixels beyond every side, 0 by default; they count neither in a maximum nor in an average. */
  readonly padding?: number;
}

/** Joins its inputs along the channel axis. */
export interface ConcatLayer {
  readonly kind: 'concat';
}

/** (x − mean) / std per channel. */
export interface NormaliseLayer {
  readonly kind: 'normalise';
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export type Layer = ConvLayer | PoolLayer | ConcatLayer | NormaliseLayer;

export interface Node {
  readonly name: string;
  /** Names of earlier nodes, or `input`. */
  readonly from: readonly string[];
  readonly layer: Layer;
  /** Public name of this node's output, e.g. `relu4_1`. */
  readonly tap?: string;
}

export interface Architecture {
  readonly id: string;
  readonly nodes: readonly Node[];
  /**
   * Taps for which the weights may bring a metric: a symmetric `[C, C]` matrix by which differences of features are
   * weighed (objectives/metric.ts). Tensor `<tap>.metric`.
   */
  readonly metrics?: readonly string[];
}

export interface ParameterShape {
  readonly name: string;
  /** HWIO for filters, `[out]` for biases, `[C, C]` for metrics. */
  readonly shape: readonly number[];
  /** True when a weights file without it is still whole. */
  readonly optional?: true;
}

export const metricName = (tap: string): string => `${tap}.metric`;

export const uniformPadding = (mode: PaddingMode, size: number): Padding => ({
  mode,
  top: size,
  bottom: size,
  left: size,
  right: size,
});

/** Every tensor that an architecture takes from its weights file. */
export function parameterShapes(architecture: Architecture): ParameterShape[] {
  const layers = architecture.nodes.flatMap(({ name, layer }): ParameterShape[] =>
    layer.kind === 'conv'
      ? [
          { name: `${name}.weight`, shape: [...layer.kernel, ...layer.channels] },
          { name: `${name}.bias`, shape: [layer.channels[1]] },
        ]
      : [],
  );
  const metrics = architecture.nodes.flatMap(({ tap, layer }): ParameterShape[] =>
    tap && layer.kind === 'conv' && architecture.metrics?.includes(tap)
      ? [{ name: metricName(tap), shape: [layer.channels[1], layer.channels[1]], optional: true }]
      : [],
  );
  return [...layers, ...metrics];
}

export function tapsOf(architecture: Architecture): string[] {
  return architecture.nodes.flatMap((node) => (node.tap ? [node.tap] : []));
}

/** @throws ReverieError `layer-unknown`, naming the taps that exist. */
export function nodeOfTap(architecture: Architecture, tap: string): Node {
  const node = architecture.nodes.find((candidate) => candidate.tap === tap);
  if (node) return node;
  const known = tapsOf(architecture);
  throw new ReverieError('layer-unknown', `${architecture.id} has no layer "${tap}"; it has ${known.join(', ')}.`, {
    data: { layer: tap, known },
  });
}

/** Output side of a window sliding over `input` pixels with `padding` more at either end. */
export function outputSide(input: number, window: number, stride: number, ceil = false, padding = 0): number {
  const steps = (input + 2 * padding - window) / stride;
  if (!ceil) return Math.floor(steps) + 1;
  // PyTorch drops a last window that would start beyond the input.
  const count = Math.ceil(steps) + 1;
  return (count - 1) * stride >= input + padding ? count - 1 : count;
}

export type FeatureShape = readonly [height: number, width: number, channels: number];

/** Shape of a layer's output for the shapes of its inputs. */
export function outputShape(layer: Layer, inputs: readonly FeatureShape[]): FeatureShape {
  const [first] = inputs;
  if (!first) throw new ReverieError('internal', `A ${layer.kind} layer needs an input.`);
  const [height, width, channels] = first;
  switch (layer.kind) {
    case 'conv': {
      const { padding, kernel, stride } = layer;
      return [
        outputSide(height + padding.top + padding.bottom, kernel[0], stride),
        outputSide(width + padding.left + padding.right, kernel[1], stride),
        layer.channels[1],
      ];
    }
    case 'pool':
      return [
        outputSide(height, layer.size, layer.stride, layer.ceil, layer.padding),
        outputSide(width, layer.size, layer.stride, layer.ceil, layer.padding),
        channels,
      ];
    case 'concat':
      return [height, width, inputs.reduce((sum, shape) => sum + shape[2], 0)];
    case 'normalise':
      return first;
  }
}
