import { describe, expect, it } from 'vitest';
import {
  inOurNames,
  type SafeTensor,
  type SafetensorsFile,
  torchvisionNames,
} from '../../../tools/weights/safetensors';
import { architectureOf, parameterShapes } from '../../../web/engine/network/architectures';

/** Torchvision's published `state_dict` tables: place and output channels of every convolution. */
const published = {
  vgg16: [
    ...[
      [0, 64],
      [2, 64],
      [5, 128],
      [7, 128],
      [10, 256],
      [12, 256],
      [14, 256],
    ],
    ...[
      [17, 512],
      [19, 512],
      [21, 512],
      [24, 512],
      [26, 512],
      [28, 512],
    ],
  ],
  vgg19: [
    ...[
      [0, 64],
      [2, 64],
      [5, 128],
      [7, 128],
      [10, 256],
      [12, 256],
      [14, 256],
      [16, 256],
    ],
    ...[
      [19, 512],
      [21, 512],
      [23, 512],
      [25, 512],
      [28, 512],
      [30, 512],
      [32, 512],
      [34, 512],
    ],
  ],
} as const;

describe.each(['vgg16', 'vgg19'] as const)("torchvision's %s", (id) => {
  it('has its convolutions where the published table has them, with as many channels', () => {
    const architecture = architectureOf(id);
    const shapes = new Map(parameterShapes(architecture).map(({ name, shape }) => [name, shape]));
    const found = [...torchvisionNames(architecture)].map(([theirs, ours]) => [
      Number(theirs.replace('features.', '')),
      shapes.get(`${ours}.weight`)?.at(-1),
    ]);
    expect(found).toEqual(published[id]);
  });

  it('takes every convolution of 3×3 on what the one before it gives', () => {
    let depth = 3;
    for (const { name, shape } of parameterShapes(architectureOf(id))) {
      if (!name.endsWith('.weight')) continue;
      expect(shape.slice(0, 3)).toEqual([3, 3, depth]);
      depth = shape[3] ?? 0;
    }
  });
});

describe('a file in the names of torchvision', () => {
  const tensor: SafeTensor = { dtype: 'F32', shape: [1], bytes: new Uint8Array(4) };
  const fileOf = (...names: string[]): SafetensorsFile => ({
    metadata: {},
    tensors: new Map(names.map((name) => [name, tensor])),
  });

  it('is read in ours', () => {
    const vgg = inOurNames(
      fileOf('features.0.weight', 'features.28.bias', 'classifier.0.weight'),
      architectureOf('vgg16'),
    );
    expect([...vgg.tensors.keys()]).toEqual(['conv1_1.weight', 'conv5_3.bias', 'classifier.0.weight']);
    const squeeze = inOurNames(
      fileOf('features.0.weight', 'features.12.expand3x3.weight', 'classifier.1.bias'),
      architectureOf('squeezenet1_1'),
    );
    expect([...squeeze.tensors.keys()]).toEqual(['conv1.weight', 'fire9.expand3x3.weight', 'conv10.bias']);
  });

  it('is left alone when it is in ours', () => {
    const file = fileOf('conv1_1.weight');
    expect(inOurNames(file, architectureOf('vgg16'))).toBe(file);
  });
});
