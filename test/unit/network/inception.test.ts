/** Inception v3 as it is declared against the file that holds it. The file is not part of the repository. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseSafetensors } from '../../../tools/weights/safetensors';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { useBackend } from '../../support/backends';
import { hasShared, needsShared, sharedPath } from '../../support/networks';

const architecture = architectureOf('inception-v3');

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
  });
});

const blank = (shape: readonly number[]) => ({
  shape,
  values: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});
