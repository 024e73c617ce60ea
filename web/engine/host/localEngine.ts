/**
 * The engine in place, over parts that it is given: opens the device when it is first needed, keeps the
 * networks, runs one recipe after another and leaves no tensor behind. What the parts really are is
 * `engine.ts`; tests give others.
 */
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { contentSizeOf, parseRecipe, type Recipe, stylesOf } from '../../../shared/recipe';
import type {
  BackendName,
  DeviceReport,
  Engine,
  MemoryEstimate,
  Progress,
  Run,
  RunListener,
  RunRecord,
  RunRequest,
  RunResult,
  Training,
  TrainListener,
  TrainRequest,
} from '../api';
import { assertSuits, type Technique } from '../techniques/technique';
import { abortable } from './abortable';
import { checkInputs, checkLearned, checkRunSize, checkSize, type Size } from './inputs';
import { loadForRun, type PresetParts } from './loading';
import { assertFits, estimateMemory } from './memory';
import { type NetworkParts, NetworkShelf } from './networks';
import { SerialQueue } from './queue';
import { HostRunControl } from './runControl';
import { fillIn, type RunParts, runTechnique } from './runTechnique';
import { HostTraining } from './training';
import { Matte, opaqueInputs } from './transparency';
import { engineVersion } from './version';

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
    checkSize(content, 'The photo');
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
      checkInputs(request.inputs, recipe, !this.#startsFromNothing(recipe));
      control.report({ phase: 'device', step: 0, steps: 1 });
      const inputs = opaqueInputs(request.inputs, recipe);
      const matte = new Matte(this.parts.techniqueOf(recipe), recipe, request.inputs.content, inputs.content);
      control.dressPreviews((pixels, frame) => matte.lay(pixels, frame));
      const { open, weights, result, troubles, startedAt } = await this.#recovering(recipe, inputs, control);
      control.report({ phase: 'finish', step: 0, steps: 1 });
      const { complete, losses, steps, msPerStep, peakBytes } = result;
      const { frames: made = [] } = result;
      const frames = made.map((frame, i) => ({ ...frame, pixels: matte.lay(frame.pixels, i, made.length) }));
      const pixels = matte.lay(result.pixels, null, made.length);
      const record = {
        recipe: await fillIn(recipe, { ...inputs, content: matte.photo }, weights.hash),
        engine: engineVersion,
        device: open.device.report,
        width: pixels.width,
        height: pixels.height,
        losses,
        steps,
        elapsedMs: performance.now() - startedAt - control.pausedMs,
        msPerStep,
        peakBytes,
        ...(troubles.length > 0 ? { troubles } : {}),
      };
      control.report({ phase: 'finish', step: 1, steps: 1 });
      return { pixels, frames, record, complete };
    } finally {
      this.#active = undefined;
      control.end();
    }
  }

  /** Begins again when the device fails: once on the same backend if it was lost, then on another. */
  async #recovering(recipe: Recipe, inputs: RunRequest['inputs'], control: HostRunControl) {
    const troubles: NonNullable<RunRecord['troubles']>[number][] = [];
    const exclude = new Set<BackendName>();
    let startedAt: number | undefined;
    for (;;) {
      const open = await abortable(this.#open([...exclude]), control.signal).catch((cause: unknown) => {
        // No backend is left: what went wrong first says more than that.
        throw troubles[0] ? ReverieError.fromRecord(troubles[0]) : cause;
      });
      control.report({ phase: 'device', step: 1, steps: 1 });
      const { weights, styles } = await loadForRun(this.#shelf, this.parts, {
        network: recipe.network,
        styles: stylesOf(recipe),
        images: inputs.styles ?? [],
        signal: control.signal,
        report: (progress) => control.report(progress),
      });
      checkLearned(inputs.learned, recipe.network, weights.hash);
      // Downloads do not count; what a first attempt took does.
      startedAt ??= performance.now() - control.pausedMs;
      let computing = false;
      const begin = () => {
        computing = true;
      };
      try {
        const compute = () => this.#compute(recipe, inputs, styles, open, control, begin);
        return { open, weights, troubles, startedAt, result: await this.#tensors.add(compute, control.signal) };
      } catch (cause) {
        const error = ReverieError.from(cause);
        const ofDevice = error.code === 'device-lost' || error.code === 'out-of-memory';
        // A run that was refused for its size before it began stays refused.
        const refused = error.code === 'out-of-memory' && !computing;
        if (!ofDevice || refused || control.signal.aborted || troubles.length >= limits.device.maxRecoveries)
          throw cause;
        const { backend } = open.device.report;
        if (error.code === 'out-of-memory' || troubles.some((trouble) => trouble.backend === backend))
          exclude.add(backend);
        troubles.push({ ...error.toRecord(), backend });
        await this.#abandon(open);
        control.recover();
        control.report({ phase: 'device', step: 0, steps: 1 });
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

  async #compute(
    recipe: Recipe,
    inputs: RunRequest['inputs'],
    styles: Awaited<ReturnType<typeof loadForRun>>['styles'],
    open: OpenDevice,
    control: HostRunControl,
    begin: () => void,
  ) {
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
    try {
      const { lost, device } = open;
      const trim = () => device.trim();
      const run = { technique, recipe, network, inputs, styles, control, trim, lost };
      const result = await runTechnique(this.parts, run);
      open.device.check();
      return result;
    } finally {
      if (open.alive) open.device.trim();
    }
  }

  #startsFromNothing(recipe: Recipe): boolean {
    return this.parts.techniqueOf(recipe).startsFromNothing?.(recipe) ?? false;
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
