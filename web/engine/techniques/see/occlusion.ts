/**
 * What happens to the answer when a part of the photo is covered (Zeiler & Fergus 2013): a grey square, slid over the photo.
 * Squares too far apart for any place of the layer to see two of them are looked at in one pass; the map is the same.
 */
import * as tf from '@tensorflow/tfjs-core';
import { laterDefaults, type SeeRecipe } from '../../../../shared/techniques/see/schema';
import { tensorOf } from '../../images/pictures';
import type { Raster } from '../../images/resample';
import type { TapGeometry } from '../../network/geometry';
import type { Network } from '../../network/network';
import { Descent, type Stage } from '../../optimise/descend';
import type { OcclusionData, TechniqueResult } from '../../types';
import type { TechniqueContext } from '../technique';
import { photoOf } from './features';
import { overPhoto, risen } from './heat';
import { assertAnswers, channelsOf } from './response';

const grey = 0.5;

/** Where squares lie along one side of the photo, pixels. */
interface Axis {
  readonly starts: readonly number[];
  /** Squares so many places apart are seen by no place of the layer together. */
  readonly apart: number;
}

/** Squares evenly from border to border; 1 where the side is no longer than the square. */
export function axisOf(length: number, side: number, count: number, reach: number): Axis {
  const last = Math.max(0, length - side);
  const places = last === 0 ? 1 : Math.max(2, count);
  const starts = Array.from({ length: places }, (_, i) => Math.round((last * i) / Math.max(1, places - 1)));
  const step = Math.max(1, Math.floor(last / Math.max(1, places - 1)));
  return { starts, apart: Math.min(places, Math.ceil((side + reach - 1) / step)) };
}

export async function runOcclusion(context: TechniqueContext<SeeRecipe>): Promise<TechniqueResult> {
  const { recipe, network, control } = context;
  const { layer, channel, overlay, square = laterDefaults.square, squares = laterDefaults.squares } = recipe;
  const photo = photoOf(context);
  const { width, height } = photo;
  channelsOf(recipe, network, height, width);
  const geometry = network.geometry(layer);
  const side = Math.max(1, Math.round(square * Math.min(width, height)));
  const longest = Math.max(width, height);
  const [down, across] = ([height, width] as const).map((length, axis) =>
    axisOf(length, side, Math.round((squares * length) / longest), geometry.receptiveField[axis] ?? 1),
  ) as [Axis, Axis];
  const columns = across.starts.length;
  const passes = Array.from({ length: down.apart * across.apart }, (_, pass) => {
    const [top, left] = [Math.floor(pass / across.apart), pass % across.apart];
    return down.starts.flatMap((y, row) =>
      across.starts.flatMap((x, column) =>
        row % down.apart === top && column % across.apart === left ? [{ x, y, cell: row * columns + column }] : [],
      ),
    );
  });
  const whole = await answersOf(network, layer, channel, photo);
  const total = whole.values.reduce((sum, value) => sum + value, 0);
  assertAnswers(total > 0, recipe);
  const drops = new Float32Array(columns * down.starts.length);
  const descent = new Descent(control, [{ steps: passes.length }]);
  const map = (): Raster => ({ width: columns, height: down.starts.length, channels: 1, values: drops });
  const stage: Stage<Raster, object> = {
    steps: passes.length,
    look: () => answersOf(network, layer, channel, covered(photo, passes[descent.step - 1] ?? [], side), descent),
    update(answers) {
      for (const { x, y, cell } of passes[descent.step - 1] ?? []) {
        const before = sumWithin(whole, geometry, { x, y, side });
        drops[cell] = (before - sumWithin(answers, geometry, { x, y, side })) / total;
      }
    },
    shown: () => overPhoto(photo, risen(map()), overlay, 'occlusion').pixels,
  };
  try {
    const made = await descent.through(stage, () => overPhoto(photo, risen(map()), overlay, 'occlusion'));
    const data: OcclusionData = { kind: 'occlusion', side, left: across.starts, top: down.starts, drops };
    return descent.result({ ...made, data, measured: { fall: drops.reduce((most, drop) => Math.max(most, drop), 0) } });
  } finally {
    descent.dispose();
  }
}

/** A copy of the photo with grey squares. */
function covered(photo: Raster, squares: readonly { readonly x: number; readonly y: number }[], side: number): Raster {
  const values = photo.values.slice();
  for (const { x, y } of squares) {
    for (let row = y; row < Math.min(photo.height, y + side); row++) {
      values.fill(grey, (row * photo.width + x) * 3, (row * photo.width + Math.min(photo.width, x + side)) * 3);
    }
  }
  return { ...photo, values };
}

/** How much every place of the layer answers, `[h, w]`: of a channel its activation, of the layer ½ Σ a². */
async function answersOf(
  network: Network,
  layer: string,
  channel: number | undefined,
  picture: Raster,
  descent?: Descent,
): Promise<Raster> {
  const answers = tf.tidy(() => {
    const activations = network.forward(tensorOf(picture), [layer], 'features');
    descent?.notePeak();
    const features = activations.at(layer);
    return channel === undefined
      ? tf.mul<tf.Tensor4D>(tf.sum(tf.square(features), 3, true), 0.5)
      : tf.slice(features, [0, 0, 0, channel], [1, -1, -1, 1]);
  });
  const [, height, width] = answers.shape;
  const values = await answers.data<'float32'>().finally(() => answers.dispose());
  return { width, height, channels: 1, values };
}

/** Over the places that see any of the square. */
function sumWithin(
  { width, height, values }: Raster,
  { centre, receptiveField, stride }: TapGeometry,
  { x, y, side }: { readonly x: number; readonly y: number; readonly side: number },
): number {
  const range = (at: number, middle: number, field: number, count: number) => {
    const first = middle - (field - 1) / 2;
    const from = Math.max(0, Math.ceil((at - first - field + 1) / stride));
    return [from, Math.min(count - 1, Math.floor((at + side - 1 - first) / stride))] as const;
  };
  const [top, bottom] = range(y, centre[0], receptiveField[0], height);
  const [left, right] = range(x, centre[1], receptiveField[1], width);
  let sum = 0;
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) sum += values[row * width + column] ?? 0;
  }
  return sum;
}
