/** A run from its recipe to its picture and record: checks, weights, targets, and the technique under a tensor scope. */
import * as tf from '@tensorflow/tfjs-core';
import { type ErrorRecord, ReverieError } from '../../../shared/errors';
import type { WeightsManifest } from '../../../shared/manifest';
import type { Preset, StyleStatistics } from '../../../shared/preset';
import { parseRecipe } from '../../../shared/recipe';
import { styleSizeOf, stylesOf } from '../../../shared/recipe/about';
import type { Trouble } from '../../../shared/record';
import type { Recipe } from '../../../shared/techniques';
import type { DeviceReport, Pixels, Progress, RunListener, RunRequest, RunResult } from '../api';
import { type StyleTargets, targetsFromStatistics } from '../techniques/style/targets';
import { assertSuits, type Technique } from '../techniques/technique';
import type { PrintJob, TechniqueResult } from '../types';
import { compileAhead } from './compileAhead';
import type { JobControl } from './control';
import { type Devices, type OpenDevice, untilLost } from './devices';
import { checkInputs, checkOwnStyles } from './inputs';
import { askedOnce, type LoadedStyle, loadForRun, type PresetParts } from './loading';
import { asComputeError, assertFits, estimateMemory } from './memory';
import type { NetworkParts, NetworkShelf } from './networks';
import { recordOf } from './record';
import { Attempt, Keeper, type Pace, type Recoverable, recovering } from './recovery';
import { halveTo } from './shrink';
import { Matte, opaqueInputs } from './transparency';

export interface RunParts extends PresetParts, Pick<NetworkParts, 'createNetwork'> {
  techniqueOf(recipe: Recipe): Technique;
  targetsFromPreset(preset: Preset, statistics: StyleStatistics, blob: ArrayBuffer): StyleTargets;
  targetsFromImage(pixels: Pixels): StyleTargets;
  /** How often a run keeps where it is; as `limits.run` says when absent. */
  readonly pace?: Pace;
}

/** What a run has of its engine. */
export interface RunHost {
  readonly parts: RunParts;
  readonly devices: Devices;
  readonly shelf: NetworkShelf;
}

/** @throws ReverieError what is wrong with the request, the weights or every device; `aborted` without an image */
export async function runRecipe(
  host: RunHost,
  request: RunRequest,
  control: JobControl<RunListener>,
): Promise<RunResult> {
  const recipe = parseRecipe(request.recipe);
  const technique = host.parts.techniqueOf(recipe);
  checkInputs(request.inputs, recipe);
  if (request.inputs.print && !technique.prints) {
    throw new ReverieError('bad-request', `${technique.name} makes no prints.`);
  }
  const inputs = opaqueInputs(request.inputs, recipe);
  const matte = new Matte(technique, recipe, request.inputs.content, inputs.content);
  const run = new RecipeRun(host, control, recipe, inputs, matte);
  // A device that has to open compiles its first shaders while the weights arrive. Whatever goes wrong, the attempt meets it again.
  if (!host.devices.isOpen) void run.load(() => undefined).catch(() => undefined);
  const { result: opaque, ...made } = await recovering(host.devices, control, run);
  const { elapsedMs } = run;
  control.report({ phase: 'finish', step: 0, steps: 1 });
  const bare = opaque.frames ?? [];
  const frames = bare.map((frame, i) => ({ ...frame, pixels: matte.lay(frame.pixels, i, bare.length) }));
  const result = { ...opaque, pixels: matte.lay(opaque.pixels, null, bare.length), frames };
  const record = await recordOf({ ...made, inputs: { ...inputs, content: matte.photo }, result, elapsedMs });
  control.report({ phase: 'finish', step: 1, steps: 1 });
  const { pixels, complete, gram, data } = result;
  return { pixels, frames, ...(gram && { gram }), ...(data && { data }), record, complete };
}

/** What the attempts came to, and with which weights and device. */
interface Made {
  readonly recipe: Recipe;
  readonly weights: string;
  readonly device: DeviceReport;
  readonly troubles: readonly Trouble[];
  readonly failure?: ErrorRecord | undefined;
  readonly result: TechniqueResult;
}

class RecipeRun implements Recoverable<Made> {
  readonly #technique: Technique;
  readonly #keeper: Keeper;
  readonly #presets: PresetParts;
  readonly #printed: PrintJob['done'] = { rows: 0, begun: null };
  #startedAt: number | undefined;
  #last: Pick<Made, 'weights' | 'device'> | undefined;

  constructor(
    private readonly host: RunHost,
    private readonly control: JobControl<RunListener>,
    /** What the next attempt runs. */
    private recipe: Recipe,
    private readonly inputs: RunRequest['inputs'],
    private readonly matte: Matte,
  ) {
    this.#technique = host.parts.techniqueOf(recipe);
    this.#keeper = new Keeper(host.parts.pace);
    this.#presets = askedOnce(host.parts);
  }

  get step(): number {
    return this.#keeper.kept?.step ?? 0;
  }

  /** Computing only: downloads and pauses do not count, attempts that failed do. */
  get elapsedMs(): number {
    return this.#now - (this.#startedAt ?? this.#now);
  }

