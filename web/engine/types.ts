/**
 * Plain data that the rooms of the engine hand one another and whoever drives it: pictures, progress, what belongs to a
 * result. At the bottom: imports nothing of the engine.
 */
import type { StyleAtSize } from '../../shared/anyStyle/statistics';
import type { Measured } from '../../shared/measured';
import type { TrainedPart } from '../../shared/ownStyle';
import type { TransformerConfiguration } from '../../shared/transformer';

/** sRGB, 8 bits, RGBA interleaved, rows top to bottom; `data.length = width · height · 4`. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** In the order in which a run goes through them. */
export const phases = ['device', 'weights', 'warm-up', 'style', 'optimise', 'finish'] as const;
export type Phase = (typeof phases)[number];

/** One record, sent on every phase start and at most every few steps within a phase. */
export interface Progress {
  readonly phase: Phase;
  /** Steps done and to do in the whole phase (shards for `weights`, iterations for `optimise`). */
  readonly step: number;
  readonly steps: number;
  /** Bytes of weights and presets on hand and needed; `cached` is true when none came over the network. */
  readonly bytes?: { readonly loaded: number; readonly total: number; readonly cached: boolean };
  /** Pyramid scale, counted from 1, and its picture size. */
  readonly scale?: { readonly index: number; readonly count: number; readonly width: number; readonly height: number };
  readonly loss?: number;
  readonly msPerStep?: number;
  /** Estimated time to the end of the run, milliseconds. */
  readonly remainingMs?: number;
  /** Bytes that tensors hold on the device now. */
  readonly memoryBytes?: number;
}

/** A layer's Gram matrix for a photo, and where each channel answered. */
export interface GramData {
  readonly layer: string;
  readonly channels: number;
  /** Cosine of channels i and j at `i · channels + j`, 0..1. */
  readonly cosines: Float32Array<ArrayBuffer>;
  /** Which channel each row (and column) of the picture shows. */
  readonly order: Uint16Array<ArrayBuffer>;
  /** Positions of the layer, evenly over the photo; thinned where there are many. */
  readonly width: number;
  readonly height: number;
  /** `[height, width, channels]`, each channel in 255ths of its strongest answer. */
  readonly answers: Uint8Array<ArrayBuffer>;
}

/** How much of the answer is lost when a square of the photo is covered: rows of squares, as `left` and `top` say. */
export interface OcclusionData {
  readonly kind: 'occlusion';
  /** Of a square, pixels of the photo. */
  readonly side: number;
  /** Where squares begin, pixels. */
  readonly left: readonly number[];
  readonly top: readonly number[];
  /** Shares of the whole answer; below 0 where it rises. */
  readonly drops: Float32Array<ArrayBuffer>;
}

