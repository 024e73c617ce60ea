/**
 * What a small network is blind to, seen by a network that needs no weights: at the picture's own size and at half of
 * it, 3×3 cosines of lightness and of two colour differences, rectified. With their moments a picture has the painting's
 * spectrum at its finest scales: neither a weave that nobody sees, nor strokes that go soft. That fixed shallow filters
 * are enough for that is Ustyuzhaninov et al.'s finding (*Texture synthesis using shallow convolutional networks with
 * random filters*, 2016).
 */
import type { PaddingMode } from '../kernels';
import { type Architecture, type Node, uniformPadding } from './layers';
import { Network } from './network';
import type { Parameter, Parameters } from './parameters';

/** Taps, fine to coarse. */
export const grainTaps = ['grain1', 'grain2'] as const;

const side = 3;
/** Lightness, red against blue, green against both; orthonormal. */
const axes: readonly (readonly number[])[] = [
  [1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)],
  [1 / Math.SQRT2, 0, -1 / Math.SQRT2],
  [1 / Math.sqrt(6), -2 / Math.sqrt(6), 1 / Math.sqrt(6)],
];
/** Frequencies down and across; without the mean, which is colour and no grain. */
const frequencies = Array.from(
  { length: side * side - 1 },
  (_, i) => [Math.floor((i + 1) / side), (i + 1) % side] as const,
);
const channels = axes.length * frequencies.length;
/** Of photographs, as the networks are normalised. */
const deviation = 0.226;

const convolution = (name: string, from: string, border: PaddingMode): Node => ({
  ...{ name, tap: name, from: [from] },
  layer: {
    ...{ kind: 'conv', kernel: [side, side], channels: [3, channels], stride: 1, relu: true },
    padding: uniformPadding(border, 1),
  },
});

/** @param border how the picture goes on beyond its border */
export const grainArchitecture = (border: PaddingMode): Architecture => ({
  id: 'grain',
  nodes: [
    convolution('grain1', 'input', border),
    { name: 'half', from: ['input'], layer: { kind: 'pool', method: 'average', size: 2, stride: 2, ceil: false } },
    convolution('grain2', 'half', border),
  ],
});

/** Orthonormal: nothing of a window but its mean colour is lost, and nothing counts twice. */
function cosines(): Float32Array {
  const values = new Float32Array(side * side * 3 * channels);
  const cosine = (frequency: number, at: number) =>
    Math.sqrt((frequency === 0 ? 1 : 2) / side) * Math.cos((Math.PI * frequency * (at + 0.5)) / side);
  for (let pixel = 0; pixel < side * side; pixel++) {
    const [y, x] = [Math.floor(pixel / side), pixel % side];
    axes.forEach((axis, a) => {
      frequencies.forEach(([v, u], f) => {
        axis.forEach((share, c) => {
          const value = (share * cosine(v, y) * cosine(u, x)) / deviation;
          values[(pixel * 3 + c) * channels + a * frequencies.length + f] = value;
        });
      });
    });
  }
  return values;
}

/** The same filters at both taps. */
export function grainParameters(): Parameters {
  const weight = { shape: [side, side, 3, channels], values: cosines() };
  const bias = { shape: [channels], values: new Float32Array(channels) };
  return new Map(
    grainTaps.flatMap((tap): [string, Parameter][] => [
      [`${tap}.weight`, weight],
      [`${tap}.bias`, bias],
    ]),
  );
}

/** On the active backend; the caller's to dispose of. */
export const grainNetwork = (border: PaddingMode = 'reflect'): Network =>
  Network.create(grainArchitecture(border), grainParameters());
