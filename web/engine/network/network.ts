/** A network with weights: which of its nodes a pass to named taps needs, in what shapes; the pass itself is in activations.ts. */
import type * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import { shuffled } from '../images/random';
import type { PaddingMode } from '../kernels';
import { Activations, type Purpose } from './activations';
import { foldEntrance } from './fold';
import { geometryOf, type TapGeometry } from './geometry';
import {
  type Architecture,
  type ConvLayer,
  type FeatureShape,
  type Layer,
  metricName,
  type Node,
  nodeOfTap,
  outputShape,
  type PoolLayer,
  parameterShapes,
  type ReluBackward,
  tapsOf,
} from './layers';
import { given, type Operator, type Weights } from './operator';
import { createOperator } from './operators';
import { type Parameter, type Parameters, parameterOf } from './parameters';

type Tensor4D = tf.Tensor4D;

/** What `Network.with` may change. */
export interface Variation {
  readonly pooling?: PoolLayer['method'] | undefined;
  readonly padding?: PaddingMode | undefined;
  /** The convolution at this tap gives what its ReLU would cut off, too: a silent channel then has a slope. */
  readonly linear?: string | undefined;
  readonly backward?: ReluBackward | undefined;
}

/** One of the convolutions, to be looked at. */
export interface Convolution {
  readonly layer: ConvLayer;
  /** The operator's own. */
  readonly weights: Weights;
  /** What it reads of a picture: a new tensor. @param image `[1, H, W, 3]` */
  input(image: Tensor4D): Tensor4D;
}

function varied({ layer, tap }: Node, { pooling, padding, linear, backward }: Variation): Layer {
  if (layer.kind === 'pool' && pooling) return { ...layer, method: pooling };
  if (layer.kind !== 'conv') return layer;
  const mode = padding ?? layer.padding.mode;
  const relu = layer.relu && (tap === undefined || tap !== linear);
  return { ...layer, padding: { ...layer.padding, mode }, relu, backward };
}

export class Network {
  readonly taps: readonly string[];

  private constructor(
    readonly architecture: Architecture,
    private readonly nodes: readonly Node[],
    private readonly operators: ReadonlyMap<string, Operator>,
    private readonly metrics: ReadonlyMap<string, Float32Array>,
  ) {
    this.taps = tapsOf(architecture);
  }

  /**
   * Uploads the parameters to the active backend.
   * @throws ReverieError `weights-invalid` when one is missing or has another shape than the architecture's.
   */
  static create(architecture: Architecture, parameters: Parameters): Network {
    const folded = foldEntrance(architecture, parameters);
    const metrics = new Map(
      (architecture.metrics ?? []).flatMap((tap) => {
        const name = metricName(tap);
        const shape = parameterShapes(architecture).find((candidate) => candidate.name === name)?.shape;
        return shape && parameters.has(name) ? [[tap, parameterOf(parameters, name, shape)] as const] : [];
      }),
    );
    const { nodes } = folded.architecture;
    const operators = new Map<string, Operator>();
    try {
      for (const { name, layer } of nodes) operators.set(name, createOperator(name, layer, folded.parameters));
    } catch (error) {
      for (const operator of operators.values()) operator.dispose();
      throw error;
    }
    return new Network(architecture, nodes, operators, metrics);
  }

  /**
   * The same weights with another pooling or other padding of every padded convolution: a view, which owns nothing and
   * lives no longer than this network. Circular padding makes features wrap where the sides divide by every stride.
   */
  with(variation: Variation): Network {
    const nodes = this.nodes.map((node): Node => ({ ...node, layer: varied(node, variation) }));
    const operators = new Map(
      nodes.map(({ name, layer }) => {
        const own = this.operators.get(name);
        const operator = own?.as?.(layer) ?? own ?? createOperator(name, layer, new Map());
        return [name, { ...operator, dispose: () => undefined }] as const;
      }),
    );
    return new Network(this.architecture, nodes, operators, this.metrics);
  }

  /**
   * Runs the network as far as the deepest of `taps`.
   * @param image `[1, H, W, 3]`, RGB in 0..1; stays the caller's.
   * @throws ReverieError `layer-unknown`; `image-too-small` when a layer would have no output.
   */
  forward(image: Tensor4D, taps: readonly string[], purpose: Purpose = 'gradient'): Activations {
    const plan = this.plan(taps);
    const shapes = this.shapes(plan, image.shape[1], image.shape[2]);
    return new Activations(plan, this.operators, image, taps, shapes, purpose);
  }

