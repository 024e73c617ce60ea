/**
 * Every adjoint that a gradient passes through, in one table, on CPU and WASM: what the engine gives at the pixels against
 * finite differences. The layers are taken from the declarations, so that a convolution or a pooling of another kind is
 * in the table as soon as a network has it. Closer looks at each of them lie beside the parts they test.
 *
 * Pictures are resized between scales, too, bicubically and by areas, but on the way between two runs of the optimiser:
 * no gradient passes through that.
 */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { styleLosses as styleLossKinds } from '../../shared/techniques/style/schema';
import { normalisations, transformerDefaults, upsamplings } from '../../shared/transformer';
import type { PaddingMode } from '../../web/engine/kernels';
import {
  type Architecture,
  architectures,
  type ConvLayer,
  type PoolLayer,
} from '../../web/engine/network/architectures';
import { Network } from '../../web/engine/network/network';
import { styleObjective } from '../../web/engine/objectives/style';
import { FourierTransform } from '../../web/engine/optimise/decorrelatedImage';
import { Shifter } from '../../web/engine/optimise/shift';
import { Warp } from '../../web/engine/optimise/warp';
import { roll, unroll } from '../../web/engine/techniques/texture/sizes';
import { convolve, convolveGradient, disposeFilter, uploadFilter } from '../../web/engine/transformer/convolution';
import { type Stage, stagesOf } from '../../web/engine/transformer/stages';
import { alive, cpuBackends, useBackend } from '../support/backends';
import { dot, finiteDifferences, type Grid, grid, shapeOf } from '../support/float64/grid';
import { runNetwork } from '../support/float64/layers';
import { statisticsOf, styleLosses } from '../support/float64/losses';
import { featuresAt, noise, pulls, tensorOf } from '../support/networkChecks';
import { madeUpParameters } from '../support/networks';
import { branching, conv, pool, single } from '../support/smallNetworks';
import { numbers, relativeError } from './device/numbers';

type Tensor4D = tf.Tensor4D;

const tolerance = 1e-3;

interface Row {
  readonly name: string;
  readonly at: Grid;
  /** The gradient that the engine gives, a new tensor. */
  gradient(x: Tensor4D): Tensor4D;
  /** The derivative of the same, by differences. */
  expected(): ArrayLike<number>;
}

const pull = (size: number) => numbers(size, 50);

/** Through a network's deepest tap, against its definition in double precision. */
function networkRow(name: string, architecture: Architecture, side: readonly [number, number] = [9, 11]): Row {
  const parameters = madeUpParameters(architecture);
  const image = noise(...side);
  const tap = architecture.nodes.at(-1)?.tap ?? '';
  return {
    name,
    at: image,
    gradient(x) {
      const network = Network.create(architecture, parameters);
      const gradient = network.forward(x, [tap]).backward(pulls((_, size) => pull(size)));
      network.dispose();
      return gradient ?? tf.zerosLike(x);
    },
    expected: () =>
      finiteDifferences(
        (values) => {
          const features = featuresAt(runNetwork(architecture, parameters, { ...image, values }), tap).values;
          return dot(features, pull(features.length));
        },
        image.values,
        1e-6,
      ),
  };
}

interface Affine {
  apply(x: Tensor4D): Tensor4D;
  adjoint(dy: Tensor4D, x: Tensor4D): Tensor4D;
  dispose(): void;
}

/** An affine map's derivative along a pixel is the difference that one unit of it makes, whatever the picture. */
function affineRow(name: string, create: (shape: Tensor4D['shape']) => Affine, image = noise(6, 5)): Row {
  const shape = shapeOf(image);
  return {
    name,
    at: image,
    gradient(x) {
      const map = create(x.shape);
      const gradient = tf.tidy(() => {
        const y = map.apply(x);
        return map.adjoint(tf.tensor4d(pull(y.size), y.shape), x);
      });
      map.dispose();
      return gradient;
    },
    expected() {
      const map = create(shape);
      const seen = (values: Float32Array) =>
        tf.tidy(() => {
          const y = map.apply(tf.tensor4d(values, shape)).dataSync<'float32'>();
          return dot(y, pull(y.length));
        });
      const nothing = seen(new Float32Array(image.values.length));
      const columns = Float64Array.from(image.values, (_, i) => {
        const unit = new Float32Array(image.values.length);
        unit[i] = 1;
        return seen(unit) - nothing;
      });
      map.dispose();
      return columns;
    },
  };
}

const describeConv = ({ kernel, stride, padding, relu }: Omit<ConvLayer, 'kind' | 'channels'>) =>
  `convolution ${kernel.join('×')} by ${stride}, ${padding.mode} ` +
  `${[padding.top, padding.bottom, padding.left, padding.right].join(' ')}${relu ? ', ReLU' : ''}`;
const describePool = ({ method, size, stride, ceil, padding = 0 }: PoolLayer) =>
  `${method} pooling ${size}×${size} by ${stride}, border ${padding}${ceil ? ', ceil mode' : ''}`;

const declared = Object.values(architectures).flatMap(({ nodes }) => nodes.map(({ layer }) => layer));
const stages = upsamplings.flatMap((upsampling) =>
  normalisations.flatMap((norm) => stagesOf({ ...transformerDefaults, upsampling, norm, styles: ['one'] })),
);

