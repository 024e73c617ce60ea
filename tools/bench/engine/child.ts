/** The process of one backend: takes steps of techniques as runs take them, or of the tape; with the bare pass in turns where asked for. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { limits } from '../../../shared/limits';
import type { BackendName } from '../../../web/engine/api';
import type { Device } from '../../../web/engine/device';
import { submit } from '../../../web/engine/device/webgpu/dispatch';
import { tensorOf } from '../../../web/engine/images/pictures';
import { kernelNames } from '../../../web/engine/kernels/contract';
import { withPixelTaps } from '../../../web/engine/objectives/grain';
import { headOf } from '../../../web/engine/objectives/objective';
import { layerResponse } from '../../../web/engine/techniques/see/response';
import { targetsFromImage } from '../../../web/engine/techniques/style/targets';
import { Transformer } from '../../../web/engine/transformer/transformer';
import { openNodeDevice } from '../../nodeGpu';
import { serve } from '../process';
import { type LayerTimes, timeLayers } from './layerTimes';
import { openProblem, photo, readShippedNetwork, type ShippedNetwork, type Size } from './problem';
import { firstLoss, type Opened as Networks, Stepper, subjectOf } from './subjects';
import { floorOf, type MemoryMark, MemoryWatch, type Watch, watchForward } from './watch';

export interface OpenRequest extends Size {
  readonly backend: BackendName;
  /** Of WASM; 1 when absent. */
  readonly threads?: number;
}

export interface Opened {
  /** Of the device, for people. */
  readonly description: string;
  /** Bytes of tensors that the weights of the network that looks are. */
  readonly weightBytes: number;
}

/** Per step, milliseconds: by the clock, and of processor time in this process. */
export interface Steps {
  readonly wallMs: readonly number[];
  readonly cpuMs: readonly number[];
}

export interface Peak extends MemoryMark {
  /** Taken from the system by the device's pool (WebGPU) or heap (WASM). */
  readonly allocatedBytes: number;
}

export interface MeasureRequest {
  readonly name: string;
  /** Steps that are counted, after those that warm up. */
  readonly rounds: number;
  readonly warmUps: number;
  /** After so long the round that is under way is the last; one is always counted. */
  readonly atMostMs: number;
}

export interface Measured {
  /** Milliseconds, one entry per round; fewer than were asked for where time was up. */
  readonly step: readonly number[];
  readonly bare: readonly number[];
  /** Bytes of tensors at the peak of a step beside those held between steps. */
  readonly peakBytes: number;
  readonly heldBytes: number;
  readonly floorBytes: number;
}

interface State extends Networks {
  readonly device: Device;
  readonly memory: MemoryWatch;
  readonly shipped: ShippedNetwork;
}

let state: State | null = null;
/** What `iterate` does once. */
let iteration: (() => Promise<unknown>) | null = null;
/** More than anybody takes. */
const endless = limits.run.maxSteps;

function opened(): State {
  if (!state) throw new Error('Open a backend first.');
  return state;
}

