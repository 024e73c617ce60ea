/**
 * Paints in any style: a style is the statistics that it has at the places of one small network. The first blocks of a
 * perceptual network look, a decoder gives back what they saw, and on the way features are moved to the style's statistics by
 * optimal transport (transport.ts; Lu et al. 2019).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Gaussian, Place, PlaceStatistics } from '../../../../shared/anyStyle/places';
import { moments } from '../../kernels';
import { architectureOf, parameterShapes } from '../../network/architectures';
import { Network } from '../../network/network';
import type { Parameter, Parameters } from '../../network/parameters';
import { uploadFilter } from '../convolution';
import { graph } from './graph';
import { type Move, required } from './layers';
import { anyLayout, biasOf, gatherAny, scatterAny, weightOf } from './parameters';
import { inputsOf, type Mover, Pass, type PassOptions, type UploadedWeights } from './pass';
import { gaussianOf, type Transport, transport } from './transport';

type Tensor4D = tf.Tensor4D;

/** How a picture's features are moved, place by place: shared by its tiles, or held over a film's frames. */
export type Plan = Readonly<Record<Place, Transport>>;

/** What looks: as far as relu3_1, with the channels that the graph takes. */
export const encoderArchitecture = 'vgg-16.16-32.32-64';
const encoderPrefix = 'encoder.';

export class AnyStyleNetwork {
  /** Bytes of tensors at the peak of the passes so far. */
  peakBytes = 0;
  private readonly weights: UploadedWeights;

  /**
   * Uploads the numbers to the active backend.
   * @param encoder of `encoderArchitecture`; stays the caller's
   * @param values of the decoder, in `anyLayout`
   */
  constructor(
    private readonly encoder: Network,
    values: Float32Array,
  ) {
    this.weights = uploaded(values);
  }

  /**
   * A network of a weights file, encoder and all.
   * @throws ReverieError `weights-invalid`
   */
  static create(parameters: Parameters): AnyStyleNetwork {
    const encoder = Network.create(architectureOf(encoderArchitecture), encoderOf(parameters));
    const network = new AnyStyleNetwork(encoder, gatherAny(parameters));
    network.ownsEncoder = true;
    return network;
  }

  private ownsEncoder = false;

  /** A painting's statistics where it is encoded and decoded as it is. */
  async measure(painting: Tensor4D): Promise<PlaceStatistics> {
    const found: Partial<Record<Place, Gaussian>> = {};
    const mover: Mover = async (place, x) => {
      found[place] = await gaussianAt(x);
      return null;
    };
    (await this.walk(painting, mover, quiet)).dispose();
    return found as PlaceStatistics;
  }

  /** How a picture is moved to a style. @param strength 0..1 */
  async plan(picture: Tensor4D, style: PlaceStatistics, strength: number, options: PassOptions): Promise<Plan> {
    const plan: Partial<Record<Place, Transport>> = {};
    const mover = towards(style, strength, (place, transported) => {
      plan[place] = transported;
    });
    (await this.walk(picture, mover, options)).dispose();
    return plan as Plan;
  }

  /**
   * One pass.
   * @param picture `[1, H, W, 3]`, RGB in 0..1, sides multiples of `sideMultiple`, at least `leastSide`; stays the caller's
   * @returns `[1, H, W, 3]`, may leave 0..1
   */
  paint(picture: Tensor4D, plan: Plan, options: PassOptions): Promise<Tensor4D> {
    return this.walk(picture, async (place) => uploadMove(plan[place]), options);
  }

  /** Plans and paints in the same pass. */
  paintWhole(picture: Tensor4D, style: PlaceStatistics, strength: number, options: PassOptions): Promise<Tensor4D> {
    return this.walk(picture, towards(style, strength), options);
  }

  /** A pass whose features somebody else moves. */
  paintMoved(picture: Tensor4D, mover: Mover, options: PassOptions): Promise<Tensor4D> {
    return this.walk(picture, mover, options);
  }

