/**
 * What a small network is blind to, seen by a network that needs no weights.
 *
 * Grain: at the picture's own size and at half of it, 3×3 filters that know no mean, rectified. With their moments a
 * picture has the painting's spectrum at its finest scales: neither a weave that nobody sees, nor strokes that go soft.
 * That fixed shallow filters are enough for that is Ustyuzhaninov et al.'s finding (*Texture synthesis using shallow
 * convolutional networks with random filters*, 2016).
 *
 * Palette: the pixels' colours themselves. Of a drawing in one ink a network's features leave rainbows.
 */
import { normalNoise, randomGenerator } from '../images/random';
import type { PaddingMode } from '../kernels';
import { type Architecture, type Node, uniformPadding } from './layers';
import { Network } from './network';
import type { Parameter, Parameters } from './parameters';

export const grainId = 'grain';
/** Taps, fine to coarse. */
export const grainTaps = ['grain1', 'grain2'] as const;
export const paletteTap = 'palette';
/** All taps of this network. */
export const pixelTaps = [...grainTaps, paletteTap] as const;

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
const seed = 7;
/** Of photographs, as the networks are normalised. */
const deviation = 0.226;

const convolution = (name: string, from: string, border: PaddingMode): Node => ({
  name,
  tap: name,
  from: [from],
  layer: {
    kind: 'conv',
    kernel: [side, side],
    channels: [3, channels],
    stride: 1,
    relu: true,
    padding: uniformPadding(border, 1),
  },
});

/** @param border how the picture goes on beyond its border */
export const grainArchitecture = (border: PaddingMode): Architecture => ({
  id: grainId,
  nodes: [
    convolution('grain1', 'input', border),
    { name: 'half', from: ['input'], layer: { kind: 'pool', method: 'average', size: 2, stride: 2, ceil: false } },
    convolution('grain2', 'half', border),
    {
      name: paletteTap,
      tap: paletteTap,
      from: ['input'],
      layer: {
        kind: 'conv',
        kernel: [1, 1],
        channels: [3, axes.length],
        stride: 1,
        relu: false,
        padding: uniformPadding(border, 0),
      },
    },
  ],
});

/** All cosines of all axes, one after the other: orthonormal, over a window of three colours. */
function cosines(): Float64Array[] {
  const cosine = (frequency: number, at: number) =>
    Math.sqrt((frequency === 0 ? 1 : 2) / side) * Math.cos((Math.PI * frequency * (at + 0.5)) / side);
  return axes.flatMap((axis) =>
    frequencies.map(([v, u]) =>
      Float64Array.from({ length: side * side * 3 }, (_, i) => {
        const pixel = Math.floor(i / 3);
        return cosine(v, Math.floor(pixel / side)) * cosine(u, pixel % side) * (axis[i % 3] ?? 0);
      }),
    ),
  );
}

/** A rotation by seeded chance: rows of noise, made orthonormal one by one. */
function rotation(): Float64Array[] {
  const noise = normalNoise(channels * channels, randomGenerator(seed));
  const rows: Float64Array[] = [];
  for (let i = 0; i < channels; i++) {
    let row = Float64Array.from(noise.subarray(i * channels, (i + 1) * channels));
    for (const before of rows) {
      const along = dot(row, before);
      row = row.map((value, k) => value - along * (before[k] ?? 0));
    }
    const length = Math.sqrt(dot(row, row));
    rows.push(row.map((value) => value / length));
  }
  return rows;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

/**
 * HWIO. Nothing of a window but its mean colour is lost, and nothing counts twice. Turned by chance: of plain cosines the
 * ReLU keeps edges along the axes apart from all others, and pictures were hatched by them.
 */
function filters(): Float32Array {
  const [basis, turned] = [cosines(), rotation()];
  return Float32Array.from({ length: side * side * 3 * channels }, (_, i) => {
    const at = Math.floor(i / channels);
    const row = turned[i % channels] ?? new Float64Array();
    return basis.reduce((sum, cosine, k) => sum + (row[k] ?? 0) * (cosine[at] ?? 0), 0) / deviation;
  });
}

/** HWIO, a pixel's colour along the axes. */
const colours = (): Float32Array =>
  Float32Array.from({ length: 3 * axes.length }, (_, i) => {
    return (axes[i % axes.length]?.[Math.floor(i / axes.length)] ?? 0) / deviation;
  });

/** The same filters at both taps of the grain. */
export function grainParameters(): Parameters {
  const grain = { shape: [side, side, 3, channels], values: filters() };
  const palette = { shape: [1, 1, 3, axes.length], values: colours() };
  const layer = (tap: string, weight: Parameter): [string, Parameter][] => [
    [`${tap}.weight`, weight],
    [`${tap}.bias`, { shape: weight.shape.slice(-1), values: new Float32Array(weight.shape.at(-1) ?? 0) }],
  ];
  return new Map([...grainTaps.flatMap((tap) => layer(tap, grain)), ...layer(paletteTap, palette)]);
}

/** On the active backend; the caller's to dispose of. */
export const grainNetwork = (border: PaddingMode = 'reflect'): Network =>
  Network.create(grainArchitecture(border), grainParameters());
