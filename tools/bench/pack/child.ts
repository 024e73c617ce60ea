/** The process of one contender on the card: the engine, or the same losses under TensorFlow.js' tape on stock kernels. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { isSoftware } from '../../../shared/backends';
import { limits } from '../../../shared/limits';
import type { Device } from '../../../web/engine/device';
import { compare } from '../../../web/engine/device/selfTest/check';
import { submit } from '../../../web/engine/device/webgpu/dispatch';
import { tryTiles, useTilesOf, useWinograd } from '../../../web/engine/device/webgpu/tiles';
import { tensorOf } from '../../../web/engine/images/pictures';
import { normalNoise, randomGenerator } from '../../../web/engine/images/random';
import * as kernels from '../../../web/engine/kernels';
import { fusedNames, kernelNames } from '../../../web/engine/kernels/contract';
import { architectureOf, parameterShapes } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { withPixelTaps } from '../../../web/engine/objectives/grain';
import { targetsFromImage } from '../../../web/engine/techniques/style/targets';
import { Transformer } from '../../../web/engine/transformer/transformer';
import { manifestOf } from '../../files';
import { openNodeDevice } from '../../nodeGpu';
import { readStored } from '../../weights/stored';
import { landscape, type Problem, picturesOf, readShippedNetwork, recipeFor } from '../engine/problem';
import { Stepper, subjectOf } from '../engine/subjects';
import { serve } from '../process';
import { median } from '../report';
import { speedsOf } from './card';
import { type Card, type Swept, type Told, winogradName } from './format';
import { tilesToTry } from './tiles';
import { type Listener, listen } from './told';

export const networkNames = ['embedded', 'VGG-19'] as const;
export type NetworkName = (typeof networkNames)[number];
/** To conv5_1, as style transfer uses it; weights by chance, whose arithmetic is the same. */
const vgg19 = 'vgg-64.64-128.128-256.256.256.256-512.512.512.512-512';

interface Request {
  readonly network: NetworkName;
  readonly side: number;
}

interface SweepRequest {
  readonly side: number;
  readonly channels: number;
  readonly atMostMs: number;
  readonly forMs: number;
}

let device: Device;
let listener: Listener;
let vendor = '';
let step: () => Promise<unknown> = async () => {};
const backend = () => tf.backend() as WebGPUBackend;
const endless = limits.run.maxSteps;

async function parametersOf(name: NetworkName, architecture: ReturnType<typeof architectureOf>) {
  if (name === 'embedded') return (await readStored(manifestOf(recipeFor(256).network))).parameters;
  const random = randomGenerator(5);
  return new Map(
    parameterShapes(architecture).map(({ name, shape }) => {
      const size = shape.reduce((product, side) => product * side, 1);
      const inputs = size / (shape.at(-1) ?? 1);
      // So that features keep their size from layer to layer (He et al. 2015).
      const deviation = shape.length > 1 ? Math.sqrt(2 / inputs) : 0;
      return [name, { shape, values: normalNoise(size, random).map((value) => value * deviation) }];
    }),
  );
}

async function problemOf({ network: name, side }: Request): Promise<Problem> {
  const recipe = recipeFor(side);
  const architecture = architectureOf(name === 'embedded' ? recipe.network : vgg19);
  const parameters = await parametersOf(name, architecture);
  const network = Network.create(architecture, parameters);
  return { recipe, architecture, parameters, network, ...picturesOf(landscape(side, side)) };
}

async function finished(): Promise<void> {
  submit(backend());
  await backend().device.queue.onSubmittedWorkDone();
}

async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  await finished();
  return performance.now() - startedAt;
}