  /** A pass of which no data are read, for the shaders that it needs. */
  rehearse(picture: Tensor4D): void {
    const pass = this.passOf(picture, { noise: 1, seed: 0 });
    const walk = pass.walk(false);
    for (let at = walk.next(); !at.done; ) {
      const { x } = at.value;
      const size = x.shape[3];
      tf.dispose(Object.values(moments(x)));
      at = walk.next({ matrix: tf.zeros([size, size]), vector: tf.zeros([size]) });
    }
    pass.dispose();
  }

  /** A pass that can be walked back; what it was given is freed with it. */
  passOf(picture: Tensor4D, options: PassOptions): Pass {
    return new Pass(this.weights, inputsOf(this.encoder, picture), options);
  }

  dispose(): void {
    for (const { filter, rotated, bias } of this.weights.convolutions.values()) tf.dispose([filter, rotated, bias]);
    if (this.ownsEncoder) this.encoder.dispose();
  }

  private async walk(picture: Tensor4D, mover: Mover, options: PassOptions): Promise<Tensor4D> {
    const pass = this.passOf(picture, options);
    try {
      return tf.clone(await pass.forward(mover, false));
    } finally {
      this.peakBytes = Math.max(this.peakBytes, pass.peakBytes);
      pass.dispose();
    }
  }
}

/** The encoder's tensors under their own names. */
function encoderOf(parameters: Parameters): Parameters {
  const entries = [...parameters].filter(([name]) => name.startsWith(encoderPrefix));
  return new Map(entries.map(([name, parameter]) => [name.slice(encoderPrefix.length), parameter]));
}

/**
 * Tensors by name, for a weights file that needs no other.
 * @param encoder of the embedded network; what lies behind relu3_1 is left out
 * @param values of the decoder, in `anyLayout`
 */
export function scatterWhole(encoder: Parameters, values: Float32Array): Map<string, Parameter> {
  const looks = parameterShapes(architectureOf(encoderArchitecture)).map(({ name }): [string, Parameter] => [
    encoderPrefix + name,
    required(encoder.get(name)),
  ]);
  return new Map([...looks, ...scatterAny(values)]);
}

const quiet: PassOptions = { noise: 0, seed: 0 };

/** Moves features from their own statistics to the style's. */
export const towards =
  (style: PlaceStatistics, strength: number, onTransport?: (place: Place, found: Transport) => void): Mover =>
  async (place, x) => {
    const found = transport(await gaussianAt(x), style[place], strength);
    onTransport?.(place, found);
    return uploadMove(found);
  };

/** Waits for the device. */
async function gaussianAt(x: Tensor4D): Promise<Gaussian> {
  const { mean, gram } = moments(x);
  const [means, grams] = await Promise.all([mean.data<'float32'>(), gram.data<'float32'>()]);
  tf.dispose([mean, gram]);
  return gaussianOf(means, grams);
}

/** On the device; the caller's. */
export function uploadMove({ matrix, vector }: Transport): Move {
  const size = vector.length;
  return {
    matrix: tf.tensor2d(Float32Array.from(matrix), [size, size]),
    vector: tf.tensor1d(Float32Array.from(vector)),
  };
}

function uploaded(values: Float32Array): UploadedWeights {
  const slots = new Map(anyLayout.slots.map((slot) => [slot.name, slot]));
  const numbers = (name: string) => {
    const { offset, size, shape } = required(slots.get(name));
    return { values: values.subarray(offset, offset + size), shape };
  };
  const convolutions = new Map<string, { filter: Tensor4D; rotated: Tensor4D; bias: tf.Tensor1D }>();
  for (const { name, layer } of graph) {
    if (layer.kind !== 'conv') continue;
    const weight = numbers(weightOf(name));
    const { filter, rotated, noBias } = uploadFilter(weight.values, weight.shape);
    noBias.dispose();
    convolutions.set(name, { filter, rotated, bias: tf.tensor1d(numbers(biasOf(name)).values) });
  }
  return { convolutions };
}
