/**
 * The network that paints in any style, as a list of nodes in the order that they are computed in: no weights, no arithmetic.
 * It is handed what the first blocks of the embedded perceptual network see, and gives the picture back; at its places the
 * statistics are moved to a painting's on the way (README.md).
 */

/** Channels of the features whose statistics are moved, by place. */
export const placeChannels = {
  pixels: 3,
  relu1_1: 16,
  relu3_1: 64,
  quarter: 48,
  half: 32,
  full: 16,
  painted: 3,
} as const;
export type Place = keyof typeof placeChannels;
/** In the order that the numbers of a style are written in. */
export const places = Object.keys(placeChannels) as Place[];

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

interface NoiseNode {
  readonly kind: 'noise';
  readonly channels: number;
  /** Side of a cell here, pixels. */
  readonly cell: number;
}

export type Layer =
  | ConvNode
  | { readonly kind: 'move'; readonly place: Place }
  /** Twice as large, linear between the middles of pixels. */
  | { readonly kind: 'enlarge' }
  /** Of both inputs; negative sums become 0. */
  | { readonly kind: 'add' }
  | { readonly kind: 'relu' }
  | { readonly kind: 'join' }
  /** Adds noise of one deviation per channel, which is learned: the same noise in all channels, at every picture another. */
  | NoiseNode;

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
const enlarge = (name: string, from: string) => node(name, from, { kind: 'enlarge' });

/** Inputs are named `in:` and their name, so that a place may bear it. */
export const inputOf = (name: InputName) => `in:${name}`;

export const graph: readonly GraphNode[] = [
  move('relu3_1', inputOf('relu3_1')),
  conv('quarter.in', 'relu3_1', [64, 48]),
  conv('quarter.conv', 'quarter.in', [48, 48]),
  node('quarter.noise', 'quarter.conv', { kind: 'noise', channels: 48, cell: 4 }),
  move('quarter', 'quarter.noise'),
  conv('quarter.up', 'quarter', [48, 32], linear),
  enlarge('quarter.out', 'quarter.up'),
  node('half.in', 'quarter.out', { kind: 'relu' }),
  node('half.noise', 'half.in', { kind: 'noise', channels: 32, cell: 2 }),
  conv('half.conv', 'half.noise', [32, 32]),
  move('half', 'half.conv'),
  conv('half.up', 'half', [32, 16], linear),
  enlarge('half.out', 'half.up'),
  move('relu1_1', inputOf('relu1_1')),
  move('pixels', inputOf('pixels')),
  node('full.join', ['relu1_1', 'pixels'], { kind: 'join' }),
  conv('full.in', 'full.join', [19, 16], { kernel: 1, relu: false }),
  node('full.sum', ['half.out', 'full.in'], { kind: 'add' }),
  conv('full.conv', 'full.sum', [16, 16]),
  move('full', 'full.conv'),
  conv('out', 'full', [16, 3], linear),
  move('painted', 'out'),
];
