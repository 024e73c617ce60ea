/**
 * A style of somebody's own on a network that is there already. Quick: only the new style's scales and shifts are learned
 * (Dumoulin et al. 2017, section 4.3) and its last filter, from that of the network's styles that is nearest. Thorough: the filters move too,
 * and the network then paints this one style.
 */
import { ReverieError } from '../../../shared/errors';
import { decodeFloat16, encodeFloat16 } from '../../../shared/float16';
import type { TrainedPart } from '../../../shared/ownStyle';
import { styleDefaults } from '../../../shared/techniques/style/schema';
import { photoStyle, type TransformerConfiguration } from '../../../shared/transformer';
import { strengthFactor, strengthOf } from '../techniques/style/objectives';
import { blendStyles, layoutOf, movesFrom, ownStyles, type TransformerParameters } from '../transformer/parameters';
import { parseTrainOptions, type TrainOptions, type TrainOptionsInput, trainDefaults } from './options';
import { samplesOf } from './samples';
import type { GradientSource } from './sources';
import { type TrainState, trainedParameters } from './trainer';

/** The network that a training begins from. */
export interface BaseNetwork {
  readonly id: string;
  /** `weightsHash` of its manifest. */
  readonly weights: string;
  readonly configuration: TransformerConfiguration;
  readonly parameters: TransformerParameters;
}

/** Reasons: README.md. */
export const ownDefaults = {
  style: { steps: 300, batch: 1, stepSize: 0.08, averaging: 0.98, styleGain: 1, warmUp: 10 },
  output: { steps: 300, batch: 1, stepSize: 0.0013, averaging: 0.98, styleGain: 60, warmUp: 10 },
  all: { steps: 1500, batch: 2, stepSize: 1e-3, averaging: 0.99, styleGain: 60, warmUp: 30 },
} as const satisfies Record<TrainedPart, object>;

/** What may be chosen; the network is that of the base. */
export type OwnTrainOptions = Omit<TrainOptionsInput, 'network'> & { readonly trains: TrainedPart };

/** @throws ReverieError `training-invalid` */
export function ownTrainOptions(chosen: OwnTrainOptions, { configuration }: BaseNetwork): TrainOptions {
  if (configuration.norm !== 'instance') {
    throw new ReverieError('training-invalid', 'Only a network with instance norm can be taught another style.');
  }
  const { steps, batch, ...optimiser } = ownDefaults[chosen.trains];
  return parseTrainOptions({
    steps,
    batch,
    palette: styleDefaults.palette,
    ...chosen,
    optimiser: { ...trainDefaults.optimiser, ...optimiser, ...chosen.optimiser },
    network: { ...configuration, styles: ownStyles(chosen.trains) },
  });
}

/** The base's filters, with its styles mixed by `weights` as the new one. */
export function startFrom(
  { configuration, parameters: { values } }: BaseNetwork,
  { network }: TrainOptions,
  weights: readonly number[],
): TransformerParameters {
  const base = layoutOf(configuration);
  const own = layoutOf(network);
  const start = new Float32Array(own.size);
  start.set(values.subarray(0, base.styles.offset));
  const oneHot = configuration.styles.map((style) => (style === photoStyle ? 1 : 0));
  network.styles.forEach((style, i) => {
    const { scale, shift } = blendStyles(base, values, style === photoStyle ? oneHot : weights);
    start.set(scale, own.styles.offset + 2 * i * own.channels);
    start.set(shift, own.styles.offset + (2 * i + 1) * own.channels);
  });
  return { values: start, running: null };
}

/** The mean of all painted styles, and each by itself. */
function candidatesOf(configuration: TransformerConfiguration): number[][] {
  const { styles } = configuration;
  const mean = styles.map((style) => (style === photoStyle ? 0 : 1));
  const each = styles.flatMap((style, i) => (style === photoStyle ? [] : [styles.map((_, k) => (k === i ? 1 : 0))]));
  return [mean, ...each];
}

export interface NearestStart {
  readonly start: TransformerParameters;
  /** Style loss there. */
  readonly style: number;
}

/**
 * The start with the lowest loss on the first picture.
 * @param goOn asked after every candidate: false stops, and the best so far is taken
 */
export async function nearestStart(
  base: BaseNetwork,
  options: TrainOptions,
  photos: number,
  source: GradientSource,
  goOn: () => boolean,
): Promise<NearestStart> {
  const [sample] = samplesOf(options, photos, 0);
  let best: NearestStart | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  for (const weights of candidatesOf(base.configuration)) {
    const start = startFrom(base, options, weights);
    const { losses } = await source.gradient(start, sample ? [{ ...sample, style: 0 }] : []);
    const loss = losses.content + losses.style + losses.variation;
    if (!best || loss < lowest) [lowest, best] = [loss, { start, style: losses.style }];
    if (!goOn()) break;
  }
  if (best) return best;
  throw new ReverieError('training-invalid', `${base.id} has no style to begin from.`);
}

/**
 * Style loss, at strength 50, up to which a start is near: the paintings that it was set by are in README.md. Beyond it
 * there is much that the filters cannot draw, and trying would cost the photo.
 */
const nearLoss = 3.5;

/** The options for a training from there: from far away the style weighs no more than it would from `nearLoss`. */
export function balanced(options: TrainOptions, { style }: Pick<NearestStart, 'style'>): TrainOptions {
  const tooFar = Math.max(1, style / (nearLoss * strengthFactor(options.strength)));
  return { ...options, strength: Math.max(0, options.strength - strengthOf(tooFar)) };
}

/**
 * What a training has learned so far, in half precision as its file keeps it.
 * @throws ReverieError `numeric-failure` when a number is beyond that
 */
export function ownNumbers(state: TrainState): Float32Array<ArrayBuffer> {
  const { options } = state;
  const { values } = trainedParameters(state);
  const rounded = decodeFloat16(encodeFloat16(values.subarray(movesFrom(options))));
  if (rounded.every(Number.isFinite)) return rounded;
  throw new ReverieError('numeric-failure', 'The training has run away. Start it again with a smaller step size.');
}
