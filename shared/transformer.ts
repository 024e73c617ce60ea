/**
 * What a fast-style network is, as data: written by the trainer, carried by the weights' manifest, read by the
 * engine and by whoever lists the styles that a network can paint.
 */
import * as v from 'valibot';
import { limits } from './limits';

export const normalisations = ['instance', 'batch'] as const;
export const upsamplings = ['spline', 'resize', 'transposed'] as const;

const small = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(max));

const deviation = v.pipe(v.number(), v.minValue(0), v.maxValue(limits.fast.maxNoise));

/** A style's name in recipes, on the command line and in addresses. */
export const fastStyleIdSchema = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'expected a short lower-case id'),
);

export const transformerSchema = v.strictObject({
  /** Channels at full resolution; twice and four times as many at a half and a quarter. */
  width: small(limits.fast.maxWidth),
  /** Residual blocks at a quarter of the resolution. */
  blocks: small(limits.fast.maxBlocks),
  /** Ulyanov et al. 2016 against Ioffe & Szegedy 2015. */
  norm: v.picklist(normalisations),
  /**
   * What comes before the convolution: interpolation by a quadratic spline, or nearest neighbours (Odena et al. 2016), whose
   * steps show in even surfaces as a lattice; or the convolution's own transpose.
   */
  upsampling: v.picklist(upsamplings),
  /** Standard deviation of what is added to a picture before it is painted, so that even places are not all alike. */
  noise: v.optional(deviation),
  /** The same of what the features before the last convolution are multiplied by: what fine texture can be made of. */
  speckle: v.optional(deviation),
  /** In the order of the parameters. */
  styles: v.pipe(v.array(fastStyleIdSchema), v.minLength(1), v.maxLength(limits.fast.maxStyles)),
});
export type TransformerConfiguration = v.InferOutput<typeof transformerSchema>;

/** The style that is none: learned as the others are, it gives the photo back, and the strength of a style is mixed with it. */
export const photoStyle = 'photo';

export const transformerDefaults = {
  width: 16,
  blocks: 5,
  norm: 'instance',
  upsampling: 'spline',
  noise: 0.04,
  speckle: 0.25,
} as const satisfies Omit<TransformerConfiguration, 'styles'>;
