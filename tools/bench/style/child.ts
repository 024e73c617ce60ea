/** The process of one contender: opens a backend, builds the contender there, and does as it is told. */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../../../web/engine/api';
import type { Device } from '../../../web/engine/device';
import { tensorOf } from '../../../web/engine/images/pictures';
import { kernelNames } from '../../../web/engine/kernels/contract';
import { tapsOfRecipe } from '../../../web/engine/techniques/style/objectives';
import { openNodeDevice } from '../../nodeGpu';
import { serve } from '../child/serve';
import type { Contender } from './contender';
import { engineContender } from './engine';
import { type Floor, passFloor } from './floor';
import { type LayerTimes, timeLayers } from './layerTimes';
import { type MemoryMark, MemoryWatch } from './memory';
import { openProblem, type Problem, type Size } from './problem';

/** `engine`: as shipped. `chain`: the engine's explicit chain over stock kernels. `tape`: TensorFlow.js alone. */
export type ContenderName = 'engine' | 'chain' | 'tape';

export interface OpenRequest extends Size {
  readonly contender: ContenderName;
  readonly backend: BackendName;
}

export interface Opened {
  /** Of the device, for people. */
  readonly description: string;
  /** Bytes of tensors that the contender's weights are. */
  readonly weightBytes: number;
  readonly start: MemoryMark;
}

export interface Gradient {
  readonly loss: number;
  /** `[H, W, 3]` */
  readonly values: Float32Array;
}

export interface Steps {
  /** Per step, milliseconds: by the clock, and of processor time in this process. */
  readonly wallMs: readonly number[];
  readonly cpuMs: readonly number[];
  readonly loss: number;
}

export interface Peak extends MemoryMark {
  /** Taken from the system by the device's pool (WebGPU) or heap (WASM). */
  readonly allocatedBytes: number;
}

interface State {
  readonly problem: Problem;
  readonly contender: Contender;
  readonly memory: MemoryWatch;
  readonly device: Device;
}

let state: State | null = null;

function opened(): State {
  if (!state) throw new Error('Open a contender first.');
  return state;
}

const handlers = {
  async open({ contender: name, backend, width, height }: OpenRequest): Promise<Opened> {
    // TensorFlow.js greets Node with an advertisement unless it is told that this is serious.
    tf.env().set('PROD', true);
    const device = await openNodeDevice(backend);
    const memory = new MemoryWatch();
    const problem = await openProblem({ width, height });
    let weightBytes = memory.live().tensorBytes;
    let contender: Contender;
    if (name === 'engine') contender = await engineContender(problem);
    else {
      for (const kernel of Object.values(kernelNames)) {
        if (tf.getKernel(kernel, backend)) tf.unregisterKernel(kernel, backend);
      }
      if (name === 'chain') contender = await engineContender(problem);
      else {
        problem.network.dispose();
        problem.grain.dispose();
        const { plainNetworks, tapeContender } = await import('./tape');
        const networks = plainNetworks(problem);
        weightBytes = memory.live().tensorBytes;
        contender = tapeContender(problem, networks);
      }
    }
    memory.reset();
    state = { problem, contender, memory, device };
    return { description: device.report.description, weightBytes, start: memory.live() };
  },

  /** At the problem's picture for comparing, through one of the shifts. */
  async gradient(view: number): Promise<Gradient> {
    const { problem, contender } = opened();
    const picture = tensorOf(problem.compared);
    const { loss, gradient } = await contender.gradient(picture, view);
    const values = (await gradient.data()) as Float32Array;
    tf.dispose([picture, gradient]);
    return { loss, values };
  },

  /** Waits for every step's loss, as a run does that shows it. */
  async iterate(count: number): Promise<Steps> {
    const wallMs: number[] = [];
    const cpuMs: number[] = [];
    let loss = Number.NaN;
    for (let step = 0; step < count; step++) {
      const cpu = process.cpuUsage();
      const startedAt = performance.now();
      loss = await opened().contender.iterate();
      wallMs.push(performance.now() - startedAt);
      const { user, system } = process.cpuUsage(cpu);
      cpuMs.push((user + system) / 1000);
    }
    opened().device.check();
    return { wallMs, cpuMs, loss };
  },

  peak(): Peak {
    const { memory, device } = opened();
    return { ...memory.peak(), allocatedBytes: device.memory().allocatedBytes };
  },

  /** The engine's contender only: what one more iteration holds at its peak beside what it found, and the least it could. */
  async memory(size: Size): Promise<Floor & { readonly heldBytes: number; readonly peakBytes: number }> {
    const { problem, contender, memory } = opened();
    // Before the watch is read: the operators made to be asked must not count.
    const floor = passFloor(problem, tapsOfRecipe(problem.recipe), size);
    const heldBytes = memory.live().tensorBytes;
    memory.reset();
    await contender.iterate();
    return { ...floor, heldBytes, peakBytes: memory.peak().tensorBytes };
  },

  /** The engine's contender only, on WASM: `count` steps with every kernel timed. */
  async layers({ width, height, count }: Size & { readonly count: number }): Promise<LayerTimes> {
    await openNodeDevice('wasm');
    return timeLayers(await openProblem({ width, height }), count);
  },
};

export type StyleHandlers = typeof handlers;
serve(handlers);
