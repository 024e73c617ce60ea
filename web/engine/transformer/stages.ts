/**
 * The fast-style network of Johnson et al. 2016 as a list of stages, no weights and no arithmetic: down twice by
 * strided convolutions, residual blocks, up twice. Every stage is convolution → normalisation → activation; the
 * normalisation's scale and shift belong to the style (Dumoulin et al. 2017), all else is shared.
 */
import type { TransformerConfiguration } from '../../../shared/transformer';
import type { Padding } from '../kernels/contract';
import { uniformPadding } from '../network/layers';

export interface Stage {
  readonly name: string;
  readonly kernel: readonly [height: number, width: number];
  readonly channels: readonly [input: number, output: number];
  readonly stride: number;
  /** What is done to the resolution before (`spline`, `resize`) or by (`transposed`) the convolution. */
  readonly up: 'none' | TransformerConfiguration['upsampling'];
  readonly padding: Padding;
  readonly activation: 'relu' | 'linear' | 'sigmoid';
  /** `open`: what comes in is kept; `close`: what was kept is added. */
  readonly residual?: 'open' | 'close';
  /** Its input is multiplied by the canvas' speckle. */
  readonly speckled?: true;
}

/** TensorFlow's SAME for a 3×3 window of stride 2 over an even side. */
const same: Padding = { mode: 'zero', top: 0, bottom: 1, left: 0, right: 1 };

/** A picture's sides must be multiples of this: it is halved twice. */
export const sideMultiple = 4;

export function stagesOf({ width, blocks, upsampling }: TransformerConfiguration): Stage[] {
  const conv = (name: string, size: number, input: number, output: number, stride = 1): Stage => ({
    name,
    kernel: [size, size],
    channels: [input, output],
    stride,
    up: 'none',
    activation: 'relu',
    padding: uniformPadding('reflect', size >> 1),
  });
  const up = (name: string, input: number, output: number): Stage =>
    upsampling === 'transposed'
      ? { ...conv(name, 3, input, output, 2), up: upsampling, padding: same }
      : { ...conv(name, 3, input, output), up: upsampling };
  return [
    conv('down1', 9, 3, width),
    conv('down2', 3, width, 2 * width, 2),
    conv('down3', 3, 2 * width, 4 * width, 2),
    ...Array.from({ length: blocks }, (_, i): Stage[] => [
      { ...conv(`block${i + 1}a`, 3, 4 * width, 4 * width), residual: 'open' },
      { ...conv(`block${i + 1}b`, 3, 4 * width, 4 * width), residual: 'close', activation: 'linear' },
    ]).flat(),
    up('up1', 4 * width, 2 * width),
    up('up2', 2 * width, width),
    { ...conv('out', 9, width, 3), activation: 'sigmoid', speckled: true },
  ];
}

/** Channels that are normalised, over all stages: a style is a scale and a shift for each. */
export const normalisedChannels = (stages: readonly Stage[]): number =>
  stages.reduce((sum, { channels }) => sum + channels[1], 0);
