/** What the iteration's benchmark rests on: that both sides compute the same, and that memory and time are counted right. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRecipe, type StyleLossKind, type StyleRecipe } from '../../../shared/recipe';
import { interiorError, noBorder, wrongBorder, wrongRows } from '../../../tools/bench/style/border';
import type { Contender } from '../../../tools/bench/style/contender';
import { engineContender } from '../../../tools/bench/style/engine';
import { kindOf, timeLayers } from '../../../tools/bench/style/layerTimes';
import { MemoryWatch } from '../../../tools/bench/style/memory';
import { landscape, painting } from '../../../tools/bench/style/pictures';
import { blend, type Problem } from '../../../tools/bench/style/problem';
import { plainNetworks, tapeContender } from '../../../tools/bench/style/tape';
import { drawViews } from '../../../tools/bench/style/views';
import { type Device, openDevice } from '../../../web/engine/device';
import { tensorOf } from '../../../web/engine/images/pictures';
import { normalNoise, randomGenerator } from '../../../web/engine/images/random';
import { kernelNames } from '../../../web/engine/kernels/contract';
import {
  type Architecture,
  architectureOf,
  metricName,
  parameterShapes,
} from '../../../web/engine/network/architectures';
import { grainNetwork } from '../../../web/engine/network/grain';
import { Network } from '../../../web/engine/network/network';
import { withPixelTaps } from '../../../web/engine/objectives/grain';
import { measureStyle } from '../../../web/engine/techniques/style/targets';
import { alignments } from '../../../web/engine/techniques/style/views';

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
const size = { width: 40, height: 32 };

const metricTaps = ['relu1_1', 'relu2_1'];

interface Given {
  readonly loss: StyleLossKind;
  /** Whether the weights bring a metric. */
  readonly weighed: boolean;
  readonly jitter: number;
  readonly grain?: number;
  readonly palette?: number;
}

async function smallProblem({ loss, weighed, jitter, ...pixels }: Given): Promise<Problem> {
  const recipe: StyleRecipe = parseRecipe({
    technique: 'style',
    version: 2,
    size: 64,
    styles: [{ image: null }],
    strength: 60,
    loss,
    jitter,
    ...pixels,
    contentLayers: [{ layer: 'relu2_1', weight: 0.5 }],
    styleLayers: [
      { layer: 'relu1_1', weight: 1 },
      { layer: 'relu2_1', weight: 2 },
    ],
  });
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
  const layers = withPixelTaps(recipe.styleLayers, recipe).map(({ layer }) => layer);
  const statistics = await measureStyle(network, layers, painting(size.width, size.height));
  const content = landscape(size.width, size.height);
  const compared = blend(content, 0.3);
  return { recipe, architecture, parameters, network, grain: grainNetwork(), content, compared, statistics };
}

/** Loss, and gradient as an array, at the problem's picture for comparing. */
async function gradientOf(contender: Contender, { compared }: Problem, view: number) {
  const picture = tensorOf(compared);
  const { loss, gradient } = await contender.gradient(picture, view);
  const values = (await gradient.data()) as Float32Array;
  tf.dispose([picture, gradient]);
  return { loss, values };
}

