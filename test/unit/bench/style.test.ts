/** What the iteration's benchmark rests on: that both sides compute the same, and that memory and time are counted right. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StyleLossKind } from '../../../shared/techniques/style/schema';
import { kindOf, timeLayers } from '../../../tools/bench/engine/layerTimes';
import { landscape, type Problem, picturesOf, recipeFor } from '../../../tools/bench/engine/problem';
import { firstLoss, type Opened, Stepper, subjectOf } from '../../../tools/bench/engine/subjects';
import { drawViews, plainNetworks, tapeOf } from '../../../tools/bench/engine/tape';
import { MemoryWatch } from '../../../tools/bench/engine/watch';
import { type Device, openDevice } from '../../../web/engine/device';
import { normalNoise, randomGenerator } from '../../../web/engine/images/random';
import { kernelNames } from '../../../web/engine/kernels/contract';
import {
  type Architecture,
  architectureOf,
  metricName,
  parameterShapes,
} from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { withPixelTaps } from '../../../web/engine/objectives/grain';
import { alignments } from '../../../web/engine/techniques/style/scales';
import { targetsFromImage } from '../../../web/engine/techniques/style/targets';

let device: Device;
beforeAll(async () => {
  device = await openDevice({ backend: 'wasm' });
});
afterAll(() => device.dispose());

/** The first two blocks of the embedded network, with weights made here. */
const firstBlocks: Architecture = {
  id: 'small',
  nodes: architectureOf('reverie-vgg').nodes.filter(({ name }) => /^(normalise|pool1|conv[12]_1)$/.test(name)),
};
const chained: Architecture = {
  ...firstBlocks,
  nodes: firstBlocks.nodes.map((node, i) => ({ ...node, from: [firstBlocks.nodes[i - 1]?.name ?? 'input'] })),
};
const size = { width: 64, height: 48 };

const metricTaps = ['relu1_1', 'relu2_1'];

interface Given {
  readonly loss: StyleLossKind;
  /** Whether the weights bring a metric. */
  readonly weighed: boolean;
  readonly jitter: number;
  readonly grain?: number;
  readonly palette?: number;
}

function smallProblem({ loss, weighed, jitter, ...pixels }: Given): Problem {
  const recipe = {
    ...recipeFor(size.width),
    strength: 60,
    loss,
    jitter,
    ...pixels,
    contentLayers: [{ layer: 'relu2_1', weight: 0.5 }],
    styleLayers: [
      { layer: 'relu1_1', weight: 1 },
      { layer: 'relu2_1', weight: 2 },
    ],
  };
  const random = randomGenerator(3);
  const parameters = new Map(
    parameterShapes(chained).map(({ name, shape }) => {
      const length = shape.reduce((product, side) => product * side, 1);
      const fanIn = length / (shape.at(-1) ?? 1);
      const values = normalNoise(length, random).map((value) => value * Math.sqrt(2 / fanIn));
      return [name, { shape, values }];
    }),
  );
  if (weighed) {
    // A Aᵀ is symmetric and positive semi-definite, whatever A is.
    for (const [tap, channels] of [
      ['relu1_1', 16],
      ['relu2_1', 32],
    ] as const) {
      const a = normalNoise(channels * channels, random);
      const values = Float32Array.from(a, (_, at) => {
        const [row, column] = [Math.floor(at / channels), at % channels];
        let sum = 0;
        for (let k = 0; k < channels; k++) sum += (a[row * channels + k] ?? 0) * (a[column * channels + k] ?? 0);
        return sum / channels;
      });
      parameters.set(metricName(tap), { shape: [channels, channels], values });
    }
  }
  const architecture = weighed ? { ...chained, metrics: metricTaps } : chained;
  const network = Network.create(architecture, parameters);
  return { recipe, architecture, parameters, network, ...picturesOf(landscape(size.width, size.height)) };
}

const openedWith = (problem: Problem): Opened => ({ problem, transformer: null as never });

async function smallTape(problem: Problem) {
  const { recipe, network, painting } = problem;
  const layers = withPixelTaps(recipe.styleLayers, recipe).map(({ layer }) => layer);
  const statistics = await targetsFromImage(painting).at(network, layers, recipe.size);
  return tapeOf(problem, plainNetworks(problem), statistics);
}

