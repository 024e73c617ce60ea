/** The same climb several ways, side by side: what each rule of it is for. */
import * as tf from '@tensorflow/tfjs-core';
import { clampUnit, pixelsOf } from '../../images/pictures';
import type { Raster } from '../../images/resample';
import { sheet } from '../../images/sheet';
import { Descent, type Stage } from '../../optimise/descend';
import type { RunControl, TechniqueResult } from '../../types';

/** One way. */
export interface Variant {
  /** What is different in it. */
  readonly label: string;
  readonly steps: number;
  /** The gradient at the pixels; a new tensor. */
  look(descent: Descent): tf.Tensor4D | Promise<tf.Tensor4D>;
  update(gradient: tf.Tensor4D, step: number): void | Promise<void>;
  shown(): Promise<Raster>;
  dispose(): void;
}

/** @param make each is made when its turn comes */
export async function sideBySide(
  control: RunControl,
  columns: number,
  make: readonly { readonly steps: number; readonly begin: () => Variant }[],
): Promise<TechniqueResult> {
  const descent = new Descent(control, make);
  const done: { readonly label: string; readonly picture: Raster }[] = [];
  const whole = (more: readonly Raster[] = []) =>
    pixelsOf(sheet([...done.map(({ picture }) => picture), ...more], columns, make.length));
  try {
    for (const { begin } of make) {
      if (!descent.complete) break;
      const variant = begin();
      const shown = async () => clampUnit(await variant.shown());
      let step = 0;
      const stage: Stage<tf.Tensor4D, object> = {
        steps: variant.steps,
        look: () => variant.look(descent),
        update: (gradient) => variant.update(gradient, ++step),
        shown: async () => whole([await shown()]),
        dispose: () => variant.dispose(),
      };
      done.push({ label: variant.label, picture: await descent.through(stage, shown) });
    }
    return descent.result({
      pixels: whole(),
      frames: done.map(({ label, picture }) => ({ label, pixels: pixelsOf(picture) })),
    });
  } finally {
    descent.dispose();
  }
}

/** A picture of plain pixels, and the one thing that moves it. */
export class PlainImage {
  x: tf.Tensor4D;

  constructor({ width, height, values }: Raster) {
    this.x = tf.tensor4d(values, [1, height, width, 3]);
  }

  /** What `next` makes of it takes its place. */
  set(next: (x: tf.Tensor4D) => tf.Tensor4D): void {
    const before = this.x;
    this.x = tf.tidy(() => next(before));
    before.dispose();
  }

  dispose(): void {
    this.x.dispose();
  }
}

/** g / mean |g|, or g where it is nothing: DeepDream's step, whatever the layer's scale. */
export const normalised = (gradient: tf.Tensor4D): tf.Tensor4D =>
  tf.tidy(() => tf.div(gradient, tf.add(tf.mean(tf.abs(gradient)), 1e-12)));