const handlers = {
  async open(): Promise<Omit<Card, 'gflops' | 'gigabytes' | 'dispatchUs'>> {
    tf.env().set('PROD', true);
    device = await openNodeDevice('webgpu');
    listener = listen();
    vendor = (await navigator.gpu.requestAdapter())?.info.vendor ?? '';
    const { report, without } = device;
    const { features } = backend().device;
    return {
      description: report.description,
      vendor,
      software: isSoftware(report),
      features: [...features].sort(),
      without: [...without],
    };
  },

  speeds: (small: boolean) => speedsOf(backend().device, small),

  /** Style transfer's iteration, as a run takes it. */
  async engine(request: Request): Promise<void> {
    const problem = await problemOf(request);
    const run = new Stepper(subjectOf('style', { problem } as Parameters<typeof subjectOf>[1], endless));
    step = () => run.step();
  },

  async tape(request: Request): Promise<void> {
    const problem = await problemOf(request);
    const { recipe, network, painting } = problem;
    const layers = withPixelTaps(recipe.styleLayers, recipe).map(({ layer }) => layer);
    const statistics = await targetsFromImage(painting).at(network, layers, recipe.size * recipe.styleScale);
    network.dispose();
    for (const kernel of [...Object.values(kernelNames), ...Object.values(fusedNames)]) {
      if (tf.getKernel(kernel, 'webgpu')) tf.unregisterKernel(kernel, 'webgpu');
    }
    const { plainNetworks, tapeOf } = await import('../engine/tape');
    const tape = tapeOf(problem, plainNetworks(problem), statistics);
    step = () => tape.iterate();
  },

  async dream(request: Request): Promise<void> {
    const problem = await problemOf(request);
    const run = new Stepper(subjectOf('dream', { problem } as Parameters<typeof subjectOf>[1], endless));
    step = () => run.step();
  },

  /** One pass of the shipped network, from pixels on the card to pixels on the card. */
  async pass(side: number): Promise<void> {
    const { configuration, parameters, weights } = await readShippedNetwork();
    const transformer = new Transformer(configuration, parameters);
    const image = tensorOf(landscape(side, side));
    const noisy = configuration.noise ? tf.concat([image, tf.zeros([1, side, side, 1])], 3) : image;
    const vector = transformer.blend(weights);
    step = async () => transformer.paint(noisy as tf.Tensor4D, vector).dispose();
  },

  async step(): Promise<number> {
    const ms = await timed(step);
    device.check();
    return ms;
  },

  /** Of one step: what the GPU was told, and what its buffers take. */
  async told(): Promise<{ told: Told[]; submits: number; allocatedBytes: number }> {
    listener.take();
    await timed(step);
    return { ...listener.take(), allocatedBytes: device.memory().allocatedBytes };
  },

  /**
   * A convolution of the embedded network's or VGG-19's by several tiles, and by Winograd's way.
   * @param atMostMs of one tile @param forMs of all: those that are left then are not tried
   */
  async sweep({ side, channels, atMostMs, forMs }: SweepRequest): Promise<Swept> {
    const endsAt = performance.now() + forMs;
    const x = tf.randomUniform<tf.Rank.R4>([1, side, side, channels], -1, 1);
    const filter = tf.randomUniform<tf.Rank.R4>([3, 3, channels, channels], -1, 1);
    const bias = tf.zeros<tf.Rank.R1>([channels]);
    const padding = { mode: 'reflect', top: 1, bottom: 1, left: 1, right: 1 } as const;
    const once = () => kernels.conv2d(x, filter, bias, { stride: 1, padding, relu: true });
    const convolve = (count: number) =>
      timed(() => {
        for (let n = 0; n < count; n++) once().dispose();
      });
    const numbersNow = async () => {
      const y = once();
      const values = await y.data();
      y.dispose();
      return values;
    };
    const tiles: Swept['tiles'][number][] = [];
    const candidates: (Pick<Swept['tiles'][number], 'name' | 'shape'> & { use?(): void })[] = [
      { name: 'as taken' },
      ...tilesToTry(channels).map((shape) => ({
        name: `${shape[0] * 4} wide, ${shape[1]} × ${shape[2]} tall`,
        shape: [...shape] as [number, number, number, number],
        use: () => tryTiles(shape),
      })),
      // Last: of all shaders it takes the longest to compile.
      { name: winogradName, use: () => useWinograd(vendor, 'everywhere') },
    ];
    try {
      useWinograd(vendor, false);
      const direct = await numbersNow();
      for (const { use, ...tile } of candidates) {
        if (use && performance.now() > endsAt) break;
        use?.();
        await convolve(1);
        device.check();
        if (tile.name === winogradName) compare(winogradName, await numbersNow(), direct);
        const alone = await convolve(1);
        const count = Math.max(1, Math.round(atMostMs / 4 / Math.max(alone, 0.05)));
        const rounds = [await convolve(count), await convolve(count), await convolve(count)];
        tiles.push({ ...tile, ms: median(rounds) / count });
        useWinograd(vendor, false);
      }
    } finally {
      useTilesOf(vendor);
      useWinograd(vendor, !device.without.includes('winograd'));
      tf.dispose([x, filter, bias]);
    }
    device.check();
    const flop = 2 * 9 * channels ** 2 * side ** 2;
    return {
      shape: `${channels} channels at ${side}×${side}`,
      columns: channels,
      flop,
      tiles,
      untried: candidates.length - tiles.length,
    };
  },
};

export type PackHandlers = typeof handlers;
serve(handlers);
