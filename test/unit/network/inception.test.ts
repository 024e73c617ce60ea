/**
 * Inception v3 as it is declared against the file that holds it, and what it computes against double precision.
 * The file is not part of the repository.
 */
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { parseSafetensors } from '../../../tools/weights/safetensors';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { useBackend } from '../../support/backends';
import { dot, grid, norm } from '../../support/float64/grid';
import { runNetwork } from '../../support/float64/layers';
import { hasShared, needsShared, originalParameters, sharedPath } from '../../support/networks';
import { numbers, relativeError } from '../device/numbers';

const architecture = architectureOf('inception-v3');
const taps = ['conv_2', 'conv_4', 'mixed_0', 'mixed_3', 'mixed_7'];

describe('inception-v3', () => {
  useBackend('wasm');

  it('has 17×17 positions of 768 channels at its nominal 299 pixels', () => {
    const shapes = new Map(architecture.nodes.map(({ name, tap }) => [tap, name]));
    const parameters = new Map(
      architecture.nodes.flatMap(({ name, layer }) =>
        layer.kind === 'conv'
          ? [
              [`${name}.weight`, blank([...layer.kernel, ...layer.channels])],
              [`${name}.bias`, blank([layer.channels[1]])],
            ]
          : [],
      ) as [string, ReturnType<typeof blank>][],
    );
    const network = Network.create(architecture, parameters);
    const found = network.featureShapes(['mixed_7'], 299, 299);
    network.dispose();
    expect(found.get(shapes.get('mixed_2') ?? '')).toEqual([35, 35, 288]);
    expect(found.get(shapes.get('mixed_7') ?? '')).toEqual([17, 17, 768]);
  });

  describe.skipIf(!hasShared)(`with its weights${needsShared}`, () => {
    it("has every convolution of the file's own table, with its stride and padding, and no other", async () => {
      const { metadata } = parseSafetensors(await readFile(sharedPath('weights/inception-v3.safetensors')));
      const declared = architecture.nodes.flatMap(({ name, layer }) => {
        if (layer.kind !== 'conv') return [];
        const { padding, kernel, stride } = layer;
        const same = padding.top === (kernel[0] - 1) / 2 && padding.left === (kernel[1] - 1) / 2;
        // Of a 1×1 convolution at stride 1 both are the same.
        return [[name, { stride, padding: kernel.join() === '1,1' ? 'any' : same ? 'same' : 'valid' }]];
      });
      const table = JSON.parse(metadata.convolutions ?? '{}') as Record<string, { padding: string }>;
      const points = new Set(
        architecture.nodes.flatMap(({ name, layer }) =>
          layer.kind === 'conv' && layer.kernel.join() === '1,1' ? [name] : [],
        ),
      );
      const expected = Object.entries(table).map(([name, row]) => [
        name,
        { ...row, padding: points.has(name) ? 'any' : row.padding },
      ]);
      expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(expected));
    });

    it('computes forward and back what double precision does', async () => {
      const parameters = await originalParameters('inception-v3', 'inception-v3');
      const [height, width] = [79, 83];
      const values = numbers(height * width * 3, 3).map((value) => (value + 1) / 2);
      const image = grid(height, width, 3, values);
      const outputs = runNetwork(architecture, parameters, image);
      const network = Network.create(architecture, parameters);
      const input = tf.tensor4d(values, [1, height, width, 3]);
      const activations = network.forward(input, taps);
      for (const tap of taps) {
        const error = relativeError(await activations.at(tap).data(), outputs.get(tap)?.values ?? []);
        expect(error, tap).toBeLessThan(1e-4);
      }
      const deepest = outputs.get('mixed_7')?.values ?? new Float64Array();
      const pull = numbers(deepest.length, 9);
      const gradient = activations.backward((tap, features, arrived) =>
        tap === 'mixed_7' ? tf.tensor4d(pull, features.shape) : arrived,
      );
      const slope = (await gradient?.data<'float32'>()) ?? new Float32Array();
      const direction = numbers(values.length, 7);
      const moved = (t: number) => {
        const there = Array.from(image.values, (value, i) => value + t * (direction[i] ?? 0));
        const found = runNetwork(architecture, parameters, grid(height, width, 3, there));
        return dot(found.get('mixed_7')?.values ?? [], pull);
      };
      const pushed = (moved(1e-6) - moved(-1e-6)) / 2e-6;
      expect(Math.abs(dot(slope, direction) - pushed)).toBeLessThan(1e-3 * norm(slope) * norm(direction));
      expect(norm(slope)).toBeGreaterThan(0);
      tf.dispose([input, gradient ?? []]);
      network.dispose();
    }, 300_000);
  });
});

const blank = (shape: readonly number[]) => ({
  shape,
  values: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});
