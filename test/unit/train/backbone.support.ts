/** A teacher and a student so small that a training of theirs takes seconds, and photos made by formulas. */

import { Distillation } from '../../../tools/train/backbone/gradient';
import { type BackboneLayout, inSlot } from '../../../tools/train/backbone/layout';
import { parseBackboneOptions } from '../../../tools/train/backbone/schema';
import { rasterOf } from '../../../web/engine/images/pictures';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import type { PhotoSource } from '../../../web/engine/train/samples';
import { madeUpParameters } from '../../support/networks';
import { numbers } from '../device/numbers';
import { landscape, painting } from '../techniques/pictures';

/** Two blocks; its first convolution sees twice what the student's can say. */
export const teacherName = 'vgg-6-7';
export const studentName = 'vgg-3.4-5';

export const lessons = [
  { tap: 'relu1_2', towards: 'relu1_1' },
  { tap: 'relu2_1', towards: 'relu2_1' },
];

export const optionsOf = (more: object = {}) =>
  parseBackboneOptions({
    architecture: studentName,
    teachers: [{ architecture: teacherName, lessons }],
    crop: 16,
    batch: 2,
    steps: 6,
    ...more,
  });

/** Every square is another part of one of three pictures. */
export const photos: PhotoSource = {
  count: 3,
  square: async ({ photo, left, top }, side) => {
    const whole = photo === 0 ? landscape(64, 64) : painting(64, 64);
    const raster = rasterOf(whole);
    const [x, y] = [Math.floor(left * (64 - side)), Math.floor(top * (64 - side))];
    const values = Float32Array.from({ length: side * side * 3 }, (_, i) => {
      const [row, column] = [Math.floor(i / (3 * side)), Math.floor(i / 3) % side];
      return (raster.values[((y + row) * 64 + x + column) * 3 + (i % 3)] ?? 0) * (1 - photo / 8);
    });
    return { width: side, height: side, channels: 3, values };
  },
};

export function teacher(): Network {
  const architecture = architectureOf(teacherName);
  return Network.create(architecture, madeUpParameters(architecture, 5));
}

export const variances = [0.8, 1.3];

export const distillationOf = (options = optionsOf(), source = photos): Distillation =>
  new Distillation(options, [teacher()], source, variances);

/** Numbers of no pattern for every direction, gain, bias and head. */
export function numbersFor(layout: BackboneLayout): Float32Array {
  const values = numbers(layout.size, 3).map((value) => 0.4 * value);
  for (const { gain } of layout.convolutions)
    inSlot(values, gain).forEach((value, i, all) => {
      all[i] = 1 + 0.5 * value;
    });
  return values;
}
