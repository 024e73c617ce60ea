/**
 * The gradient of one batch: photo and painting → one pass, moved to the painting's statistics → what the judges say → back to
 * the decoder's numbers. Of some photos also: its own style must give it back.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import { anyDefaults as anyRecipe } from '../../../shared/techniques/any/schema';
import { tensorOf } from '../../../web/engine/images/pictures';
import type { Network } from '../../../web/engine/network/network';
import type { PhotoSource } from '../../../web/engine/train/samples';
import type { Computed, Source, TrainedNumbers } from '../../../web/engine/train/sources';
import { AnyStyleNetwork, towards } from '../../../web/engine/transformer/any/network';
import { anyLayout } from '../../../web/engine/transformer/any/parameters';
import type { Pass } from '../../../web/engine/transformer/any/pass';
import { handedOn } from '../../../web/engine/transformer/any/scales';
import { contentLoss, identityLoss, rangeLoss, styleLoss, styleTarget, type TapLoss } from './losses';
import type { AnySample } from './samples';
import type { AnyOptions, JudgeOptions } from './schema';

type Tensor4D = tf.Tensor4D;

export interface AnyLosses {
  readonly content: number;
  readonly style: number;
  /** 0 where no photo of the batch had to come back. */
  readonly identity: number;
}

export interface AnyGradient extends Computed {
  readonly losses: AnyLosses;
}

export interface AnyPictures {
  readonly photos: PhotoSource;
  readonly paintings: PhotoSource;
}

/** Losses of one picture, on the device. */
type Terms = Record<keyof AnyLosses, tf.Scalar[]>;

export class AnyGradientSource implements Source<AnySample, AnyGradient> {
  /**
   * @param encoder the embedded network
   * @param judges one per judge of the options; like the encoder they become this object's
   */
  constructor(
    private readonly options: AnyOptions,
    private readonly encoder: Network,
    private readonly judges: readonly Network[],
    private readonly pictures: AnyPictures,
  ) {
    options.judges.forEach(({ contentLayers, styleLayers }, i) => {
      for (const { layer } of [...contentLayers, ...styleLayers]) judges[i]?.nodeOf(layer);
    });
  }

  async gradient({ values }: TrainedNumbers, samples: readonly AnySample[]): Promise<AnyGradient> {
    const network = new AnyStyleNetwork(this.encoder, values);
    const gradient = new Float32Array(anyLayout.size);
    const terms: Terms = { content: [], style: [], identity: [] };
    try {
      for (const sample of samples) await this.add(network, sample, 1 / samples.length, gradient, terms);
      const mean = async (losses: readonly tf.Scalar[]) => {
        const values = await Promise.all(losses.map((loss) => loss.data()));
        return values.reduce((sum, [value = Number.NaN]) => sum + value, 0) / samples.length;
      };
      const [content, style, identity] = await Promise.all(
        [terms.content, terms.style, terms.identity].map((losses) => mean(losses)),
      );
      return { gradient, losses: { content: content ?? 0, style: style ?? 0, identity: identity ?? 0 } };
    } finally {
      tf.dispose(Object.values(terms).flat());
      network.dispose();
    }
  }

  dispose(): void {
    for (const network of [this.encoder, ...this.judges]) network.dispose();
  }

  private async add(
    network: AnyStyleNetwork,
    { photo, painting, smallFirst, noise, identity }: AnySample,
    share: number,
    into: Float32Array,
    terms: Terms,
  ): Promise<void> {
    const { crop } = this.options;
    const [own, other] = await Promise.all([
      this.pictures.photos.square(photo, crop),
      this.pictures.paintings.square(painting, crop),
    ]);
    const [x, s] = [tensorOf(own), tensorOf(other)];
    try {
      const style = await network.measure(s);
      // What the small size does is a constant to the gradient.
      const begun = smallFirst
        ? await handedOn(network, x, style, { strength: 1, detail: anyRecipe.detail / 100, seed: noise })
        : tf.clone(x);
      const pass = network.passOf(begun, { noise: 1, seed: noise });
      begun.dispose();
      try {
        const painted = await pass.forward(towards(style, 1), true);
        await walkBack(pass, this.judge(painted, x, s, terms), share, into);
      } finally {
        pass.dispose();
      }
      if (identity) await this.addIdentity(network, x, share, into, terms);
    } finally {
      tf.dispose([x, s]);
    }
  }

