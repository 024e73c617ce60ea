/**
 * The network that paints in any style, as a list of nodes in the order that they are computed in: no weights, no arithmetic.
 * It is handed what the first blocks of the embedded perceptual network see, and gives the picture back; at its places the
 * statistics are moved to a painting's on the way (README.md).
 */
import type { Place } from '../../../../shared/anyStyle/places';

/** The embedded network's taps that come in, beside the pixels. */
export const inputTaps = ['relu1_1', 'relu3_1'] as const;
export type InputName = 'pixels' | (typeof inputTaps)[number];

/** A picture's sides must be multiples of this: it is halved twice. */
export const sideMultiple = 4;
/** Reflected borders need two cells where there are fewest. */
export const leastSide = 2 * sideMultiple;

interface ConvNode {
  readonly kind: 'conv';
  /** 1 or 3; the border is reflected. */
  readonly kernel: 1 | 3;
  readonly channels: readonly [input: number, output: number];
  readonly relu: boolean;
}

export type Layer =
  | ConvNode
  | { readonly kind: 'move'; readonly place: Place }
  /** Twice as large. At full size by a spline: what follows would make a weave of linear's kinks. */
  | { readonly kind: 'enlarge'; readonly by: 'linear' | 'quadratic' }
  /** The sum of all inputs, its negative values made 0. */
  | { readonly kind: 'add' }
  | { readonly kind: 'relu' }
  /** Adds the same noise to all channels, cells of so many pixels: what is even would otherwise be one mark over and over. */
  | { readonly kind: 'noise'; readonly cell: number; readonly deviation: number };

export interface GraphNode {
  readonly name: string;
  readonly from: readonly string[];
  readonly layer: Layer;
}

const node = (name: string, from: string | readonly string[], layer: Layer): GraphNode => ({
  name,
  from: typeof from === 'string' ? [from] : from,
  layer,
});

const conv = (
  name: string,
  from: string,
  channels: readonly [number, number],
  { kernel = 3, relu = true }: { readonly kernel?: 1 | 3; readonly relu?: boolean } = {},
) => node(name, from, { kind: 'conv', kernel, channels, relu });

const linear = { relu: false } as const;
const move = (place: Place, from: string): GraphNode => node(place, from, { kind: 'move', place });
const add = (name: string, from: readonly string[]) => node(name, from, { kind: 'add' });
const enlarge = (name: string, from: string, by: 'linear' | 'quadratic') => node(name, from, { kind: 'enlarge', by });

/** Inputs are named `in:` and their name, so that a place may bear it. */
export const inputOf = (name: InputName) => `in:${name}`;

export const graph: readonly GraphNode[] = [
  move('relu3_1', inputOf('relu3_1')),
  conv('quarter.in', 'relu3_1', [64, 48]),
  move('quarterIn', 'quarter.in'),
  conv('quarter.conv', 'quarterIn', [48, 48]),
  conv('quarter.blockA', 'quarter.conv', [48, 48]),
  conv('quarter.blockB', 'quarter.blockA', [48, 48], linear),
  add('quarter.block', ['quarter.conv', 'quarter.blockB']),
  node('quarter.noise', 'quarter.block', { kind: 'noise', cell: 4, deviation: 0.6 }),
  move('quarter', 'quarter.noise'),
  conv('quarter.up', 'quarter', [48, 32], linear),
  enlarge('quarter.out', 'quarter.up', 'linear'),
  node('half.in', 'quarter.out', { kind: 'relu' }),
  move('halfIn', 'half.in'),
  conv('half.conv', 'halfIn', [32, 32]),
  conv('half.blockA', 'half.conv', [32, 32], linear),
  add('half.block', ['half.conv', 'half.blockA']),
  move('half', 'half.block'),
  conv('half.up', 'half', [32, 16], linear),
  enlarge('half.out', 'half.up', 'quadratic'),
  move('relu1_1', inputOf('relu1_1')),
  move('pixels', inputOf('pixels')),
  conv('full.in', 'relu1_1', [16, 16], { kernel: 1, relu: false }),
  conv('full.pixels', 'pixels', [3, 16], { kernel: 1, relu: false }),
  add('full.sum', ['half.out', 'full.in', 'full.pixels']),
  conv('full.conv', 'full.sum', [16, 16]),
  move('full', 'full.conv'),
  conv('out', 'full', [16, 3], linear),
  move('painted', 'out'),
];