describe('the tape', () => {
  it.each(
    (['gram', 'covariance', 'moments'] as const).flatMap((loss) => [
      { loss, weighed: true, jitter: 7, grain: 1, palette: 3 },
      { loss, weighed: false, jitter: 0, grain: 0, palette: 3 },
      { loss, weighed: false, jitter: 7, grain: 0, palette: 0 },
    ]),
  )(
    'has the engine’s loss and, away from the border, its gradient: $loss, metric $weighed, jitter $jitter, grain $grain, palette $palette',
    async (given) => {
      const problem = await smallProblem(given);
      const engine = await engineContender(problem);
      const tape = tapeContender(problem, plainNetworks(problem));
      const { shifts } = drawViews(problem.recipe);
      for (const [view, shift] of shifts.entries()) {
        const own = await gradientOf(engine, problem, view);
        const other = await gradientOf(tape, problem, view);
        expect(Math.abs(own.loss / other.loss - 1)).toBeLessThan(1e-5);
        const border = wrongBorder(chained.nodes, ['relu1_1', 'relu2_1'], size, shift);
        // Rounding, at small standard deviations; the border is wrong by 1e-3 at least.
        expect(interiorError(other.values, own.values, size, border)).toBeLessThan(5e-5);
        expect(interiorError(other.values, own.values, size, noBorder)).toBeGreaterThan(1e-3);
      }
    },
  );

  it('sees the metric, the shift, the grain and the palette', async () => {
    const loss = async (given: Partial<Given>, view: number) => {
      const problem = await smallProblem({ loss: 'covariance', weighed: true, jitter: 7, ...given });
      return (await gradientOf(tapeContender(problem, plainNetworks(problem)), problem, view)).loss;
    };
    const first = await loss({}, 0);
    expect(Math.abs((await loss({ weighed: false }, 0)) / first - 1)).toBeGreaterThan(1e-2);
    expect(Math.abs((await loss({}, 1)) / first - 1)).toBeGreaterThan(1e-4);
    expect(Math.abs((await loss({ grain: 0 }, 0)) / first - 1)).toBeGreaterThan(1e-2);
    expect(Math.abs((await loss({ palette: 0 }, 0)) / first - 1)).toBeGreaterThan(1e-2);
  });

  it('descends, as the engine does, through the same views', async () => {
    const problem = await smallProblem({ loss: 'covariance', weighed: true, jitter: 7 });
    const contenders = [await engineContender(problem), tapeContender(problem, plainNetworks(problem))];
    const losses: number[][] = [];
    for (const contender of contenders) {
      const run: number[] = [];
      for (let step = 0; step < 12; step++) run.push(await contender.iterate());
      losses.push(run);
    }
    const [engine = [], tape = []] = losses;
    expect(Math.abs((tape[0] ?? 0) / (engine[0] ?? 0) - 1)).toBeLessThan(1e-5);
    for (const run of losses) expect(run.at(-1)).toBeLessThan(0.9 * (run[0] ?? 0));
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

describe('the border', () => {
  const { nodes } = architectureOf('reverie-vgg');

  it('of the embedded network is as wide as its layers make it', () => {
    // conv1_1 alone; conv1_2 passes 2 on and adds 1; and all the way from conv5_1, by hand.
    expect(wrongRows(nodes, 'relu1_1', 64)).toEqual({ near: 2, far: 2 });
    expect(wrongRows(nodes, 'relu1_2', 64)).toEqual({ near: 3, far: 3 });
    const near = (((2 * 2 + 4) * 2 + 4) * 2 + 2) * 2 + 2;
    expect(wrongRows(nodes, 'relu5_1', 192)).toEqual({ near, far: near });
  });

  it('is wider at the far end by what pooling left over', () => {
    // 199 → 99 → 49 → 24: one row is left over at each of the first three.
    const far = (((2 * 2 + 4) * 2 + 1 + 4) * 2 + 1 + 2) * 2 + 1 + 2;
    expect(wrongRows(nodes, 'relu5_1', 199)).toEqual({ near: 86, far });
  });

  it('moves with the shift, and holds what is mirrored', () => {
    const at = (top: number, left: number) =>
      wrongBorder(nodes, ['relu1_1'], { width: 64, height: 48 }, { top, left, extent: 7 });
    expect(at(0, 1)).toEqual({ top: 2, bottom: 8, left: 2, right: 7 });
    expect(at(5, 7)).toEqual({ top: 6, bottom: 3, left: 8, right: 2 });
  });

  it('is left out of the comparison, and not a number is not equal', () => {
    const ours = new Float32Array(5 * 5 * 3).fill(2);
    const theirs = ours.slice();
    const square = { width: 5, height: 5 };
    theirs[0] = 100;
    expect(interiorError(ours, theirs, square, noBorder)).toBe(49);
    expect(interiorError(ours, theirs, square, { ...noBorder, top: 1 })).toBe(0);
    expect(interiorError(ours, theirs, square, { ...noBorder, left: 1 })).toBe(0);
    expect(interiorError(ours, theirs, square, { ...noBorder, bottom: 4, right: 4 })).toBe(49);
    expect(interiorError(ours, theirs, square, { ...noBorder, bottom: 5 })).toBeNaN();
    theirs[(2 * 5 + 2) * 3] = Number.NaN;
    expect(interiorError(ours, theirs, square, { ...noBorder, top: 1 })).toBeNaN();
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
  it('add up to the whole iteration and name every convolution', async () => {
    const { kinds, total, convolutions } = await timeLayers(
      await smallProblem({ loss: 'covariance', weighed: true, jitter: 7 }),
      3,
    );
    expect(total).toHaveLength(3);
    total.forEach((ms, i) => {
      const sum = Object.values(kinds).reduce((parts, times) => parts + (times[i] ?? Number.NaN), 0);
      expect(sum).toBeCloseTo(ms, 6);
    });
    expect(convolutions.map(({ shape, layers }) => [shape, layers])).toEqual([
      ['3→16 at 47×39', 1],
      ['16→32 at 23×19', 1],
    ]);
    expect(convolutions[0]?.flop).toBe(2 * 47 * 39 * 9 * 3 * 16);
    for (const kind of ['shift and back', 'convolution adjoint', 'total variation', 'Adam'] as const) {
      expect(kinds[kind].every((ms) => ms > 0)).toBe(true);
    }
  });

  it('leave the kernels as they were', async () => {
    const before = tf.getKernel(kernelNames.conv2d, 'wasm')?.kernelFunc;
    await timeLayers(await smallProblem({ loss: 'gram', weighed: false, jitter: 7 }), 1);
    expect(tf.getKernel(kernelNames.conv2d, 'wasm')?.kernelFunc).toBe(before);
  });

  it('give a kernel to the part of the iteration that called it', () => {
    expect(kindOf(kernelNames.conv2d, 'forward')).toBe('convolution');
    expect(kindOf('AddN', 'reading the loss')).toBe('rest of the losses');
    expect(kindOf('Sub', 'backward')).toBe('rest of the losses');
    expect(kindOf('Identity', 'total variation')).toBe('total variation');
    expect(kindOf(kernelNames.totalVariation, 'total variation')).toBe('total variation');
    expect(kindOf(kernelNames.conv2d, 'shift')).toBe('shift and back');
    expect(kindOf(kernelNames.conv2dInputGrad, 'shift')).toBe('shift and back');
    expect(kindOf('AvgPool', 'Adam')).toBe('Adam');
    expect(kindOf(kernelNames.adam, 'Adam')).toBe('Adam');
  });
});