/** A square part of one of the photos that a view was given, in its pixels at the run's size. */
export interface Place {
  readonly photo: number;
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** A place, and how much a channel answers there. */
export type Answer = Place & { readonly answer: number };

export interface PatchData {
  readonly kind: 'patches';
  readonly rows: readonly { readonly channel: number; readonly answers: readonly Answer[] }[];
}

/** A convolution and what it reads of the photo. */
export interface FilterData {
  readonly kind: 'filters';
  readonly kernel: readonly [height: number, width: number];
  readonly inputs: number;
  readonly outputs: number;
  /** `[kh, kw, inputs, outputs]` */
  readonly filter: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
  readonly stride: number;
  readonly padding: {
    readonly mode: 'reflect' | 'replicate' | 'zero' | 'circular';
    readonly top: number;
    readonly left: number;
  };
  readonly relu: boolean;
  readonly width: number;
  readonly height: number;
  /** `[height, width, inputs]` */
  readonly input: Float32Array<ArrayBuffer>;
}

/** Pictures or patches laid out by what the network sees in them, and each one's nearest. */
export interface MapData {
  readonly kind: 'map';
  readonly places: readonly Place[];
  /** `[n, 2]`, each in 0..1. */
  readonly points: Float32Array<ArrayBuffer>;
}

export interface NeighbourData {
  readonly kind: 'neighbours';
  readonly rows: readonly {
    readonly of: Place;
    readonly byFeatures: readonly Place[];
    readonly byPixels: readonly Place[];
  }[];
}

/** What stays with a view's picture, to be looked into without another run. */
export type ViewData = OcclusionData | PatchData | FilterData | MapData | NeighbourData;

/** One of several pictures that belong to a result. */
export interface Frame {
  /** What tells it from the others, for people: a layer, a channel, a number. */
  readonly label: string;
  readonly pixels: Pixels;
}

/** A style of somebody's own (train/own.ts): what a run needs of its file. */
export interface OwnStyle {
  /** By which recipes name it; follows from the numbers (`ownStyleId`). */
  readonly id: string;
  /** That it was trained on, and the hash of that network's weights. */
  readonly network: string;
  readonly weights: string;
  /** That network's make: filters of its own are laid out and paint by it, whatever the network is today. */
  readonly transformer: Omit<TransformerConfiguration, 'styles'>;
  /** `all`: filters of its own, it paints alone. Otherwise one more style of the network, to be mixed with its others. */
  readonly trains: TrainedPart;
  /** In the order of the parameters' layout (transformer/parameters.ts), exact in half precision. */
  readonly values: Float32Array<ArrayBuffer>;
}

/** What a technique makes of a picture. */
export interface Made {
  readonly pixels: Pixels;
  readonly frames?: readonly Frame[];
  readonly gram?: GramData;
  readonly data?: ViewData;
  readonly measured?: Measured;
}

/** What a run comes to, and how it went. */
export interface TechniqueResult extends Made {
  readonly complete: boolean;
  readonly losses: readonly { readonly step: number; readonly loss: number }[];
  /** Steps taken; 0 in an incomplete result means that there is no image of the technique's own yet. */
  readonly steps: number;
  readonly msPerStep: number;
  readonly peakBytes: number;
  /** Where a style is its statistics: as it was painted with, one per entry of `recipe.styles`. */
  readonly styles?: readonly StyleAtSize[];
}

/** A state from which another attempt at the run goes on, on whatever device; nothing in it changes afterwards. */
export interface Kept<State = unknown> {
  /** Plain data, nothing on the device. */
  readonly state: State;
  /** Taken so far. */
  readonly step: number;
  /** What the run comes to if nothing follows it: the image so far, as large as the result. Asked for only then. */
  result(): TechniqueResult;
}

export interface RunControl<State = unknown> {
  /**
   * Call once per iteration. Cheap; every few milliseconds it yields to the event loop so that messages
   * arrive, holds while paused, and returns false once the run was cancelled (stop, keep the image).
   */
  proceed(): Promise<boolean>;
  report(progress: Progress): void;
  /** True when the last preview was taken and the interval is over: then read pixels and call `preview`. */
  wantsPreview(): boolean;
  /**
   * Gives the pixels away: their buffer is transferred, and is of no use to the technique afterwards.
   * @param frame which of the result's frames this will be; absent for its picture as a whole
   */
  preview(pixels: Pixels, frame?: number): void;
  /**
   * Offers a state to go on from should the device fail. Call once per iteration and wait for it: `take` is called only
   * every few seconds, less often where it takes long. Who drives a technique without recovery leaves it out.
   */
  keep?(take: () => Promise<Kept<State>>): Promise<void>;
  /** Gives a print's next rows away, and waits until they are taken. */
  band?(pixels: Pixels): Promise<void>;
}

/** What hangs, as large as paper wants it; nobody holds that as a whole. Opaque. */
export interface Print {
  /** As large as there is. */
  readonly photo: Pixels;
  /** What hangs: the photo painted, at the recipe's size. */
  readonly base: Pixels;
  /** Of the print, pixels; the photo's proportions. */
  readonly width: number;
  readonly height: number;
}

/** One under way. */
export interface PrintJob extends Print {
  /** Rows that were given away, and what is begun of those after them; an attempt on another device goes on from there. */
  readonly done: { rows: number; begun: Pixels | null };
}
