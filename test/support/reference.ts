/**
 * The independent reference: activations, Gram matrices, losses and image gradients that PyTorch computed in float32
 * (test/fixtures/reference/reference.json). The two pictures that they were computed from are not in the repository.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeImage } from '../../tools/images';
import { rasterOf } from '../../web/engine/images/pictures';
import type { Raster } from '../../web/engine/images/resample';
import { sharedPath } from './networks';

/** A tensor as far as it is kept: its moments, and single values by their flat index in NCHW order. */
export interface Summary {
  readonly shape: readonly number[];
  readonly mean: number;
  readonly std: number;
  readonly l2: number;
  readonly at: Readonly<Record<string, number>>;
}

export interface ReferenceNetwork {
  readonly content_layer: string;
  readonly style_layers: readonly string[];
  readonly activations: Readonly<Record<string, Summary>>;
  readonly gram_of_style: Readonly<Record<string, Summary>>;
  readonly losses: Readonly<Record<string, { readonly value: number; readonly image_gradient: Summary }>>;
}

const file = path.join(import.meta.dirname, '../fixtures/reference/reference.json');
const { networks } = JSON.parse(readFileSync(file, 'utf8')) as { networks: Record<string, ReferenceNetwork> };

export function referenceOf(name: string): ReferenceNetwork {
  const network = networks[name];
  if (!network) throw new Error(`The reference has no network ${name}.`);
  return network;
}

export async function referencePicture(name: 'content' | 'style'): Promise<Raster> {
  return rasterOf(await decodeImage(await readFile(sharedPath(`reference/${name}.png`))));
}

/**
 * The largest deviation: of the norm and the standard deviation relative to themselves, of the mean and of single
 * values relative to the larger of themselves and the standard deviation (a single value may be 0).
 * @param shape NHWC, or `[C, C]` for a matrix
 */
export function deviation(values: Float32Array, shape: readonly number[], expected: Summary): number {
  const nchw = shape.length === 4 ? [shape[0], shape[3], shape[1], shape[2]] : [...shape];
  if (nchw.join() !== expected.shape.join() || values.length !== shape.reduce((a, b) => a * b, 1))
    return Number.POSITIVE_INFINITY;
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  const std = Math.sqrt(Math.max(0, squares / values.length - mean * mean));
  const errors = [
    Math.abs(Math.sqrt(squares) - expected.l2) / expected.l2,
    Math.abs(std - expected.std) / expected.std,
    Math.abs(mean - expected.mean) / Math.max(Math.abs(expected.mean), expected.std),
    ...Object.entries(expected.at).map(
      ([index, value]) =>
        Math.abs((values[inNhwc(Number(index), shape)] ?? Number.NaN) - value) /
        Math.max(Math.abs(value), expected.std),
    ),
  ];
  return errors.every(Number.isFinite) ? Math.max(...errors) : Number.POSITIVE_INFINITY;
}

function inNhwc(index: number, shape: readonly number[]): number {
  if (shape.length !== 4) return index;
  const [, height = 1, width = 1, channels = 1] = shape;
  const channel = Math.floor(index / (height * width));
  return (index % (height * width)) * channels + channel;
}