  get #now(): number {
    return performance.now() - this.control.pausedMs;
  }

  load(
    report: (progress: Progress) => void,
    onManifest?: (manifest: WeightsManifest) => void,
  ): ReturnType<typeof loadForRun> {
    const { control, host, inputs, recipe } = this;
    return loadForRun(host.shelf, this.#presets, {
      network: recipe.network,
      styles: stylesOf(recipe),
      images: inputs.styles ?? [],
      styleSize: styleSizeOf(recipe),
      signal: control.signal,
      report,
      onManifest,
    });
  }

  async attempt(open: OpenDevice, troubles: readonly Trouble[]): Promise<Made> {
    const { control, host, inputs, recipe } = this;
    const { weights, styles } = await this.load(
      (progress) => control.report(progress),
      (manifest) => this.#compileAhead(open, manifest),
    );
    checkOwnStyles(inputs.own, recipe.network, weights.hash);
    const last = { weights: weights.hash, device: open.device.report };
    this.#last = last;
    this.#startedAt ??= this.#now;
    const attempt = new Attempt({
      job: control,
      keeper: this.#keeper,
      check: () => open.device.check(),
      dress: (pixels, frame) => this.matte.lay(pixels, frame),
    });
    try {
      const result = await host.devices.tensors.add(() => this.#compute(open, attempt, styles), control.signal);
      return { recipe, troubles, ...last, result };
    } finally {
      attempt.close();
    }
  }

  /** The run itself, which waits for it, says what is wrong. */
  #compileAhead({ device, alive }: OpenDevice, manifest: WeightsManifest): void {
    const { control, host, recipe } = this;
    if (!alive) return;
    const content = this.inputs.content ?? { width: recipe.size, height: recipe.size };
    const ahead = { device, technique: this.#technique, recipe, content, manifest };
    void host.devices.tensors.add(() => compileAhead(host.parts, ahead), control.signal).catch(() => undefined);
  }

  shrink(): Pick<Trouble, 'tile'> | null {
    const smaller = this.#technique.withSmallerTile?.(this.recipe);
    if (!smaller) return null;
    this.recipe = smaller;
    return 'tile' in smaller ? { tile: smaller.tile } : {};
  }

  salvage(troubles: readonly Trouble[], failure: ErrorRecord | undefined): Made | undefined {
    const { kept } = this.#keeper;
    if (!kept || !this.#last) return undefined;
    return { recipe: this.recipe, troubles, ...this.#last, failure, result: { ...kept.result(), complete: false } };
  }

  async #compute(open: OpenDevice, control: Attempt, styles: readonly LoadedStyle[]): Promise<TechniqueResult> {
    const { inputs, recipe } = this;
    const technique = this.#technique;
    const { device, lost } = open;
    // Lost between the phases: there is nothing to run on, and the next attempt opens a fresh device.
    if (!open.alive) await lost;
    control.report({ phase: 'warm-up', step: 0, steps: 1 });
    await control.proceed();
    const network = this.host.shelf.open(recipe.network);
    control.report({ phase: 'warm-up', step: 1, steps: 1 });
    assertSuits(technique, network, recipe.network);
    const content = inputs.content ?? { width: recipe.size, height: recipe.size };
    assertFits(estimateMemory({ technique, recipe, network, content, device }), recipe.size);
    tf.engine().startScope('run');
    try {
      control.report({ phase: 'style', step: 0, steps: styles.length });
      const running = technique.run({
        recipe,
        network,
        control,
        styles: styles.map((style) => this.#targets(style)),
        content: inputs.content,
        masks: masksByStyle(recipe, inputs),
        start: inputs.start,
        guide: inputs.guide,
        strengthMap: inputs.strengthMap,
        film: inputs.film,
        print: inputs.print && { ...inputs.print, done: this.#printed },
        photos: inputs.photos,
        own: inputs.own,
        resume: this.#keeper.kept?.state,
        trim: () => device.trim(),
      });
      const result = await untilLost(running, lost);
      // The last step may have gone wrong after the technique last asked.
      this.control.throwIfFailed();
      device.check();
      assertPainted(result);
      return result;
    } catch (cause) {
      const reason = await lostReason(lost, asComputeError(cause));
      // What the device has to say is the better one.
      device.check();
      throw reason;
    } finally {
      // Every tensor that was made on the way and not freed, whatever the end is.
      tf.engine().endScope();
      if (open.alive) device.trim();
    }
  }

  #targets(style: LoadedStyle): StyleTargets {
    const { parts } = this.host;
    if ('measured' in style) return targetsFromStatistics(style.measured);
    if ('preset' in style) return parts.targetsFromPreset(style.preset, style.statistics, style.blob);
    return parts.targetsFromImage(halveTo(style.pixels, styleSizeOf(this.recipe)));
  }
}

function masksByStyle(recipe: Recipe, { masks = [] }: RunRequest['inputs']): (Pixels | null)[] {
  const next = masks.values();
  return stylesOf(recipe).map(({ mask }) => (mask === undefined ? null : (next.next().value ?? null)));
}

function assertPainted({ complete, steps, losses }: TechniqueResult): void {
  // Nothing was painted yet: what came back is only where it would have started.
  if (!complete && steps === 0) throw new ReverieError('aborted', 'Cancelled before there was an image.');
  if (losses.every(({ loss }) => Number.isFinite(loss))) return;
  throw new ReverieError('numeric-failure', 'The picture is not a number any more. Try a smaller size or strength.');
}

/** `error`, unless the device was lost: reads in flight may reject a moment before the loss is announced. */
async function lostReason(lost: Promise<never>, error: ReverieError): Promise<ReverieError> {
  if (error.code !== 'internal') return error;
  const soon = new Promise<ReverieError>((resolve) => setTimeout(() => resolve(error), 50));
  return Promise.race([lost.catch((cause: unknown) => ReverieError.from(cause, 'device-lost')), soon]);
}
