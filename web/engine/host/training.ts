/**
 * One training on this device: the networks it needs, the steps one by one between which runs get their turn, and what is
 * handed out on the way. Its state is plain arrays: when the device fails it goes on from there on another.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import { weightsHash } from '../../../shared/hash';
import { limits } from '../../../shared/limits';
import type { WeightsManifest } from '../../../shared/manifest';
import type { BackendName, Pixels, Progress, TrainListener, TrainRequest, TrainResult } from '../api';
import { cropMiddle } from '../images/margin';
import { pixelsOf, rasterOf, readRaster, tensorOf } from '../images/pictures';
import type { Network } from '../network/network';
import { toLattice } from '../techniques/fast/lattice';
import { fastMargin } from '../techniques/fast/run';
import { decodeCheckpoint, encodeCheckpoint } from '../train/checkpoint';
import { PerceptualGradient } from '../train/gradient';
import type { TrainOptions } from '../train/options';
import { type BaseNetwork, balanced, learnedNumbers, meanStart, nearestStart, ownTrainOptions } from '../train/own';
import { photosOfPixels } from '../train/photos';
import type { GradientSource } from '../train/sources';
import { startTraining, type TrainState, train, trainedParameters } from '../train/trainer';
import { canvasOf, noiseShare } from '../transformer/noise';
import { gatherParameters } from '../transformer/parameters';
import { Transformer } from '../transformer/transformer';
import type { Parameters } from '../weights';
import { abortable } from './abortable';
import { checkTraining } from './inputs';
import type { OpenDevice } from './localEngine';
import { asComputeError } from './memory';
import type { NetworkParts } from './networks';
import type { SerialQueue } from './queue';
import type { HostRunControl } from './runControl';
import { type RunParts, untilLost } from './runTechnique';
import { shrinkToSize } from './shrink';

/** What a training has of its host. */
export interface TrainingHost {
  readonly parts: NetworkParts & Pick<RunParts, 'targetsFromImage'>;
  /** Whoever makes or frees tensors holds it. */
  readonly tensors: SerialQueue;
  open(exclude: readonly BackendName[]): Promise<OpenDevice>;
  /** Closes a device that failed. */
  abandon(open: OpenDevice): Promise<void>;
}

/** Weights and what was learned so far: all that outlives a device. */
interface Material {
  readonly base: BaseNetwork;
  readonly perceptual: { readonly manifest: WeightsManifest; readonly parameters: Parameters };
  readonly options: TrainOptions;
  readonly request: TrainRequest;
}

export class HostTraining {
  #state: TrainState | undefined;
  /** A checkpoint was asked for, whatever the clock says. */
  #asked = false;
  readonly #handedOut = { checkpoint: performance.now(), samples: Number.NEGATIVE_INFINITY };
  #samplesTaken = true;
  /** When the last steps ended, pauses left out. */
  #times: number[] = [];

  constructor(
    private readonly host: TrainingHost,
    private readonly control: HostRunControl,
    private readonly listener: TrainListener,
  ) {}

  pause(): void {
    this.control.pause();
    // Now, and again after the step that is under way: the page may be closed while it is paused.
    this.#asked = true;
    if (this.#state) this.#handCheckpoint(this.#state, true);
  }

  /** @throws ReverieError what the weights, the device or the options say; `aborted` before the first step */
  async run(request: TrainRequest): Promise<TrainResult> {
    const { control } = this;
    checkTraining(request);
    control.report({ phase: 'device', step: 0, steps: 1 });
    const exclude = new Set<BackendName>();
    let failures = 0;
    let material: Material | undefined;
    for (;;) {
      const open = await abortable(this.host.open([...exclude]), control.signal);
      control.report({ phase: 'device', step: 1, steps: 1 });
      try {
        material ??= await this.#gather(request);
        return await this.#onDevice(open, material);
      } catch (cause) {
        const error = asComputeError(cause);
        const ofDevice = error.code === 'device-lost' || error.code === 'out-of-memory';
        if (!ofDevice || control.signal.aborted || ++failures > limits.device.maxRecoveries) throw error;
        if (error.code === 'out-of-memory' || failures > 1) exclude.add(open.device.report.backend);
        await this.host.abandon(open);
        control.recover();
      }
    }
  }

  async #gather(request: TrainRequest): Promise<Material> {
    const { signal } = this.control;
    const onProgress = (progress: Omit<Progress, 'phase'>) => this.control.report({ phase: 'weights', ...progress });
    // Copies of its own: what the shelf keeps for runs is let go when other networks are used.
    const load = (id: string) => this.host.parts.loadWeights(id, { signal, onProgress });
    const [fast, perceptual] = [await load(request.network), await load(request.perceptual)];
    const { transformer } = fast.manifest;
    if (!transformer) throw new ReverieError('network-unknown', `${request.network} is not a network that paints.`);
    const base: BaseNetwork = {
      ...{ id: request.network, weights: await weightsHash(fast.manifest), configuration: transformer },
      parameters: gatherParameters(transformer, fast.parameters),
    };
    return { base, perceptual, options: ownTrainOptions(request.options, base), request };
  }

