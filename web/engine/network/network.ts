/**
 * A network with weights: forward to named taps, and the chain of adjoints back to the pixels. Every
 * saved activation is freed as soon as the backward pass is done with it, which is what keeps memory and
 * time an order of magnitude below an autodiff tape's.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import { shuffled } from '../images/random';
import type { PaddingMode } from '../kernels';
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
import { given, type Operator, type ParameterGradient, type Weights } from './operator';
import { createOperator } from './operators';
import { type Parameter, type Parameters, parameterOf } from './parameters';

type Tensor4D = tf.Tensor4D;

/**
 * Called at each tap on the way back, deepest first: takes the gradient that arrives from above (null at the
 * deepest tap) and returns it with the objective's own added, as a tensor that the network then owns. The
 * gradient passed in is the head's to dispose of, unless it is what it returns.
 */
export type Head = (tap: string, features: Tensor4D, gradient: Tensor4D | null) => Tensor4D | null;

/**
 * What a forward pass is for. `features` keeps the taps only, `gradient` what the way back to the pixels needs too, and
 * `training` what the gradients of the weights need.
 */
export type Purpose = 'features' | 'gradient' | 'training';

/** Takes the gradient of a node's weights, whose tensors it then owns. */
export type ParameterSink = (node: string, gradient: ParameterGradient) => void;

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

/** What one forward pass left on the device. Either walked back once (`backward`) or thrown away (`dispose`). */
export class Activations {
  /** Outputs that are still alive, by node. The image is the caller's and never freed here. */
  private readonly outputs = new Map<string, Tensor4D>();
  private readonly tapOf: ReadonlyMap<string, string>;

  constructor(
    private readonly plan: readonly Node[],
    private readonly operators: ReadonlyMap<string, Operator>,
    private readonly image: Tensor4D,
    taps: readonly string[],
    private readonly shapes: ReadonlyMap<string, FeatureShape>,
    private readonly purpose: Purpose,
  ) {
    this.tapOf = new Map(plan.flatMap((node) => (node.tap && taps.includes(node.tap) ? [[node.name, node.tap]] : [])));
    const kept = purpose === 'features' ? new Set<string>() : this.savedForGradient();
    plan.forEach((node, position) => {
      this.outputs.set(node.name, this.operator(node).forward(node.from.map((source) => this.output(source))));
      for (const source of node.from) {
        const usedLater = plan.slice(position + 1).some((later) => later.from.includes(source));
        if (!usedLater && !kept.has(source) && !this.tapOf.has(source)) this.free(source);
      }
    });
  }

  /** Features at a tap, `[1, h, w, C]`; they belong to this object. */
  at(tap: string): Tensor4D {
    const node = this.plan.find((candidate) => candidate.tap === tap);
    if (!node || !this.outputs.has(node.name)) throw new ReverieError('layer-unknown', `No features at "${tap}".`);
    return this.output(node.name);
  }

  /** What the pass ends with, a new tensor; the image itself where it has no layer. Uses this object up. */
  last(): Tensor4D {
    const end = tf.clone(this.output(this.plan.at(-1)?.name ?? 'input'));
    this.dispose();
    return end;
  }

  /**
   * The gradient at the pixels, `[1, H, W, 3]`, the caller's to dispose of. Uses this object up.
   * Null when no head had anything to say.
   * @param onParameters where the gradients of the weights go after a pass for `training`, deepest first; of weights that
   * the entrance is merged into (fold.ts), as they are merged.
   */
  backward(head: Head, onParameters?: ParameterSink): Tensor4D | null {
    const gradients = new Map<string, Tensor4D>();
    try {
      for (const node of [...this.plan].reverse()) {
        const gradient = this.gradientAt(node, head, gradients);
        try {
          if (gradient) this.propagate(node, gradient, gradients, onParameters);
        } finally {
          gradient?.dispose();
        }
        this.free(node.name);
      }
      const result = gradients.get('input') ?? null;
      gradients.delete('input');
      return result;
    } finally {
      for (const gradient of gradients.values()) gradient.dispose();
      this.dispose();
    }
  }

  dispose(): void {
    for (const name of [...this.outputs.keys()]) this.free(name);
  }

  private gradientAt(node: Node, head: Head, gradients: Map<string, Tensor4D>): Tensor4D | null {
    const arrived = gradients.get(node.name) ?? null;
    const tap = this.tapOf.get(node.name);
    const gradient = tap === undefined ? arrived : head(tap, this.output(node.name), arrived);
    // Only now: what is listed is freed when a head throws.
    gradients.delete(node.name);
    return gradient;
  }

  private propagate(
    node: Node,
    gradient: Tensor4D,
    gradients: Map<string, Tensor4D>,
    onParameters: ParameterSink | undefined,
  ): void {
    const operator = this.operator(node);
    const saved = {
      inputShapes: node.from.map((source) => [1, ...(this.shapes.get(source) ?? [0, 0, 0])] as const),
      input: this.wantsInput(operator) ? this.output(node.from[0] ?? 'input') : null,
      output: operator.needsOutput ? this.output(node.name) : null,
    };
    if (onParameters && operator.parameterGradient) {
      onParameters(node.name, operator.parameterGradient(gradient, saved));
    }
    const contributions = operator.adjoint(gradient, saved);
    contributions.forEach((contribution, i) => {
      const source = node.from[i] ?? 'input';
      const sum = gradients.get(source);
      if (!sum) {
        gradients.set(source, contribution);
        return;
      }
      gradients.set(source, tf.add<Tensor4D>(sum, contribution));
      sum.dispose();
      contribution.dispose();
    });
  }

  /** Names of the outputs that some adjoint will ask for. */
  private savedForGradient(): Set<string> {
    const saved = new Set<string>();
    for (const node of this.plan) {
      const operator = this.operator(node);
      if (operator.needsOutput) saved.add(node.name);
      if (this.wantsInput(operator)) saved.add(node.from[0] ?? 'input');
    }
    return saved;
  }

  private wantsInput({ needsInput, parameterGradient }: Operator): boolean {
    return needsInput || (this.purpose === 'training' && parameterGradient !== undefined);
  }

  private operator(node: Node): Operator {
    const operator = this.operators.get(node.name);
    if (!operator) throw new ReverieError('internal', `Node ${node.name} has no operator.`);
    return operator;
  }

  private output(name: string): Tensor4D {
    const tensor = name === 'input' ? this.image : this.outputs.get(name);
    if (!tensor) throw new ReverieError('internal', `The output of ${name} is gone.`);
    return tensor;
  }

  private free(name: string): void {
    this.outputs.get(name)?.dispose();
    this.outputs.delete(name);
  }
}
