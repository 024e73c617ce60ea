/**
 * The engine's own kernels, as names and types. Each has a composition over stock TensorFlow.js kernels
 * that runs on every backend (`composed.ts`: the oracle), and faster implementations registered in the
 * TensorFlow.js kernel registry for one backend under the same name (`device/wasm`, `device/webgpu`).
 * `index.ts` calls the registered one if there is one. All tensors are float32, features are NHWC with
 * batch 1.
 */

/** What a convolution reads beyond the border. `zero` with all sides 0 is a "valid" convolution. */
export type PaddingMode = 'reflect' | 'replicate' | 'zero' | 'circular';

export interface Padding {
  readonly mode: PaddingMode;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export const kernelNames = {
  /**
   * y = activation(pad(enlarge(x)) ∗ filter + bias).
   * Inputs: `x [1,H,W,Ci]`, `filter [kh,kw,Ci,Co]`, `bias [Co]`. Attributes: ForwardAttributes. Output `[1,Ho,Wo,Co]`.
   */
  conv2d: 'ReverieConv2D',
  /**
   * As conv2d, of a picture twice as large: y = activation(pad(spline(x)) ∗ filter + bias) (spline.ts).
   * Inputs: as conv2d's. Attributes: ConvAttributes. Output `[1,Ho,Wo,Co]`.
   */
  conv2dSpline: 'ReverieConv2DSpline',
  /**
   * Adjoint of conv2d with respect to x: padᵀ(fullConv(dy · [y > 0], rotated)).
   * Inputs: `dy [1,Ho,Wo,Co]`, `y` the same shape (only when attributes.relu), `rotated [kh,kw,Co,Ci]` (filter turned by
   * 180° with its channel axes swapped, made once per layer). Attributes: ConvGradAttributes. Output `inputShape`.
   */
  conv2dInputGrad: 'ReverieConv2DInputGrad',
  /**
   * Adjoint of conv2d with respect to its filter and bias, for training. Sums in a fixed order: the same bits each time.
   * Inputs: `x [1,H,W,Ci]`, `dy [1,Ho,Wo,Co]`, `y` the shape of dy (only when attributes.relu: dy counts where y > 0).
   * Attributes: FilterGradAttributes. Outputs: `filter [kh,kw,Ci,Co]`, `bias [Co]`.
   */
  conv2dFilterGrad: 'ReverieConv2DFilterGrad',
  /**
   * First and second raw moments over positions, deterministic (no atomics).
   * Input: `x [1,H,W,C]`. Outputs: `mean [C] = Σ f / M`, `gram [C,C] = Σ f fᵀ / M`, M = H·W.
   */
  moments: 'ReverieMoments',
  /**
   * The adjoint of `moments`, and of anything affine in the features: out = dy + x·matrix + vector, per position.
   * Where x is not above 0 it may be 0 instead if attributes.relu.
   * Inputs: `x [1,H,W,C]`, `matrix [C,C]`, `vector [C]`, `dy [1,H,W,C]` (optional: absent means 0). Attributes: BehindRelu.
   * Output `[1,H,W,C]`.
   */
  affine: 'ReverieAffine',
  /**
   * Means per channel over positions, for a normalisation and its adjoint.
   * Inputs: `x [1,H,W,C]`, `other` the same shape (optional: absent means x). Outputs: `mean [C] = Σ x / M`,
   * `product [C] = Σ x · other / M`, M = H·W.
   */
  channelMoments: 'ReverieChannelMoments',
  /**
   * out = activation(x · gain + offset + other · otherGain), each number of a channel by that channel's.
   * Inputs: `x [1,H,W,C]`, `gain [C]`, `offset [C]`, `other` the shape of x (optional: absent means 0), `otherGain [C]`
   * (optional: absent means 1). Attributes: ChannelAffineAttributes. Output `[1,H,W,C]`.
   */
  channelAffine: 'ReverieChannelAffine',
  /**
   * out = x · gain, each number of a position by that position's; the output may lie where x lay, unless others have that.
   * Inputs: `x [1,H,W,C]`, `gain [1,H,W,1]`. Output `[1,H,W,C]`.
   */
  positionGain: 'ReveriePositionGain',
  /**
   * Means over whole windows side by side, `size` × `size`.
   * Input: `x [1,H,W,C]`. Attributes: PoolAttributes. Output `[1,⌊H/size⌋,⌊W/size⌋,C]`.
   */
  averagePool: 'ReverieAveragePool',
  /** Its adjoint. Input: `dy`. Attributes: PoolGradAttributes. Output `inputShape`; what was in no window gets 0. */
  averagePoolGrad: 'ReverieAveragePoolGrad',
  /**
   * One Adam step with clamp and a running average of iterates.
   * Inputs: `x`, `gradient`, `first`, `second`, `average`, all one shape. Attributes: AdamAttributes.
   * Outputs: new `x`, `first`, `second`, `average`; the inputs stay as they were.
   */
  adam: 'ReverieAdam',
  /**
   * out = gradient + ∂L/∂image, L = Σ over pairs of neighbouring pixels of share · (x_p − x_q)².
   * Inputs: `image`, `gradient`, `[1,H,W,C]`. Attributes: VariationAttributes. Outputs: `out` the same shape, and
   * numbers that add up to L.
   */
  totalVariation: 'ReverieTotalVariation',
} as const;

/**
 * What a backend may do at once; where it has no such kernel, the caller composes it of those above (fused.ts). A GPU waits for
 * each kernel to be told to it, and thirty on small matrices take longer than one.
 */
export const fusedNames = {
  /**
   * dy + ∂L/∂x, L = weight · ½ (gains₁ ⟨Σ − Σ₀, P (Σ − Σ₀) P⟩ + gains₀ ⟨μ − μ₀, P (μ − μ₀)⟩), μ and Σ the mean and covariance of x
   * over its positions. Where x is not above 0 it may be 0 instead if attributes.relu.
   * Inputs: `x [1,H,W,C]`, `goal [C² + C + 2]` = Σ₀, μ₀, gains, one after the other, `metric [C,C]` = P, symmetric (optional: absent
   * means the identity), `dy` the shape of x (optional: absent means 0). Attributes: WeightAttributes.
   * Outputs: the shape of x; terms `[n]` that add up to L.
   */
  covarianceLoss: 'ReverieCovarianceLoss',
  /**
   * dy + ∂L/∂x, L = weight · (share · Σ (√(dᵀ Σ d + least) − σ_d)² + gain · ‖μ − μ₀‖²), the sum over directions d.
   * Inputs: `x [1,H,W,3]`, `directions [D,3]`, `goal [D + 3]` = σ, μ₀, `dy` the shape of x (optional). Attributes: PaletteLossAttributes.
   * Outputs as above.
   */
  paletteLoss: 'ReveriePaletteLoss',
  /**
   * dy + ∂L/∂x, L = weight / energy · Σ ⟨d, P d⟩, d = x − target at a position, P symmetric.
   * Inputs: `x [1,H,W,C]`, `target` the shape of x (optional: absent means 0), `weighed` = P d the shape of x (optional: absent means d),
   * `energy []` (optional: absent means 1), `dy` the shape of x (optional). Attributes: WeightAttributes. Outputs as above.
   */
  squaresLoss: 'ReverieSquaresLoss',
  /**
   * dy + ∂L/∂x, L = weight · Σ over positions of max over g of ⟨x, g⟩, the first of equal ones.
   * Inputs: `x [1,H,W,C]`, `guide [G,C]`, `dy` the shape of x (optional: absent means 0). Attributes: WeightAttributes. Outputs as above.
   */
  guidedLoss: 'ReverieGuidedLoss',
  /** The sum of all numbers of all its inputs, whatever they are called. Output `[]`. */
  total: 'ReverieTotal',
  /**
   * fine + the coarse picture smoothed by 1 2 1 both ways, mirrored at the border, and doubled by linear interpolation at half-pixel
   * centres. Inputs: `coarse [1,⌈H/2⌉,⌈W/2⌉,C]`, `fine [1,H,W,C]`. Output the shape of fine.
   */
  enlarge: 'ReverieEnlarge',
  /**
   * x' = x + step, clamped to 0..1; average' = keep · average + (1 − keep) · x'.
   * Inputs: `x`, `step`, `average`, all one shape. Attributes: SettleAttributes. Outputs: new `x`, `average`.
   */
  settle: 'ReverieSettle',
  /** max(0, product − mean²). Inputs: `mean [C]`, `product [C]`. Output `[C]`. */
  variance: 'ReverieVariance',
  /**
   * gain = scale / √(variance + epsilon), offset = shift − mean · gain.
   * Inputs: `mean [C]`, `variance [C]`, `scale [C]`, `shift [C]`. Attributes: GainsAttributes. Outputs: `gain`, `offset`, `[C]`.
   */
  gains: 'ReverieGains',
  /** x as this backend likes to keep what is read often, with half precision perhaps. Input: `x`. Output the shape of x. */
  stored: 'ReverieStored',
} as const;

export interface ConvAttributes {
  readonly stride: number;
  readonly padding: Padding;
  readonly relu: boolean;
}

export interface ForwardAttributes extends ConvAttributes {
  /** Every pixel of x becomes so many by so many before anything else: nearest neighbour. 1 when absent. */
  readonly enlarge?: 1 | 2;
}

export interface ConvGradAttributes extends ConvAttributes {
  readonly inputShape: readonly [number, number, number, number];
}

export interface FilterGradAttributes extends ConvAttributes {
  readonly kernel: readonly [height: number, width: number];
}

export interface ChannelAffineAttributes {
  readonly relu: boolean;
  /** Nobody else reads x, nor will: the output may lie where it lay. */
  readonly consumes?: boolean;
}

export interface PoolAttributes {
  readonly size: number;
}

export interface PoolGradAttributes extends PoolAttributes {
  readonly inputShape: ConvGradAttributes['inputShape'];
}

export interface VariationAttributes {
  /** Share of pairs side by side and one above the other. */
  readonly straight: number;
  /** Share of pairs corner to corner. */
  readonly diagonal: number;
}

export interface BehindRelu {
  /** x is what a ReLU gave, and the gradient goes back through that: it counts where x is above 0 only. */
  readonly relu?: boolean | undefined;
}

export interface WeightAttributes extends BehindRelu {
  readonly weight: number;
}

export interface PaletteLossAttributes extends WeightAttributes {
  readonly share: number;
  readonly gain: number;
  readonly least: number;
}

export interface GainsAttributes {
  readonly epsilon: number;
}

export interface SettleAttributes {
  readonly keep: number;
}

/** Kingma & Ba 2015, algorithm 1; the average is an exponential one, not bias-corrected here. */
export interface AdamAttributes {
  readonly stepSize: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Steps already taken; bias correction uses `step + 1`. */
  readonly step: number;
  /** average' = averaging · average + (1 − averaging) · x' */
  readonly averaging: number;
  /** x' is clamped to [min, max]. */
  readonly min: number;
  readonly max: number;
}
