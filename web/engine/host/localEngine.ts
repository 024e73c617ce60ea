/**
 * The engine in place, over parts that it is given: opens the device when it is first needed, keeps the
 * networks, runs one recipe after another and leaves no tensor behind. What the parts really are is
 * `engine.ts`; tests give others.
 */
import { ReverieError } from '../../../shared/errors';
import { checkPictureSize, type Size } from '../../../shared/pictureSize';
import { contentSizeOf, parseRecipe, type Recipe, stylesOf } from '../../../shared/recipe';
import type {
  BackendName,
  DeviceReport,
  Engine,
  MemoryEstimate,
  Progress,
  Run,
  RunListener,
  RunRequest,
  RunResult,
  Training,
  TrainListener,
  TrainRequest,
} from '../api';
import { assertSuits, type Technique, type TechniqueResult } from '../techniques/technique';
import { abortable } from './abortable';
import { Attempt } from './attempt';
import { checkInputs, checkOwnStyles, checkRunSize } from './inputs';
import { Keeper, type Pace } from './keeper';
import { loadForRun, type PresetParts } from './loading';
import { assertFits, estimateMemory } from './memory';
import { type NetworkParts, NetworkShelf } from './networks';
import { SerialQueue } from './queue';
import { recordOf } from './record';
import { Recovery } from './recovery';
import { HostRunControl } from './runControl';
import { type RunParts, runTechnique, type TechniqueRun } from './runTechnique';
import { HostTraining } from './training';
import { Matte, opaqueInputs } from './transparency';

/** What the host needs of a device; `device/index.ts` has more. */
export interface HostDevice {
  readonly report: DeviceReport;
  memoryBudget(): number;
  memory(): { readonly tensors: number; readonly bytes: number };
  /** With `device-lost` or `out-of-memory`. */
  onLost(callback: (error: ReverieError) => void): void;
  /** Throws what `onLost` is about to say: a validation error of WebGPU makes no read fail. */
  check(): void;
  /** Gives pooled buffers back. */
  trim(): void;
  dispose(): void | Promise<void>;
}

export interface EngineParts extends NetworkParts, PresetParts, RunParts {
  /** @param exclude backends that failed in mid-run */
  openDevice(exclude?: readonly BackendName[]): Promise<HostDevice>;
  techniqueOf(recipe: Recipe): Technique;
  clearStorage(): Promise<void>;
  /** How often a run keeps where it is; as `limits.run` says when absent. */
  readonly pace?: Pace;
}

/** What an attempt computes, and on which device. */
interface Job extends Pick<TechniqueRun, 'recipe' | 'inputs' | 'styles' | 'control' | 'resume'> {
  readonly open: OpenDevice;
}

export interface OpenDevice {
  readonly device: HostDevice;
  /** Rejects when the device is lost, and never resolves. */
  readonly lost: Promise<never>;
  alive: boolean;
}

export class LocalEngine implements Engine {
  readonly #runs = new SerialQueue();
  /** Whoever makes or frees tensors holds this: TensorFlow.js has one scope stack for all. */
  readonly #tensors = new SerialQueue(Number.POSITIVE_INFINITY);
  readonly #shelf: NetworkShelf;
  readonly #controls = new Set<HostRunControl>();
  #active: HostRunControl | undefined;
  #training: HostRunControl | undefined;
  #opening: Promise<OpenDevice> | undefined;
  #current: OpenDevice | undefined;
  /** The lost device's remains being cleared away; a fresh one opens after that. */
  #closing: Promise<void> = Promise.resolve();
  #disposed = false;

  constructor(private readonly parts: EngineParts) {
    this.#shelf = new NetworkShelf(parts);
  }

