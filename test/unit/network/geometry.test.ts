/**
 * Receptive fields against what they are: the pixels at which the gradient of one position is not zero. Parameters
 * against the published counts.
 */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  type Architecture,
  architectureOf,
  architectures,
  type Layer,
} from '../../../web/engine/network/architectures';
import { geometryOf, parameterCount, type TapGeometry } from '../../../web/engine/network/geometry';
import { Network } from '../../../web/engine/network/network';
import { useBackend } from '../../support/backends';
import { averagingParameters } from '../../support/networks';

/** The same windows, strides and borders with one channel in every convolution: what reaches what is the same. */
function thin({ id, nodes }: Architecture): Architecture {
  const depths = new Map([['input', 3]]);
  return {
    id,
    nodes: nodes.map((node) => {
      const inputs = node.from.map((source) => depths.get(source) ?? 0);
      const depth = inputs.reduce((sum, each) => sum + each, 0);
      const layer: Layer = node.layer.kind === 'conv' ? { ...node.layer, channels: [depth, 1] } : node.layer;
      depths.set(node.name, layer.kind === 'conv' ? 1 : depth);
      return { ...node, layer };
    }),
  };
}

/** First and last index along one axis of `[1, H, W, C]` where something is not 0. */
function support(values: ArrayLike<number>, [, height = 0, width = 0, channels = 0]: readonly number[], axis: Axis) {
  let [first, last] = [Number.POSITIVE_INFINITY, -1];
  for (let i = 0; i < height * width * channels; i++) {
    if (values[i] === 0) continue;
    const at = Math.floor(i / channels);
    const along = axis === 'rows' ? Math.floor(at / width) : at % width;
    [first, last] = [Math.min(first, along), Math.max(last, along)];
  }
  return [first, last] as const;
}

type Axis = 'rows' | 'columns';

/** Along one axis: where the gradients of the tap's middle position and of its neighbour lie. */
async function measured(network: Network, { tap, stride, receptiveField }: TapGeometry, axis: Axis) {
  const long = Math.max(...receptiveField) + 6 * stride;
  // Just wide enough for every layer to have an output: what lies across is measured on the other axis.
  const short = Math.min(long, 6 * stride + 16);
  const [height, width] = axis === 'rows' ? [long, short] : [short, long];
  const image = tf.ones<tf.Rank.R4>([1, height, width, 3]);
  let channels = 0;
  const pixelsOf = async (further: number) => {
    const gradient = network.forward(image, [tap]).backward((_, { shape }) => {
      channels = shape[3];
      const one = tf.buffer([1, shape[1], shape[2], 1]);
      const middle = (side: number, along: Axis) => Math.floor(side / 2) + (along === axis ? further : 0);
      one.set(1, 0, middle(shape[1], 'rows'), middle(shape[2], 'columns'), 0);
      return tf.tidy(() => tf.tile<tf.Tensor4D>(one.toTensor() as tf.Tensor4D, [1, 1, 1, channels]));
    });
    if (!gradient) throw new Error('no gradient');
    const found = support(await gradient.data(), gradient.shape, axis);
    gradient.dispose();
    return found;
  };
  const [[first, last], [next, end]] = [await pixelsOf(0), await pixelsOf(1)];
  image.dispose();
  return { channels, stride: next - first, length: last - first + 1, clearOfBorders: first > 0 && end < long - 1 };
}

describe('the receptive field, stride and channels of the taps', () => {
  // Not WASM: what is 0 is not to the last bit there, Winograd's transforms round.
  useBackend('cpu');

  it.each(Object.keys(architectures))('of %s are where its gradients are', async (id) => {
    const architecture = thin(architectureOf(id));
    const whole = Network.create(architecture, averagingParameters(architecture));
    // Weights and averages above 0, a white picture: no ReLU cuts anything off, nothing cancels.
    const network = whole.with({ pooling: 'average', padding: 'zero' });
    const geometries = geometryOf(architecture);
    // The first and the last at every stride: what lies between is more of the same.
    const ends = geometries.filter(
      ({ stride }, i) => stride !== geometries[i - 1]?.stride || stride !== geometries[i + 1]?.stride,
    );
    for (const geometry of ends) {
      const { tap, channels, stride, receptiveField } = geometry;
      for (const [axis, length] of [
        ['rows', receptiveField[0]],
        ['columns', receptiveField[1]],
      ] as const) {
        const found = await measured(network, geometry, axis);
        expect({ tap, axis, ...found }).toEqual({ tap, axis, channels, stride, length, clearOfBorders: true });
      }
    }
    whole.dispose();
  });
});

describe('parameters', () => {
  /**
   * Of the whole networks as torchvision publishes them (138,357,544; 143,667,240; 1,235,496) less the fully
   * connected layers of VGG, which read 7×7 positions of 512 channels: 4096, 4096 and 1000 neurons.
   */
  const connected = (7 * 7 * 512 + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1) * 1000;

  it.each([
    ['vgg16', 138_357_544 - connected, 14_714_688],
    ['vgg19', 143_667_240 - connected, 20_024_384],
    ['squeezenet1_1', 1_235_496, 1_235_496],
  ])('of %s are as many as torchvision has', (id, published, count) => {
    expect(published).toBe(count);
    expect(parameterCount(architectureOf(id))).toBe(count);
  });

  it.each(Object.keys(architectures))('of %s are those that its weights hold, metrics aside', (id) => {
    const architecture = architectureOf(id);
    const held = architecture.nodes.reduce((sum, { layer }) => {
      if (layer.kind !== 'conv') return sum;
      const [input, output] = layer.channels;
      return sum + (layer.kernel[0] * layer.kernel[1] * input + 1) * output;
    }, 0);
    expect(parameterCount(architecture)).toBe(held);
  });
});