const handlers = {
  async open({ backend, threads, ...size }: OpenRequest): Promise<Opened> {
    // TensorFlow.js greets Node with an advertisement unless it is told that this is serious.
    tf.env().set('PROD', true);
    const device = await openNodeDevice(backend, threads);
    const memory = new MemoryWatch();
    const problem = await openProblem(size);
    const weightBytes = memory.live().tensorBytes;
    const shipped = await readShippedNetwork();
    const transformer = new Transformer(shipped.configuration, shipped.parameters);
    state = { device, memory, problem, shipped, transformer };
    return { description: device.report.description, weightBytes };
  },

  /** From now on `iterate` takes steps of style transfer. @returns the loss that both sides are compared by */
  async engine(): Promise<number> {
    const loss = await firstLoss(opened());
    const run = new Stepper(subjectOf('style', opened(), endless));
    iteration = () => run.step();
    return loss;
  },

  /** The same of the same losses under TensorFlow.js' tape, on stock kernels alone. */
  async tape(): Promise<number> {
    const { problem, device } = opened();
    const { recipe, network, painting, compared } = problem;
    const layers = withPixelTaps(recipe.styleLayers, recipe).map(({ layer }) => layer);
    const statistics = await targetsFromImage(painting).at(network, layers, recipe.size * recipe.styleScale);
    network.dispose();
    const { backend } = device.report;
    for (const kernel of Object.values(kernelNames)) {
      if (tf.getKernel(kernel, backend)) tf.unregisterKernel(kernel, backend);
    }
    const { plainNetworks, tapeOf } = await import('./tape');
    const tape = tapeOf(problem, plainNetworks(problem), statistics);
    iteration = () => tape.iterate();
    return tape.lossAt(compared);
  },

  async iterate(count: number): Promise<Steps> {
    const [wallMs, cpuMs]: [number[], number[]] = [[], []];
    for (let step = 0; step < count; step++) {
      const cpu = process.cpuUsage();
      wallMs.push(await timed(async () => iteration?.()));
      const { user, system } = process.cpuUsage(cpu);
      cpuMs.push((user + system) / 1000);
    }
    opened().device.check();
    return { wallMs, cpuMs };
  },

  /** Since the last call; the first: since the beginning. */
  peak(): Peak {
    const { memory, device } = opened();
    const peak = memory.peak();
    memory.reset();
    return { ...peak, allocatedBytes: device.memory().allocatedBytes };
  },

  /** One step of a technique and nothing else: what its heap is then is what it took. */
  take: (name: string): Promise<void> => subjectOf(name, opened(), 1)(async () => false),

  /** Of a technique, with the bare pass in turns. */
  async measure({ name, rounds, warmUps, atMostMs }: MeasureRequest): Promise<Measured> {
    const { device, memory, shipped } = opened();
    const [step, bare]: [number[], number[]] = [[], []];
    const watch = watchForward();
    let pass: (() => void) | null = null;
    let [peakBytes, heldBytes] = [0, memory.live().tensorBytes];
    const run = new Stepper(subjectOf(name, opened(), warmUps + rounds + 1));
    const begunAt = performance.now();
    try {
      for (let taken = 0; step.length < (performance.now() - begunAt > atMostMs ? 1 : rounds); taken++) {
        memory.reset();
        const ms = await timed(() => run.step());
        const peak = memory.peak().tensorBytes - heldBytes;
        pass ??= await barePass(opened(), shipped, watch);
        const bareMs = await timed(pass);
        heldBytes = memory.live().tensorBytes;
        if (taken < warmUps) continue;
        step.push(ms);
        bare.push(bareMs);
        peakBytes = Math.max(peakBytes, peak);
      }
      device.check();
      await run.end();
      return { step, bare, peakBytes, heldBytes, floorBytes: floorOf(name, opened(), watch) };
    } finally {
      watch.stop();
    }
  },

  /** On WASM: `count` steps of style transfer with every kernel timed. */
  layers: (count: number): Promise<LayerTimes> => timeLayers(new Stepper(subjectOf('style', opened(), endless)), count),
};

async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  await finished();
  return performance.now() - startedAt;
}

/** A GPU is given work that it does later; the others have done it. */
async function finished(): Promise<void> {
  if (tf.getBackend() !== 'webgpu') return;
  const backend = tf.backend() as WebGPUBackend;
  submit(backend);
  await backend.device.queue.onSubmittedWorkDone();
}

export type EngineHandlers = typeof handlers;
serve(handlers);

// What a step is held against: the network's bare pass by the engine's own kernels. What is uploaded for it stays on the
// device, whose process ends with the measuring.

/**
 * Computes once what the technique asked of its network, and frees everything: one pass of a network that paints; else to
 * the taps and, where that was asked for, back from ½Σa² at each of them.
 */
export async function barePass(
  { problem: { network }, transformer }: Networks,
  { weights }: ShippedNetwork,
  watch: Watch,
): Promise<() => void> {
  const painted = watch.painted();
  if (painted) {
    const image = tensorOf(await photo(painted.width, painted.height));
    const vector = transformer.blend(weights);
    return () => transformer.paint(image, vector).dispose();
  }
  const pass = watch.last();
  if (!pass) throw new Error('The technique never asked a network.');
  const { width, height, taps, purpose } = pass;
  const image = tensorOf(await photo(width, height));
  if (purpose === 'features') return () => network.forward(image, taps, purpose).dispose();
  const head = headOf([...new Set(taps)].map(layerResponse));
  return () => network.forward(image, taps).backward(head)?.dispose();
}