  async #onDevice(open: OpenDevice, material: Material): Promise<TrainResult> {
    try {
      this.#state ??= await this.#start(open, material);
      const begun = this.#state;
      return await this.#withSource(open, material, begun.options, (source) =>
        this.#goOn(open, material, begun, source),
      );
    } finally {
      if (open.alive) open.device.trim();
    }
  }

  async #goOn(open: OpenDevice, material: Material, begun: TrainState, source: GradientSource): Promise<TrainResult> {
    const { base, options, request } = material;
    await this.#handSamples(open, material, begun, true);
    const began = { step: begun.step + 1, at: 0, paused: 0 };
    this.#times = [];
    const last = await train(begun, request.photos.length, [source], {
      onStep: async (state) => {
        this.#state = state;
        if (state.step === began.step) {
          began.at = performance.now();
          began.paused = this.control.pausedMs;
        }
        this.#report(state);
        this.#handCheckpoint(state, false);
        await this.#handSamples(open, material, state);
        return this.control.proceed();
      },
    });
    this.control.throwIfFailed();
    if (last.step === 0) throw new ReverieError('aborted', 'Cancelled before the first step.');
    const elapsed = performance.now() - began.at - (this.control.pausedMs - began.paused);
    await this.#handSamples(open, material, last, true);
    const { styles: _, ...transformer } = base.configuration;
    return {
      style: {
        ...{ network: base.id, weights: base.weights, transformer },
        ...{ trains: options.trains, values: learnedNumbers(last) },
      },
      checkpoint: this.#handCheckpoint(last, true),
      steps: last.step,
      complete: last.step >= options.steps,
      msPerStep: last.step > began.step ? elapsed / (last.step - began.step) : Number.NaN,
      device: open.device.report,
    };
  }

  /** Where the checkpoint says, or at the nearest of the network's styles. */
  async #start(open: OpenDevice, material: Material): Promise<TrainState> {
    const { base, options, request } = material;
    if (request.checkpoint) {
      // For its filters, which the checkpoint may have left out.
      const whole = meanStart(base, options);
      const kept = decodeCheckpoint(request.checkpoint, whole);
      const same = kept.options.from === base.weights && kept.options.trains === options.trains;
      if (same && JSON.stringify(kept.options.network) === JSON.stringify(options.network)) {
        // The balance that it began with.
        return { ...kept, options: { ...options, strength: kept.options.strength } };
      }
      throw new ReverieError(
        'training-file-invalid',
        `This training began from another network than ${base.id} is now.`,
      );
    }
    if (request.start === 'mean') return startTraining(options, meanStart(base, options));
    const tried = (done: number, of: number) => {
      this.control.report({ phase: 'style', step: done, steps: of });
      return this.control.proceed();
    };
    const nearest = await this.#withSource(open, material, options, (source) =>
      nearestStart(base, options, request.photos.length, source, tried),
    );
    return startTraining(balanced(options, nearest), nearest.start);
  }

  async #withSource<T>(
    open: OpenDevice,
    material: Material,
    options: TrainOptions,
    work: (source: GradientSource) => Promise<T>,
  ): Promise<T> {
    const { source, dispose } = await this.#openSource(open, material, options);
    try {
      return await work(source);
    } finally {
      await this.host.tensors.add(async () => dispose());
    }
  }

  async #openSource(open: OpenDevice, { perceptual, request }: Material, options: TrainOptions) {
    const { parts, tensors } = this.host;
    let made: { network: Network; source: PerceptualGradient } | undefined;
    const dispose = () => {
      if (!open.alive) return;
      made?.source.dispose();
      made?.network.dispose();
    };
    const source = await tensors.add(async () => {
      if (!open.alive) await open.lost;
      const network = parts.createNetwork(perceptual) as Network;
      const painting = parts.targetsFromImage(shrinkToSize(request.painting, options.styleSize));
      const photos = photosOfPixels(request.photos.map((photo) => shrinkToSize(photo, limits.train.photoSide)));
      const opened = await PerceptualGradient.create(options, network, photos, [painting]);
      made = { network, source: opened };
      return opened;
    }, this.control.signal);
    const scoped: GradientSource = {
      gradient: (parameters, samples) => this.#compute(open, () => source.gradient(parameters, samples)),
    };
    return { source: scoped, dispose };
  }

  /** One piece of work on the device, with what it leaves behind freed; runs get their turn before and after. */
  #compute<T>(open: OpenDevice, work: () => Promise<T>): Promise<T> {
    return this.host.tensors.add(async () => {
      if (!open.alive) await open.lost;
      tf.engine().startScope('training');
      try {
        const result = await untilLost(work(), open.lost);
        open.device.check();
        return result;
      } finally {
        tf.engine().endScope();
      }
    });
  }

  #report(state: TrainState): void {
    const { step, options, losses } = state;
    const last = losses.at(-1);
    // Over the last steps, so that it follows a device that warms up, slows down, or paints beside.
    this.#times.push(performance.now() - this.control.pausedMs);
    if (this.#times.length > pace) this.#times.shift();
    const [first = 0] = this.#times;
    const steps = this.#times.length - 1;
    const msPerStep = steps > 0 ? ((this.#times.at(-1) ?? 0) - first) / steps : undefined;
    this.control.report({
      ...{ phase: 'optimise', step, steps: options.steps },
      ...(last && { losses: last, loss: last.content + last.style + last.variation }),
      ...(msPerStep !== undefined && { msPerStep }),
    });
  }

  #handCheckpoint(state: TrainState, now: boolean): Uint8Array<ArrayBuffer> {
    const { listener } = this;
    const due = performance.now() - this.#handedOut.checkpoint >= limits.train.checkpointIntervalMs;
    if (!now && !(listener.onCheckpoint && (due || this.#asked))) return none;
    if (!now) this.#asked = false;
    this.#handedOut.checkpoint = performance.now();
    const bytes = encodeCheckpoint(state);
    // A copy, because whoever takes it may transfer it on.
    listener.onCheckpoint?.(bytes.slice(), state.step);
    return bytes;
  }

  async #handSamples(open: OpenDevice, { request }: Material, state: TrainState, now = false): Promise<void> {
    const { samples = [] } = request;
    const { listener } = this;
    const due = performance.now() - this.#handedOut.samples >= limits.train.sampleIntervalMs;
    if (!listener.onSamples || samples.length === 0 || !(now || (due && this.#samplesTaken))) return;
    const painted = await this.#compute(open, () => paintSamples(state, samples));
    this.#handedOut.samples = performance.now();
    this.#samplesTaken = false;
    Promise.resolve(listener.onSamples(painted, state.step))
      .catch((cause: unknown) => this.control.fail(ReverieError.from(cause)))
      .finally(() => {
        this.#samplesTaken = true;
      });
  }
}

/** Steps over which the time of one is measured. */
const pace = 20;

const none = new Uint8Array();

async function paintSamples(state: TrainState, samples: readonly Pixels[]): Promise<Pixels[]> {
  const { network } = state.options;
  const transformer = new Transformer(network, trainedParameters(state));
  const vector = transformer.blend(network.styles.map((_, i) => (i === 0 ? 1 : 0)));
  const painted: Pixels[] = [];
  for (const sample of samples) {
    const photo = rasterOf(shrinkToSize(sample, limits.train.sampleSide));
    const image = tensorOf(canvasOf(toLattice(photo, fastMargin), network, state.options.seed, noiseShare(network, 0)));
    const output = transformer.paint(image, vector);
    painted.push(pixelsOf(cropMiddle(await readRaster(output), photo.width, photo.height)));
    tf.dispose([image, output]);
  }
  transformer.dispose();
  return painted;
}