  /** Nothing is moved where a photo is its own style. */
  private async addIdentity(
    network: AnyStyleNetwork,
    photo: Tensor4D,
    share: number,
    into: Float32Array,
    terms: Terms,
  ) {
    const pass = network.passOf(photo, { noise: 0, seed: 0 });
    try {
      const { loss, gradient } = identityLoss(await pass.forward(async () => null, true), photo, this.options.identity);
      terms.identity.push(loss);
      await walkBack(pass, gradient, share, into);
    } finally {
      pass.dispose();
    }
  }

  /** What all judges say, as a gradient at the picture; a new tensor. */
  private judge(painted: Tensor4D, photo: Tensor4D, painting: Tensor4D, terms: Terms): Tensor4D {
    return this.options.judges.reduce((sum, options, i) => {
      const judge = this.judges[i];
      if (!judge) throw new ReverieError('internal', `There is no judge ${i}.`);
      const more = judged(judge, this.weighed(options), painted, photo, painting, terms);
      const total = tf.add<Tensor4D>(sum, more);
      tf.dispose([sum, more]);
      return total;
    }, rangeOf(painted));
  }

  /** Layers' weights that sum to the option's share of this judge. */
  private weighed({
    contentLayers,
    styleLayers,
  }: JudgeOptions): Record<'content' | 'style', ReadonlyMap<string, number>> {
    const { content, style, judges } = this.options;
    const shares = (layers: JudgeOptions['styleLayers'], weight: number) => {
      const total = layers.reduce((sum, layer) => sum + layer.weight, 0) || 1;
      return new Map(layers.map((layer) => [layer.layer, (weight * layer.weight) / total / judges.length]));
    };
    return { content: shares(contentLayers, content), style: shares(styleLayers, style) };
  }
}

function rangeOf(painted: Tensor4D): Tensor4D {
  const { loss, gradient } = rangeLoss(painted);
  loss.dispose();
  return gradient;
}

function judged(
  judge: Network,
  weights: Record<'content' | 'style', ReadonlyMap<string, number>>,
  painted: Tensor4D,
  photo: Tensor4D,
  painting: Tensor4D,
  terms: Terms,
): Tensor4D {
  const contentTaps = [...weights.content.keys()];
  const styleTaps = [...weights.style.keys()];
  const kept = judge.forward(photo, contentTaps, 'features');
  const style = judge.forward(painting, styleTaps, 'features');
  const taps = [...new Set([...contentTaps, ...styleTaps])];
  const gradient = judge.forward(painted, taps).backward((tap, features, arrived) => {
    const found: [keyof AnyLosses, TapLoss][] = [];
    const content = weights.content.get(tap);
    if (content !== undefined) found.push(['content', contentLoss(features, kept.at(tap), content)]);
    const own = weights.style.get(tap);
    if (own !== undefined) {
      const target = styleTarget(style.at(tap));
      found.push(['style', styleLoss(features, target, own)]);
      tf.dispose([target.mean, target.deviation]);
    }
    for (const [term, { loss }] of found) terms[term].push(loss);
    const gradients = [...(arrived ? [arrived] : []), ...found.map(([, { gradient: each }]) => each)];
    const sum = tf.addN<Tensor4D>(gradients);
    tf.dispose(gradients);
    return sum;
  });
  kept.dispose();
  style.dispose();
  return gradient ?? tf.zerosLike(painted);
}

/** Adds the pass' gradients to `into`; takes `dy`. */
async function walkBack(pass: Pass, dy: Tensor4D, share: number, into: Float32Array): Promise<void> {
  const slots = new Map(anyLayout.slots.map((slot) => [slot.name, slot]));
  const found: { readonly offset: number; readonly gradient: tf.Tensor }[] = [];
  pass.backward(dy, (node, kind, gradient) => {
    found.push({ offset: slots.get(`${node}.${kind}`)?.offset ?? 0, gradient });
  });
  dy.dispose();
  for (const { offset, gradient } of found) {
    (await gradient.data<'float32'>()).forEach((value, i) => {
      into[offset + i] = (into[offset + i] ?? 0) + share * value;
    });
    gradient.dispose();
  }
}
