/**
 * What a technique is to the engine: a function from a recipe and its inputs to a picture, run under a
 * control that carries progress out and pause and cancel in. A new technique is a new folder beside this
 * file and a line in `index.ts`.
 */
import type { Recipe } from '../../../shared/recipe';
import type { Pixels, Progress } from '../api';
import type { Network } from '../network/network';
import type { StyleTargets } from './style/targets';

export interface RunControl {
  /**
   * Call once per iteration. Cheap; every few milliseconds it yields to the event loop so that messages
   * arrive, holds while paused, and returns false once the run was cancelled (stop, keep the image).
   */
  proceed(): Promise<boolean>;
  report(progress: Progress): void;
  /** True when the last preview was taken and the interval is over: then read pixels and call `preview`. */
  wantsPreview(): boolean;
  /** Gives the pixels away: their buffer is transferred, and is of no use to the technique afterwards. */
  preview(pixels: Pixels): void;
}

export interface TechniqueContext<R extends Recipe = Recipe> {
  readonly recipe: R;
  readonly network: Network;
  readonly content: Pixels;
  /** One per entry of `recipe.styles`, presets already fetched. */
  readonly styles: readonly StyleTargets[];
  readonly control: RunControl;
  /** Gives buffers that the device pools back; call when sizes change, between the scales of a pyramid. */
  readonly trim?: () => void;
}

export interface TechniqueResult {
  readonly pixels: Pixels;
  readonly complete: boolean;
  readonly losses: readonly { readonly step: number; readonly loss: number }[];
  /** Steps taken; 0 in an incomplete result means that there is no image of the technique's own yet. */
  readonly steps: number;
  readonly msPerStep: number;
  readonly peakBytes: number;
}

export interface Technique<R extends Recipe = Recipe> {
  readonly name: R['technique'];
  /**
   * Runs inside a TensorFlow.js scope: what it leaves behind is freed when it ends, so anything that is to
   * outlive the run (a cache) needs `tf.keep`.
   */
  run(context: TechniqueContext<R>): Promise<TechniqueResult>;
  /** Peak bytes of one iteration, by arithmetic from the layer shapes: nothing is allocated. */
  estimateBytes(recipe: R, network: Network, width: number, height: number): number;
}
