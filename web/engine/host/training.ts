/**
 * One training on this device: the networks it needs, the steps one by one between which runs get their turn, and what is
 * handed out on the way. Its state is plain arrays: when the device fails it goes on from there on another.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import { weightsHash } from '../../../shared/hash';
import { limits } from '../../../shared/limits';
import type { WeightsManifest } from '../../../shared/manifest';
import type { Pixels, Progress, TrainListener, TrainRequest, TrainResult } from '../api';
import { cropMiddle } from '../images/margin';
import { pixelsOf, rasterOf, readRaster, tensorOf } from '../images/pictures';
import type { Network } from '../network/network';
import { fastMargin } from '../techniques/fast/run';
import { toLattice } from '../techniques/fast/tiles';
import { decodeCheckpoint, encodeCheckpoint } from '../train/checkpoint';
import { PerceptualGradient } from '../train/gradient';
import type { TrainOptions } from '../train/options';
import { type BaseNetwork, balanced, meanStart, nearestStart, ownNumbers, ownTrainOptions } from '../train/own';
import { photosOfPixels } from '../train/photos';
import type { GradientSource } from '../train/sources';
import { startTraining, type TrainState, train, trainedParameters } from '../train/trainer';
import { canvasOf, noiseShare } from '../transformer/noise';
import { gatherParameters } from '../transformer/parameters';
import { Transformer } from '../transformer/transformer';
import type { Parameters } from '../weights';
import type { JobControl } from './control';
import { type Devices, type OpenDevice, untilLost } from './devices';
import { checkTraining } from './inputs';
import type { NetworkParts } from './networks';
import { type Recoverable, recovering } from './recovery';
import type { RunParts } from './run';
import { shrinkToSize } from './shrink';

/** What a training has of its engine. */
export interface TrainingHost {
  readonly parts: NetworkParts & Pick<RunParts, 'targetsFromImage'>;
  readonly devices: Devices;
}

/** Weights and what was learned so far: all that outlives a device. */
interface Material {
  readonly base: BaseNetwork;
  readonly perceptual: { readonly manifest: WeightsManifest; readonly parameters: Parameters };
  readonly options: TrainOptions;
}

/** @throws ReverieError what the weights, the devices or the options say; `aborted` before the first step */
export async function trainStyle(
  host: TrainingHost,
  request: TrainRequest,
  control: JobControl<TrainListener>,
): Promise<TrainResult> {
  checkTraining(request);
  return recovering(host.devices, control, new StyleTraining(host, request, control));
}

class StyleTraining implements Recoverable<TrainResult> {
  #material: Material | undefined;
  #state: TrainState | undefined;
  /** A checkpoint is due, whatever the clock says. */
  #asked = false;
  /** When the last steps ended, pauses left out. */
  #times: number[] = [];

  constructor(
    private readonly host: TrainingHost,
    private readonly request: TrainRequest,
    private readonly control: JobControl<TrainListener>,
  ) {
    control.onPause = () => {
      // Now, and again after the step that is under way: the page may be closed while it is paused.
      this.#asked = control.heard('onCheckpoint');
      if (this.#state && this.#asked) control.hand('onCheckpoint', encodeCheckpoint(this.#state), this.#state.step);
    };
  }

  get step(): number {
    return this.#state?.step ?? 0;
  }

  async attempt(open: OpenDevice): Promise<TrainResult> {
    this.#material ??= await this.#gather();
    const material = this.#material;
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

  async #gather(): Promise<Material> {
    const { request } = this;
    const { signal } = this.control;
    const onProgress = (progress: Omit<Progress, 'phase'>) => this.control.report({ phase: 'weights', ...progress });
    // Copies of its own: what the shelf keeps for runs is let go when other networks are used.
    const load = (id: string) => this.host.parts.loadWeights(id, { signal, onProgress });
    const [fast, perceptual] = [await load(request.network), await load(request.perceptual)];
    const { transformer } = fast.manifest;
    if (!transformer) throw new ReverieError('network-unknown', `${request.network} is not a network that paints.`);
    const base: BaseNetwork = {
      id: request.network,
      weights: await weightsHash(fast.manifest),
      configuration: transformer,
      parameters: gatherParameters(transformer, fast.parameters),
    };
    return { base, perceptual, options: ownTrainOptions(request.options, base) };
  }

  async #goOn(open: OpenDevice, material: Material, begun: TrainState, source: GradientSource): Promise<TrainResult> {
    const { base, options } = material;
    await this.#handSamples(open, begun, true);
    const began = { step: begun.step + 1, at: 0, paused: 0 };
    this.#times = [];
    const last = await train(begun, this.request.photos.length, [source], {
      onStep: async (state) => {
        this.#state = state;
        if (state.step === began.step) {
          began.at = performance.now();
          began.paused = this.control.pausedMs;
        }
        this.#report(state);
        this.#handCheckpoint(state);
        await this.#handSamples(open, state);
        return this.control.proceed();
      },
    });
    this.control.throwIfFailed();
    if (last.step === 0) throw new ReverieError('aborted', 'Cancelled before the first step.');
    const elapsed = performance.now() - began.at - (this.control.pausedMs - began.paused);
    await this.#handSamples(open, last, true);
    const checkpoint = encodeCheckpoint(last);
    // A copy, because whoever takes it may transfer it on.
    this.control.hand('onCheckpoint', checkpoint.slice(), last.step);
    const { styles: _, ...transformer } = base.configuration;
    return {
      style: {
        network: base.id,
        weights: base.weights,
        transformer,
        trains: options.trains,
        values: ownNumbers(last),
      },
      checkpoint,
      steps: last.step,
      complete: last.step >= options.steps,
      msPerStep: last.step > began.step ? elapsed / (last.step - began.step) : Number.NaN,
      device: open.device.report,
    };
  }

  /** Where the checkpoint says, or at the nearest of the network's styles. */
  async #start(open: OpenDevice, material: Material): Promise<TrainState> {
    const { base, options } = material;
    const { request } = this;
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
      await this.host.devices.tensors.add(async () => dispose());
    }
  }

  async #openSource(open: OpenDevice, { perceptual }: Material, options: TrainOptions) {
    const { host, request } = this;
    let made: { network: Network; source: PerceptualGradient } | undefined;
    const dispose = () => {
      if (!open.alive) return;
      made?.source.dispose();
      made?.network.dispose();
    };
    const source = await host.devices.tensors.add(async () => {
      if (!open.alive) await open.lost;
      const network = host.parts.createNetwork(perceptual) as Network;
      const painting = host.parts.targetsFromImage(shrinkToSize(request.painting, options.styleSize));
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
    return this.host.devices.tensors.add(async () => {
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
      phase: 'optimise',
      step,
      steps: options.steps,
      ...(last && { losses: last, loss: last.content + last.style + last.variation }),
      ...(msPerStep !== undefined && { msPerStep }),
    });
  }

  #handCheckpoint(state: TrainState): void {
    if (!this.#asked && !this.control.wants('onCheckpoint', limits.train.checkpointIntervalMs)) return;
    this.#asked = false;
    this.control.hand('onCheckpoint', encodeCheckpoint(state), state.step);
  }

  async #handSamples(open: OpenDevice, state: TrainState, now = false): Promise<void> {
    const { samples = [] } = this.request;
    const { control } = this;
    const due = now ? control.heard('onSamples') : control.wants('onSamples', limits.train.sampleIntervalMs);
    if (samples.length === 0 || !due) return;
    const painted = await this.#compute(open, () => paintSamples(state, samples));
    control.hand('onSamples', painted, state.step);
  }
}

/** Steps over which the time of one is measured. */
const pace = 20;

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