const convolutions = [
  ...declared.filter((layer) => layer.kind === 'conv'),
  ...stages.filter(({ up }) => up === 'none').map((stage): ConvLayer => ({ ...stage, kind: 'conv', relu: false })),
  // Seamless textures pad every convolution circularly.
  ...(['reflect', 'replicate', 'zero', 'circular'] satisfies PaddingMode[]).map((mode) =>
    conv(3, 2, { padding: { mode, top: 1, bottom: 1, left: 1, right: 1 } }),
  ),
];
const poolings = declared
  .filter((layer) => layer.kind === 'pool')
  // A recipe may ask for the other method.
  .flatMap((layer) =>
    (['max', 'average'] as const).map((method) => pool(method, layer.size, layer.stride, layer.ceil, layer.padding)),
  );

const distinct = <T>(items: readonly T[], nameOf: (item: T) => string): [string, T][] => [
  ...new Map(items.map((item) => [nameOf(item), item] as const)),
];

/** A stage of a network that paints, whose enlargement comes before or with its convolution. */
function stageRow(name: string, whole: Stage): Row {
  const stage: Stage = { ...whole, channels: [3, 2] };
  const shape = [...stage.kernel, ...(stage.up === 'transposed' ? [2, 3] : [3, 2])];
  return affineRow(name, () => {
    const filter = uploadFilter(
      numbers(
        shape.reduce((a, b) => a * b, 1),
        2,
      ),
      shape,
    );
    return {
      apply: (x) => convolve(stage, x, filter),
      adjoint: (dy, x) =>
        convolveGradient(stage, x, dy, filter, { input: true, filter: false }).input ?? tf.zerosLike(x),
      dispose: () => disposeFilter(filter),
    };
  });
}

const motion = { angle: Math.PI / 18, zoom: 1.1, right: -1.2, down: 0.4 };

const rows: Row[] = [
  ...distinct(convolutions, describeConv).map(([name, layer]) =>
    networkRow(name, single({ ...layer, channels: [3, 2] })),
  ),
  // Odd sides: with ceil mode a last window hangs over, without it the end is not reached.
  ...distinct(poolings, describePool).flatMap(([name, layer]) =>
    (
      [
        [9, 11],
        [8, 10],
      ] as const
    ).map((side) => networkRow(`${name}, of ${side.join('×')}`, single(layer), side)),
  ),
  networkRow('concatenation, in a graph whose branches join twice', branching),
  ...distinct(
    stages.filter(({ up }) => up !== 'none'),
    ({ up, ...stage }) => `resizing, ${up}, and ${describeConv({ ...stage, relu: false })}`,
  ).map(([name, stage]) => stageRow(name, stage)),
  affineRow('warp', ([, height, width]) => {
    const warp = new Warp(motion, { height, width }, { height: height + 2, width: width + 1 });
    return { apply: (x) => warp.apply(x), adjoint: (dy) => warp.adjoint(dy), dispose: () => warp.dispose() };
  }),
  affineRow('jitter, mirrored at the border', (shape) => {
    const shifter = new Shifter();
    const shift = { top: 2, left: 3, extent: 4 };
    return {
      apply: (x) => shifter.apply(x, shift),
      adjoint: (dy) => shifter.adjoint(dy, shift, shape),
      dispose: () => shifter.dispose(),
    };
  }),
  affineRow('jitter of a seamless texture, rolled around the border', () => ({
    apply: (x) => roll(x, 2, 3),
    adjoint: (dy) => unroll(dy, 2, 3),
    dispose: () => {},
  })),
  // Coefficients are [1, C, H, W].
  affineRow('Fourier image', ([, , height, width]) => {
    const fourier = new FourierTransform(height, width);
    return {
      apply: (x) => fourier.pixels(x),
      adjoint: (dy) => fourier.adjoint(dy),
      dispose: () => fourier.dispose(),
    };
  }),
  ...styleLossKinds.map((kind): Row => {
    const features = (seed: number): Grid => {
      const { values, ...shape } = noise(7, 9, seed);
      return grid(
        shape.height,
        shape.width,
        shape.channels,
        values.map((value, i) => value * (1 + (i % 3))),
      );
    };
    const [image, target] = [features(1), statisticsOf(features(2))];
    return {
      name: `style loss by ${kind}`,
      at: image,
      gradient(x) {
        const objective = styleObjective('tap', kind, target, 1);
        const gradient = objective.gradient(x, null);
        objective.dispose();
        return gradient;
      },
      expected: () => finiteDifferences((values) => styleLosses[kind]({ ...image, values }, target), image.values),
    };
  }),
];

describe.each(cpuBackends)('on %s', (backend) => {
  useBackend(backend);

  it.each(rows.map((row) => [row.name, row] as const))('%s', async (_, row) => {
    const before = alive();
    const x = tensorOf(row.at);
    const gradient = row.gradient(x);
    expect(gradient.shape).toEqual(x.shape);
    const values = await gradient.data();
    tf.dispose([x, gradient]);
    expect(relativeError(values, row.expected())).toBeLessThan(tolerance);
    expect(alive()).toEqual(before);
  });
});