describe('the tape', () => {
  it.each(
    (['gram', 'covariance', 'moments'] as const).flatMap((loss) => [
      { loss, weighed: true, jitter: 7, grain: 1, palette: 3 },
      { loss, weighed: false, jitter: 0, grain: 0, palette: 3 },
      { loss, weighed: false, jitter: 7, grain: 0, palette: 0 },
    ]),
  )('has the loss of a run: $loss, metric $weighed, jitter $jitter, grain $grain, palette $palette', async (given) => {
    const problem = smallProblem(given);
    const own = await firstLoss(openedWith(problem));
    const other = await (await smallTape(problem)).lossAt(problem.compared);
    // Rounding, at small standard deviations.
    expect(Math.abs(own / other - 1)).toBeLessThan(5e-5);
  });

  it('sees the metric, the shift, the grain and the palette', async () => {
    const loss = async (given: Partial<Given>) => {
      const problem = smallProblem({ loss: 'covariance', weighed: true, jitter: 7, ...given });
      return (await smallTape(problem)).lossAt(problem.compared);
    };
    const first = await loss({});
    expect(Math.abs((await loss({ weighed: false })) / first - 1)).toBeGreaterThan(1e-2);
    expect(Math.abs((await loss({ jitter: 0 })) / first - 1)).toBeGreaterThan(1e-4);
    expect(Math.abs((await loss({ grain: 0 })) / first - 1)).toBeGreaterThan(1e-2);
    expect(Math.abs((await loss({ palette: 0 })) / first - 1)).toBeGreaterThan(1e-2);
  });

  it('descends, as a run does', async () => {
    const problem = smallProblem({ loss: 'covariance', weighed: true, jitter: 7 });
    const tape = await smallTape(problem);
    const losses: number[] = [];
    for (let step = 0; step < 12; step++) losses.push(await tape.iterate());
    expect(losses.at(-1)).toBeLessThan(0.9 * (losses[0] ?? 0));
  });
});

describe('views', () => {
  it('are the same for every contender, and as many as a run has', () => {
    const recipe = { jitter: 7, seed: 5 };
    const [one, other] = [drawViews(recipe), drawViews(recipe)];
    expect(one.shifts).toEqual(other.shifts);
    expect(one.shifts).toHaveLength(alignments);
    const drawn = Array.from({ length: 200 }, () => one.next());
    expect(drawn).toEqual(drawn.map(() => other.next()));
    expect(new Set(drawn)).toEqual(new Set(one.shifts.keys()));
  });
});

describe('the memory watch', () => {
  it('counts data once however many tensors share it, and keeps the highest mark', () => {
    const earlier = tf.zeros([1000]);
    const watch = new MemoryWatch();
    const x = tf.zeros([100]);
    const view = tf.reshape(x, [10, 10]);
    expect(watch.live().tensorBytes).toBe(400);
    tf.tidy(() => {
      tf.add(x, 1);
      tf.add(x, 2);
    });
    expect(watch.live().tensorBytes).toBe(400);
    expect(watch.peak().tensorBytes).toBeGreaterThanOrEqual(1200);
    x.dispose();
    expect(watch.live().tensorBytes).toBe(400);
    view.dispose();
    earlier.dispose();
    expect(watch.live().tensorBytes).toBe(0);
    watch.reset();
    expect(watch.peak().tensorBytes).toBe(0);
  });
});

describe('layer times', () => {
  const small = (given: Given) => new Stepper(subjectOf('style', openedWith(smallProblem(given)), 100));

  it('add up to the whole iteration and name every convolution', async () => {
    const { kinds, total, convolutions } = await timeLayers(small({ loss: 'covariance', weighed: true, jitter: 7 }), 3);
    expect(total).toHaveLength(3);
    total.forEach((ms, i) => {
      const sum = Object.values(kinds).reduce((parts, times) => parts + (times[i] ?? Number.NaN), 0);
      expect(sum).toBeCloseTo(ms, 6);
    });
    expect(convolutions.map(({ shape, layers }) => [shape, layers])).toEqual([
      ['3→16 at 75×59', 1],
      ['16→32 at 37×29', 1],
    ]);
    expect(convolutions[0]?.flop).toBe(2 * 75 * 59 * 9 * 3 * 16);
    for (const kind of ['shift and back', 'convolution adjoint', 'total variation', 'Adam'] as const) {
      expect(kinds[kind].every((ms) => ms > 0)).toBe(true);
    }
  });

  it('leave the kernels as they were', async () => {
    const before = tf.getKernel(kernelNames.conv2d, 'wasm')?.kernelFunc;
    await timeLayers(small({ loss: 'gram', weighed: false, jitter: 7 }), 1);
    expect(tf.getKernel(kernelNames.conv2d, 'wasm')?.kernelFunc).toBe(before);
  });

  it('give a kernel to the part of the iteration that called it', () => {
    expect(kindOf(kernelNames.conv2d, 'network')).toBe('convolution');
    expect(kindOf('AddN', 'network')).toBe('rest of the losses');
    expect(kindOf('Identity', 'total variation')).toBe('total variation');
    expect(kindOf(kernelNames.totalVariation, 'total variation')).toBe('total variation');
    expect(kindOf(kernelNames.conv2d, 'shift')).toBe('shift and back');
    expect(kindOf(kernelNames.conv2dInputGrad, 'shift')).toBe('shift and back');
    expect(kindOf('AvgPool', 'Adam')).toBe('Adam');
    expect(kindOf(kernelNames.adam, 'Adam')).toBe('Adam');
  });
});
