/** The process of one backend: takes steps of techniques, with the baselines in turn between them. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../../../web/engine/api';
import type { Device } from '../../../web/engine/device';
import { submit } from '../../../web/engine/device/webgpu/dispatch';
import { Transformer } from '../../../web/engine/transformer/transformer';
import { openNodeDevice } from '../../nodeGpu';
import { serve } from '../child/serve';
import { readShippedNetwork, type ShippedNetwork } from '../fast/network';
import { MemoryWatch } from '../style/memory';
import { openProblem, type Problem, type Size } from '../style/problem';
import { type Baselines, networkBaselines, transformerBaselines } from './baselines';
import { floorOf } from './floors';
import { type Watch, watchForward } from './forwardWatch';
import { type Opened, subjectOf } from './subjects';

export interface OpenRequest {
  readonly backend: BackendName;
  /** Width of the photo; it is three quarters as high. */
  readonly width: number;
}

export interface MeasureRequest {
  readonly name: string;
  /** Steps that are counted, after those that warm up. */
  readonly rounds: number;
  readonly warmUps: number;
  /** How often the stock baseline takes its turn; it is slow. */
  readonly stockRounds: number;
  /** After so long the round that is under way is the last; one is always counted. */
  readonly atMostMs: number;
}

export interface Measured {
  /** Milliseconds, one entry per round; fewer than were asked for where time was up. */
  readonly step: readonly number[];
  readonly bare: readonly number[];
  /** Shorter than the others. */
  readonly stock: readonly number[];
  /** Bytes of tensors at the peak of a step beside those held between steps. */
  readonly peakBytes: number;
  readonly heldBytes: number;
  readonly floorBytes: number;
  /** Of what the network was given. */
  readonly seen: Size;
}

interface State extends Opened {
  readonly device: Device;
  readonly memory: MemoryWatch;
  readonly shipped: ShippedNetwork;
}

let state: State | null = null;

const handlers = {
  async open({ backend, width }: OpenRequest): Promise<{ readonly description: string }> {
    tf.env().set('PROD', true);
    const device = await openNodeDevice(backend);
    const memory = new MemoryWatch();
    const problem = await openProblem({ width, height: (3 * width) / 4 });
    const shipped = await readShippedNetwork();
    const transformer = new Transformer(shipped.configuration, shipped.parameters);
    state = { device, memory, problem, shipped, transformer };
    return { description: device.report.description };
  },

  async measure({ name, rounds, warmUps, stockRounds, atMostMs }: MeasureRequest): Promise<Measured> {
    if (!state) throw new Error('Open a backend first.');
    const { device, memory, problem, shipped } = state;
    const times = { step: [] as number[], bare: [] as number[], stock: [] as number[] };
    const network = watchForward();
    let baselines: Baselines | null = null;
    let [taken, peakBytes, heldBytes] = [0, 0, memory.live().tensorBytes];
    let startedAt = performance.now();
    const begunAt = startedAt;
    memory.reset();
    const onStep = async (): Promise<boolean> => {
      await finished();
      const ms = performance.now() - startedAt;
      const peak = memory.peak().tensorBytes - heldBytes;
      baselines ??= await baselinesOf(network, problem, shipped);
      const counts = taken++ >= warmUps;
      const bare = await timed(baselines.bare);
      if (counts) {
        times.step.push(ms);
        times.bare.push(bare);
        peakBytes = Math.max(peakBytes, peak);
        if (times.stock.length < stockRounds) times.stock.push(await timed(baselines.stock));
      }
      heldBytes = memory.live().tensorBytes;
      memory.reset();
      startedAt = performance.now();
      const late = startedAt - begunAt > atMostMs;
      return times.step.length < (late ? 1 : rounds);
    };
    try {
      await subjectOf(name, state, warmUps + rounds)(onStep);
      device.check();
      const { width = 0, height = 0 } = network.painted() ?? network.last() ?? {};
      return { ...times, peakBytes, heldBytes, floorBytes: floorOf(name, state, network), seen: { width, height } };
    } finally {
      network.stop();
    }
  },
};

function baselinesOf(network: Watch, problem: Problem, shipped: ShippedNetwork): Promise<Baselines> {
  const [pass, painted] = [network.last(), network.painted()];
  if (painted) return transformerBaselines(shipped, painted);
  if (!pass) throw new Error('The technique never asked a network.');
  return networkBaselines(problem, pass);
}

async function timed(run: () => void): Promise<number> {
  const startedAt = performance.now();
  run();
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

export type TechniqueHandlers = typeof handlers;
serve(handlers);