  /** Shape of every node's output on the way to `taps`, for a picture of this size; allocates nothing. */
  featureShapes(taps: readonly string[], height: number, width: number): ReadonlyMap<string, FeatureShape> {
    return this.shapes(this.plan(taps), height, width);
  }

  /** Multiplications on the way to `taps`, for a picture of this size: what a pass takes, against others. */
  work(taps: readonly string[], height: number, width: number): number {
    const plan = this.plan(taps);
    const shapes = this.shapes(plan, height, width);
    return plan.reduce((sum, { name, layer }) => {
      const [h, w] = shapes.get(name) ?? [0, 0];
      return layer.kind === 'conv' ? sum + [...layer.kernel, ...layer.channels].reduce((a, b) => a * b, h * w) : sum;
    }, 0);
  }

  /**
   * The same layers with every filter's weights in another order: what a map that tells of the weights must notice (Adebayo et
   * al. 2018). The caller's to dispose of.
   */
  async shuffled(random: () => number): Promise<Network> {
    const parameters = new Map<string, Parameter>();
    for (const [name, { weights }] of this.operators) {
      if (!weights) continue;
      const [filter, bias] = await Promise.all([weights.filter.data<'float32'>(), weights.bias.data<'float32'>()]);
      parameters.set(`${name}.weight`, { shape: weights.filter.shape, values: shuffled(filter, random) });
      parameters.set(`${name}.bias`, { shape: weights.bias.shape, values: bias });
    }
    const operators = new Map(this.nodes.map(({ name, layer }) => [name, createOperator(name, layer, parameters)]));
    return new Network(this.architecture, this.nodes, operators, this.metrics);
  }

  /** The convolution at a tap; null where something else is. @throws ReverieError `layer-unknown` */
  convolution(tap: string): Convolution | null {
    const node = given(this.nodes.find(({ name }) => name === this.nodeOf(tap)));
    const weights = this.operators.get(node.name)?.weights;
    if (node.layer.kind !== 'conv' || !weights) return null;
    const before = this.planOf(new Set(node.from));
    const input = (image: Tensor4D) => {
      const shapes = this.shapes(before, image.shape[1], image.shape[2]);
      return new Activations(before, this.operators, image, [], shapes, 'features').last();
    };
    return { layer: node.layer, weights, input };
  }

  /** Whether the way back from a tap goes through a ReLU. */
  hasRelu(tap: string): boolean {
    return this.plan([tap]).some(({ layer }) => layer.kind === 'conv' && layer.relu);
  }

  /** How far a position of a tap sees, and how far apart they lie. @throws ReverieError `layer-unknown` */
  geometry(tap: string): TapGeometry {
    return given(geometryOf(this.architecture).find((each) => each.tap === nodeOfTap(this.architecture, tap).tap));
  }

  /** The weights' metric at a tap (objectives/metric.ts), or null if they bring none. */
  metric(tap: string): Float32Array | null {
    return this.metrics.get(tap) ?? null;
  }

  /** Name of the node behind a tap. @throws ReverieError `layer-unknown` */
  nodeOf(tap: string): string {
    return nodeOfTap(this.architecture, tap).name;
  }

  dispose(): void {
    for (const operator of this.operators.values()) operator.dispose();
  }

  /** The nodes that the taps depend on, in topological order. */
  private plan(taps: readonly string[]): Node[] {
    return this.planOf(new Set(taps.map((tap) => nodeOfTap(this.architecture, tap).name)));
  }

  private planOf(needed: Set<string>): Node[] {
    const plan: Node[] = [];
    for (const node of [...this.nodes].reverse()) {
      if (!needed.has(node.name)) continue;
      plan.unshift(node);
      for (const source of node.from) needed.add(source);
    }
    return plan;
  }

  private shapes(plan: readonly Node[], height: number, width: number): Map<string, FeatureShape> {
    const shapes = new Map<string, FeatureShape>([['input', [height, width, 3]]]);
    for (const { name, from, layer } of plan) {
      const inputs = from.map((source) => shapes.get(source) ?? ([0, 0, 0] as const));
      const shape = outputShape(layer, inputs);
      if (shape[0] < 1 || shape[1] < 1) {
        throw new ReverieError(
          'image-too-small',
          `A picture of ${width}×${height} pixels is too small for layer ${name} of ${this.architecture.id}.`,
        );
      }
      shapes.set(name, shape);
    }
    return shapes;
  }
}
