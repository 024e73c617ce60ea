/**
 * One pass of a network: forward to named taps, and the chain of adjoints back to the pixels. Every saved activation is
 * freed as soon as the backward pass is done with it, which is what keeps memory and time an order of magnitude below an
 * autodiff tape's.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import type { FeatureShape, Node } from './layers';
import type { Operator, ParameterGradient } from './operator';

type Tensor4D = tf.Tensor4D;

/**
 * Called at each tap on the way back, deepest first: takes the gradient that arrives from above (null at the
 * deepest tap) and returns it with the objective's own added, as a tensor that the network then owns. The
 * gradient passed in is the head's to dispose of, unless it is what it returns.
 * @param relu whether it goes back through a ReLU from here: where that gave 0 it may be anything
 */
export type Head = (tap: string, features: Tensor4D, gradient: Tensor4D | null, relu: boolean) => Tensor4D | null;

/**
 * What a forward pass is for. `features` keeps the taps only, `gradient` what the way back to the pixels needs too, and
 * `training` what the gradients of the weights need.
 */
export type Purpose = 'features' | 'gradient' | 'training';

/** Takes the gradient of a node's weights, whose tensors it then owns. */
export type ParameterSink = (node: string, gradient: ParameterGradient) => void;

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
    const relu = this.operator(node).masks ?? false;
    const gradient = tap === undefined ? arrived : head(tap, this.output(node.name), arrived, relu);
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
