/**
 * What a technique is to the engine: a function from a recipe and its inputs to a picture, run under a
 * control that carries progress out and pause and cancel in. A new technique is a new folder beside this
 * file and a line in `index.ts`.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import type { Recipe } from '../../../shared/techniques';
import type { Raster } from '../images/resample';
import type { Network } from '../network/network';
import { AnyStyleNetwork } from '../transformer/any/network';
import { Transformer } from '../transformer/transformer';
import type { OwnStyle, Pixels, PrintJob, RunControl, TechniqueResult } from '../types';
import type { StyleTargets } from './style/targets';

/** Looks at pictures, or paints them: in the styles that it has learned, or in any. */
export type AnyNetwork = Network | Transformer | AnyStyleNetwork;

export interface TechniqueContext<R extends Recipe = Recipe, N extends AnyNetwork = Network, State = unknown> {
  readonly recipe: R;
  readonly network: N;
  /** Opaque; its long side is at most the recipe's size; null where the recipe starts from nothing. */
  readonly content: Pixels | null;
  /** One per entry of `recipe.styles`, presets already fetched. */
  readonly styles: readonly StyleTargets[];
  /** One per entry of `recipe.styles`, null where the style has none; any size of the photo's aspect. */
  readonly masks?: readonly (Pixels | null)[];
  /** White is the recipe's strength, black the photo; any size of the photo's aspect. */
  readonly strengthMap?: Pixels | undefined;
  /** Where a print is wanted: the picture is what hangs already, and what is made of it is given away in bands. */
  readonly print?: PrintJob | undefined;
  /** Of a frame: the film that it belongs to. */
  readonly film?: string | undefined;
  readonly start?: Pixels | undefined;
  readonly guide?: Pixels | undefined;
  /** Of a view that compares photos: those that it has beside its photo, each at most at the recipe's size. */
  readonly photos?: readonly Pixels[] | undefined;
  /** Of a fast recipe: the styles that are somebody's own. */
  readonly own?: readonly OwnStyle[] | undefined;
  readonly control: RunControl<State>;
  /** Where an attempt before this one was when it was last kept: go on from there. */
  readonly resume?: State | undefined;
  /** Gives buffers that the device pools back; call when sizes change, between the scales of a pyramid. */
  readonly trim?: () => void;
}

/** The photo of a technique that needs one; the host has checked that it is there. */
export function contentOf({ content }: Pick<TechniqueContext, 'content'>): Pixels {
  if (content) return content;
  throw new ReverieError('bad-request', 'This recipe needs a photo, and none was given.');
}

export interface Technique<R extends Recipe = Recipe, N extends AnyNetwork = Network> {
  readonly name: R['technique'];
  /**
   * Runs inside a TensorFlow.js scope: what it leaves behind is freed when it ends, so anything that is to
   * outlive the run (a cache) needs `tf.keep`.
   */
  run(context: TechniqueContext<R, N>): Promise<TechniqueResult>;
  /** Whether it makes prints. */
  readonly prints?: boolean;
  /** Whether a network is of the kind that this technique works with; one that looks at pictures, if not said. */
  suits?(network: AnyNetwork): network is N;
  /**
   * The photo's transparency as it lies over what this technique makes of the photo; without it results are opaque. The
   * host sets it where the sizes agree (host/transparency.ts).
   * @param alpha of the photo at the picture's size, one channel, 0..1
   * @param frame index among the result's frames; null for its picture as a whole
   * @param frames how many frames the result has; 0 for a preview
   * @returns null for a picture that shows something else
   */
  transparency?(recipe: R, alpha: Raster, frame: number | null, frames: number): Raster | null;
  /** The recipe with less to look at in one go, for a device that ran out of memory; null where it goes no smaller. */
  withSmallerTile?(recipe: R): R | null;
  /** The first pass of a run at this size, there and back where it goes back; reads no data. For the shaders that it needs. */
  pass?(recipe: R, network: N, width: number, height: number): void;
  /** Peak bytes of one iteration's tensors, by arithmetic from the layer shapes: nothing is allocated. */
  estimateBytes(recipe: R, network: N, width: number, height: number): number;
  /** Bytes of what a run holds beside its tensors (`bytesOf`), at its last size, likewise. */
  heldBytes(recipe: R, width: number, height: number): number;
}

const looks = (network: AnyNetwork): network is Network =>
  !(network instanceof Transformer || network instanceof AnyStyleNetwork);

/** @throws ReverieError `network-unknown` when the technique cannot work with this kind of network. */
export function assertSuits(technique: Technique, network: AnyNetwork, id: string): asserts network is Network {
  const suits = technique.suits ?? looks;
  if (suits(network)) return;
  throw new ReverieError(
    'network-unknown',
    `The network "${id}" is of a kind that ${technique.name} cannot work with.`,
  );
}

// What a run takes, by arithmetic, nothing is allocated to find out: the tensors of a pass, and what it holds in plain
// arrays beside them: pictures on their way, and the state that is kept to go on from should the device fail.

export const floatBytes = 4;

interface Held {
  /** Of one picture. */
  readonly pixels: number;
  /** How many pictures of float RGB there are at once. */
  readonly pictures: number;
  /** How many of 8-bit RGBA. */
  readonly shown: number;
  /** Bytes of a kept state; two are held while the next one is taken. */
  readonly stateBytes: number;
}

/** Of a pixel in float RGB, which states are made of, too. */
export const floatPixelBytes = 3 * 4;
const shownPixelBytes = 4;

export const bytesOf = ({ pixels, pictures, shown, stateBytes }: Held): number =>
  pixels * (pictures * floatPixelBytes + shown * shownPixelBytes) + 2 * stateBytes;

/** What the pixels of a step are worth beside the network, in multiplications of a pass: inversions of four layers on WASM lie on that line. */
const pixelWork = 7_000;

/** What a step takes, against others of the run: there and back, and what moves the picture. */
export const stepWork = (network: Network, taps: readonly string[], height: number, width: number): number =>
  network.work(taps, height, width) + pixelWork * height * width;

/** A pass to the taps and back, of nothing. */
export function passThrough(network: Network, taps: readonly string[], height: number, width: number): void {
  const seen = tf.zeros<tf.Rank.R4>([1, height, width, 3]);
  network.forward(seen, taps).backward((_, features, gradient) => gradient ?? tf.zerosLike(features));
}

/** A pass to the taps and back, counted in numbers. */
export function passOf(network: Network, taps: readonly string[], height: number, width: number) {
  const shapes = network.featureShapes(taps, height, width);
  const sizeOf = ([h, w, channels]: readonly [number, number, number]) => h * w * channels;
  const sizes = [...shapes.values()].map(sizeOf);
  const largest = Math.max(...sizes);
  return {
    shapes,
    largest,
    /** Every saved activation, and the two largest once more: a gradient and its successor on the way back. */
    numbers: sizes.reduce((a, b) => a + b, 0) + 2 * largest,
    /** Of the features at these layers. */
    at: (...layers: readonly string[]) =>
      layers.reduce((sum, layer) => sum + sizeOf(shapes.get(network.nodeOf(layer)) ?? [0, 0, 0]), 0),
  };
}