  async device(): Promise<DeviceReport> {
    return (await this.#open()).device.report;
  }

  async prepare(id: string, onProgress?: (progress: Progress) => void) {
    this.#assertUsable();
    const { manifest } = await this.#shelf.load(id, {
      signal: new AbortController().signal,
      onProgress: (progress) => onProgress?.({ phase: 'weights', ...progress }),
    });
    return manifest;
  }

  async estimate(value: Recipe, content: Size): Promise<MemoryEstimate> {
    const recipe = parseRecipe(value);
    checkPictureSize(content, 'The photo');
    checkRunSize(content, contentSizeOf(recipe));
    const { device } = await this.#open();
    await this.prepare(recipe.network);
    const held = this.#shelf.peek(recipe.network);
    const network = held ?? (await this.#tensors.add(async () => this.#shelf.open(recipe.network)));
    const technique = this.parts.techniqueOf(recipe);
    assertSuits(technique, network, recipe.network);
    return estimateMemory({ technique, recipe, network, content, budgetBytes: device.memoryBudget() });
  }

  run(request: RunRequest, listener: RunListener = {}): Run {
    const control = new HostRunControl({ listener, memoryBytes: () => this.#current?.device.memory().bytes });
    this.#controls.add(control);
    const result = this.#runs
      .add(() => this.#execute(request, control), control.signal)
      .finally(() => this.#controls.delete(control));
    // Whoever cancels or disposes may not look at the result any more; that is no uncaught error.
    result.catch(() => {});
    return {
      result,
      pause: () => control.pause(),
      resume: () => control.resume(),
      cancel: () => control.cancel(),
    };
  }

  train(request: TrainRequest, listener: TrainListener = {}): Training {
    const control = new HostRunControl({ listener, memoryBytes: () => this.#current?.device.memory().bytes });
    const training = new HostTraining(
      {
        ...{ parts: this.parts, tensors: this.#tensors },
        open: (exclude) => this.#open(exclude),
        abandon: (open) => this.#abandon(open),
      },
      control,
      listener,
    );
    const result = this.#alone(control, () => training.run(request));
    result.catch(() => {});
    return {
      result,
      pause: () => training.pause(),
      resume: () => control.resume(),
      cancel: () => control.cancel(),
    };
  }

  async clearStorage(): Promise<void> {
    await this.parts.clearStorage();
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const control of this.#controls) control.cancel();
    const opening = this.#opening;
    this.#opening = undefined;
    this.#current = undefined;
    await this.#tensors.add(async () => {
      this.#shelf.clear();
      const open = await opening?.catch(() => undefined);
      await open?.device.dispose();
    });
  }

  /** @throws ReverieError `busy` when a training is under way */
  async #alone<T>(control: HostRunControl, train: () => Promise<T>): Promise<T> {
    this.#assertUsable();
    if (this.#training) throw new ReverieError('busy', 'A training is under way already; wait for it, or stop it.');
    this.#training = control;
    this.#controls.add(control);
    try {
      return await train();
    } finally {
      this.#training = undefined;
      this.#controls.delete(control);
      control.end();
    }
  }

  async #execute(request: RunRequest, control: HostRunControl): Promise<RunResult> {
    this.#active = control;
    try {
      this.#assertUsable();
      const recipe = parseRecipe(request.recipe);
      checkInputs(request.inputs, recipe);
      control.report({ phase: 'device', step: 0, steps: 1 });
      const inputs = opaqueInputs(request.inputs, recipe);
      const matte = new Matte(this.parts.techniqueOf(recipe), recipe, request.inputs.content, inputs.content);
      control.dressPreviews((pixels, frame) => matte.lay(pixels, frame));
      const { result: opaque, startedAt, ...made } = await this.#recovering(recipe, inputs, control);
      const elapsedMs = performance.now() - startedAt - control.pausedMs;
      control.report({ phase: 'finish', step: 0, steps: 1 });
      const bare = opaque.frames ?? [];
      const frames = bare.map((frame, i) => ({ ...frame, pixels: matte.lay(frame.pixels, i, bare.length) }));
      const result = { ...opaque, pixels: matte.lay(opaque.pixels, null, bare.length), frames };
      const record = await recordOf({ ...made, inputs: { ...inputs, content: matte.photo }, result, elapsedMs });
      control.report({ phase: 'finish', step: 1, steps: 1 });
      const { pixels, complete, gram } = result;
      return { pixels, frames, ...(gram && { gram }), record, complete };
    } finally {
      this.#active = undefined;
      control.end();
    }
  }

  /**
   * Attempt after attempt until one is through: a failed device costs what was done since the last state was kept. When
   * nothing is left to try, or the run is cancelled between attempts, the last image is what it comes to.
   */
  async #recovering(wanted: Recipe, inputs: RunRequest['inputs'], control: HostRunControl) {
    const recovery = new Recovery(wanted, this.parts.techniqueOf(wanted));
    const { troubles } = recovery;
    const keeper = new Keeper(this.parts.pace);
    let startedAt: number | undefined;
    let last: { readonly weights: string; readonly device: DeviceReport } | undefined;
    for (;;) {
      const { recipe } = recovery;
      let open: OpenDevice | undefined;
      let attempt: Attempt | undefined;
      let computing = false;
      try {
        open = await abortable(this.#open([...recovery.exclude]), control.signal);
        control.device(open.device.report);
        control.report({ phase: 'device', step: 1, steps: 1 });
        const { weights, styles } = await loadForRun(this.#shelf, this.parts, {
          network: recipe.network,
          styles: stylesOf(recipe),
          images: inputs.styles ?? [],
          signal: control.signal,
          report: (progress) => control.report(progress),
        });
        checkOwnStyles(inputs.own, recipe.network, weights.hash);
        last = { weights: weights.hash, device: open.device.report };
        // Downloads do not count; what a first attempt took does.
        startedAt ??= performance.now() - control.pausedMs;
        const { device } = open;
        attempt = new Attempt(control, keeper, () => device.check());
        const job = { recipe, inputs, styles, open, control: attempt, resume: keeper.kept?.state };
        const begin = () => {
          computing = true;
        };
        const result = await this.#tensors.add(() => this.#compute(job, begin), control.signal);
        return { recipe, troubles, startedAt, ...last, result };
      } catch (cause) {
        attempt?.close();
        const error = ReverieError.from(cause);
        const { kept } = keeper;
        // A run that was refused for its size before it began stays refused.
        const refused = error.code === 'out-of-memory' && !computing && troubles.length === 0;
        if (open && attempt && !refused && !control.signal.aborted) {
          if (recovery.follows(error, open.device.report.backend, kept?.step ?? 0)) {
            await this.#abandon(open);
            control.recover();
            control.report({ phase: 'device', step: 0, steps: 1 });
            continue;
          }
        }
        // Without any device left, what went wrong first says more than that.
        const reason = open || !troubles[0] ? error : ReverieError.fromRecord(troubles[0]);
        if (!kept || !last || startedAt === undefined) throw reason;
        const failure = control.signal.aborted ? undefined : reason.toRecord();
        return { recipe, troubles, startedAt, ...last, failure, result: { ...kept.result(), complete: false } };
      }
    }
  }

  /** Closes a device that failed, if its loss has not done so already. */
  async #abandon(open: OpenDevice): Promise<void> {
    if (open.alive) {
      open.alive = false;
      this.#current = undefined;
      this.#opening = undefined;
      this.#closing = this.#tensors.add(() => this.#clearAway(open.device));
    }
    await this.#closing;
  }

  async #compute({ open, ...job }: Job, begin: () => void): Promise<TechniqueResult> {
    const { recipe, inputs, control } = job;
    // Lost between the phases: there is nothing to run on, and the next run opens a fresh device.
    if (!open.alive) await open.lost;
    control.report({ phase: 'warm-up', step: 0, steps: 1 });
    await control.proceed();
    const network = this.#shelf.open(recipe.network);
    control.report({ phase: 'warm-up', step: 1, steps: 1 });
    const technique = this.parts.techniqueOf(recipe);
    assertSuits(technique, network, recipe.network);
    const budgetBytes = open.device.memoryBudget();
    const content = inputs.content ?? { width: recipe.size, height: recipe.size };
    assertFits(estimateMemory({ technique, recipe, network, content, budgetBytes }), recipe.size);
    begin();
    const { lost, device } = open;
    try {
      const result = await runTechnique(this.parts, { ...job, technique, network, trim: () => device.trim(), lost });
      device.check();
      return result;
    } catch (cause) {
      // What the device has to say is the better reason.
      device.check();
      throw cause;
    } finally {
      if (open.alive) device.trim();
    }
  }

  #open(exclude: readonly BackendName[] = []): Promise<OpenDevice> {
    this.#assertUsable();
    if (this.#opening) return this.#opening;
    const opening = this.#closing.then(async () => {
      const device = await this.parts.openDevice(exclude);
      let lose = (_: ReverieError) => {};
      const lost = new Promise<never>((_, reject) => {
        lose = reject;
      });
      lost.catch(() => {});
      const open: OpenDevice = { device, lost, alive: true };
      device.onLost((error) => {
        if (!open.alive || this.#disposed) return;
        open.alive = false;
        this.#current = undefined;
        this.#active?.fail(error);
        this.#training?.fail(error);
        if (this.#opening === opening) this.#opening = undefined;
        this.#closing = this.#tensors.add(() => this.#clearAway(device));
        lose(error);
      });
      this.#current = open;
      return open;
    });
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    this.#opening = opening;
    return opening;
  }

  async #clearAway(device: HostDevice): Promise<void> {
    this.#shelf.clear();
    try {
      await device.dispose();
    } catch {
      // It is gone already; what matters is that the next one opens.
    }
  }

  #assertUsable(): void {
    if (this.#disposed) throw new ReverieError('aborted', 'The engine was disposed of.');
  }
}
