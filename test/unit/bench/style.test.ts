/** What the iteration's benchmark rests on: that both sides compute the same, and that memory and time are counted right. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRecipe, type StyleLossKind, type StyleRecipe } from '../../../shared/recipe';
import { interiorError, wrongBorder } from '../../../tools/bench/style/border';
import { engineContender } from '../../../tools/bench/style/engine';
import { kindOf, timeLayers } from '../../../tools/bench/style/layerTimes';
import { MemoryWatch } from '../../../tools/bench/style/memory';
import { landscape, painting } from '../../../tools/bench/style/pictures';
import type { Problem } from '../../../tools/bench/style/problem';
import { plainNetwork, tapeContender } from '../../../tools/bench/style/tape';
import { type Device, openDevice } from '../../../web/engine/device';
import { normalNoise, randomGenerator } from '../../../web/engine/images/random';
import { kernelNames } from '../../../web/engine/kernels/contract';
import { type Architecture, architectureOf, parameterShapes } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { measureStyle } from '../../../web/engine/techniques/style/targets';

let device: Device;
beforeAll(async () => {
  device = await openDevice({ backend: 'wasm' });
});
afterAll(() => device.dispose());

/** The first two blocks of the embedded network, with weights made here. */
const architecture: Architecture = {
  id: 'small',
  nodes: architectureOf('reverie-vgg').nodes.filter(({ name }) => /^(normalise|pool1|conv[12]_1)$/.test(name)),
};
const chained: Architecture = {
  ...architecture,
  nodes: architecture.nodes.map((node, i) => ({ ...node, from: [architecture.nodes[i - 1]?.name ?? 'input'] })),
};
const size = { width: 40, height: 32 };

async function smallProblem(loss: StyleLossKind): Promise<Problem> {
  const recipe: StyleRecipe = parseRecipe({
    technique: 'style',
    version: 1,
    size: 64,
    styles: [{ image: null }],
    strength: 60,
    loss,
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
  const network = Network.create(chained, parameters);
  const statistics = await measureStyle(network, ['relu1_1', 'relu2_1'], painting(size.width, size.height));
  const content = landscape(size.width, size.height);
  return { recipe, architecture: chained, parameters, network, content, statistics };
}

describe('the tape', () => {
  it.each(['gram', 'covariance', 'moments'] as const)(
    'has the engine’s loss and, away from the border, its gradient: %s',
    async (loss) => {
      const problem = await smallProblem(loss);
      const engine = await engineContender(problem);
      const tape = tapeContender(problem, plainNetwork(problem));
      // The photo is where the content loss is 0: one step away from it, every term counts.
      const away = engine.iterate();
      away.dispose();
      const moved = await tapeAt(problem, engine.picture());
      const own = engine.gradient();
      const [[ownLoss = Number.NaN], ownGradient] = [await own.loss.data(), await own.gradient.data()];
      expect(Math.abs(ownLoss / moved.loss - 1)).toBeLessThan(1e-5);
      const border = wrongBorder(chained.nodes, 'relu2_1');
      expect(interiorError(moved.gradient, ownGradient as Float32Array, size, border)).toBeLessThan(1e-5);
      expect(interiorError(moved.gradient, ownGradient as Float32Array, size, 0)).toBeGreaterThan(1e-3);
      const before = tape.iterate().dataSync()[0] ?? Number.NaN;
      for (let i = 0; i < 3; i++) tape.iterate().dispose();
      expect(tape.iterate().dataSync()[0]).toBeLessThan(before);
    },
  );

  /** The tape's loss and gradient at another picture than the photo. */
  async function tapeAt(problem: Problem, picture: tf.Tensor4D) {
    const values = (await picture.data()) as Float32Array;
    const start = { ...problem.content, values };
    const shifted = tapeContender(problem, plainNetwork(problem), start);
    const { loss, gradient } = shifted.gradient();
    return { loss: loss.dataSync()[0] ?? Number.NaN, gradient: (await gradient.data()) as Float32Array };
  }
});

describe('the border', () => {
  it('of the embedded network is as wide as its layers make it', () => {
    const { nodes } = architectureOf('reverie-vgg');
    // conv1_1 alone; conv1_2 passes 2 on and adds 1; and all the way from conv5_1, by hand.
    expect(wrongBorder(nodes, 'relu1_1')).toBe(2);
    expect(wrongBorder(nodes, 'relu1_2')).toBe(3);
    expect(wrongBorder(nodes, 'relu5_1')).toBe((((2 * 2 + 4) * 2 + 4) * 2 + 2) * 2 + 2);
  });

  it('is left out of the comparison, and not a number is not equal', () => {
    const ours = new Float32Array(5 * 5 * 3).fill(2);
    const theirs = ours.slice();
    theirs[0] = 100;
    expect(interiorError(ours, theirs, { width: 5, height: 5 }, 1)).toBe(0);
    expect(interiorError(ours, theirs, { width: 5, height: 5 }, 0)).toBe(49);
    theirs[(2 * 5 + 2) * 3] = Number.NaN;
    expect(interiorError(ours, theirs, { width: 5, height: 5 }, 1)).toBeNaN();
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
    const { kinds, total, convolutions } = await timeLayers(await smallProblem('covariance'), 3);
    expect(total).toHaveLength(3);
    total.forEach((ms, i) => {
      const sum = Object.values(kinds).reduce((parts, times) => parts + (times[i] ?? Number.NaN), 0);
      expect(sum).toBeCloseTo(ms, 6);
    });
    expect(convolutions.map(({ shape, layers }) => [shape, layers])).toEqual([
      ['3→16 at 40×32', 1],
      ['16→32 at 20×16', 1],
    ]);
    expect(convolutions[0]?.flop).toBe(2 * 40 * 32 * 9 * 3 * 16);
    expect(kinds['convolution adjoint'].every((ms) => ms > 0)).toBe(true);
  });

  it('leave the kernels as they were', async () => {
    const before = tf.getKernel(kernelNames.conv2d, 'wasm')?.kernelFunc;
    await timeLayers(await smallProblem('gram'), 1);
    expect(tf.getKernel(kernelNames.conv2d, 'wasm')?.kernelFunc).toBe(before);
  });

  it('give a kernel to the part of the iteration that called it', () => {
    expect(kindOf(kernelNames.conv2d, 'forward')).toBe('convolution');
    expect(kindOf('Sub', 'backward')).toBe('rest of the losses');
    expect(kindOf('Sub', 'total variation')).toBe('total variation');
    expect(kindOf(kernelNames.adam, 'Adam')).toBe('Adam');
  });
});
