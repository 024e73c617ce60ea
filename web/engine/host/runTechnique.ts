/** One attempt at a run: targets from the styles, and the technique itself under a tensor scope. */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import type { Preset, StyleStatistics } from '../../../shared/preset';
import { type Recipe, styleSizeOf, stylesOf } from '../../../shared/recipe';
import type { Pixels, RunRequest } from '../api';
import type { Network } from '../network/network';
import type { StyleTargets } from '../techniques/style/targets';
import type { Technique, TechniqueResult } from '../techniques/technique';
import type { Attempt } from './attempt';
import type { LoadedStyle } from './loading';
import { asComputeError } from './memory';
import { halveTo } from './shrink';

/** How long a technique whose device was lost may take to notice, milliseconds. */
const lostGraceMs = 2_000;

export interface RunParts {
  targetsFromPreset(preset: Preset, statistics: StyleStatistics, blob: ArrayBuffer): StyleTargets;
  targetsFromImage(pixels: Pixels): StyleTargets;
}

export interface TechniqueRun {
  readonly technique: Technique;
  readonly recipe: Recipe;
  readonly network: Network;
  readonly inputs: RunRequest['inputs'];
  readonly styles: readonly LoadedStyle[];
  readonly control: Attempt;
  /** What an attempt before it has kept. */
  readonly resume: unknown;
  readonly trim: () => void;
  /** Rejects when the device is lost. */
  readonly lost: Promise<never>;
}

/**
 * Every tensor that is made on the way and not freed is freed at the end, whatever the end is.
 * @throws ReverieError `aborted` when cancelled before there was an image; what the technique throws.
 */
export async function runTechnique(parts: RunParts, run: TechniqueRun): Promise<TechniqueResult> {
  const { technique, recipe, network, inputs, control, resume, trim, lost } = run;
  tf.engine().startScope('run');
  try {
    const { length } = run.styles;
    control.report({ phase: 'style', step: 0, steps: length });
    const styles = run.styles.map((style) =>
      'pixels' in style
        ? parts.targetsFromImage(halveTo(style.pixels, styleSizeOf(recipe)))
        : parts.targetsFromPreset(style.preset, style.statistics, style.blob),
    );
    const running = technique.run({
      ...{ recipe, network, styles, control, resume, trim },
      ...{ content: inputs.content, masks: masksByStyle(recipe, inputs), start: inputs.start, guide: inputs.guide },
      ...{ own: inputs.own },
    });
    const result = await untilLost(running, lost);
    // The last step may have gone wrong after the technique last asked.
    control.throwIfFailed();
    // Nothing was painted yet: what came back is only where it would have started.
    if (!result.complete && result.steps === 0)
      throw new ReverieError('aborted', 'Cancelled before there was an image.');
    if (result.losses.some(({ loss }) => !Number.isFinite(loss))) {
      throw new ReverieError(
        'numeric-failure',
        'The picture is not a number any more. Try a smaller size or strength.',
      );
    }
    return result;
  } catch (cause) {
    // A device that dies mid-read fails the read first; the loss itself is the better reason.
    throw await lostReason(lost, asComputeError(cause));
  } finally {
    tf.engine().endScope();
  }
}

function masksByStyle(recipe: Recipe, { masks = [] }: RunRequest['inputs']): (Pixels | null)[] {
  const next = masks.values();
  return stylesOf(recipe).map(({ mask }) => (mask === undefined ? null : (next.next().value ?? null)));
}

/** Settles as `running` does, or rejects when the device is lost and `running` has had time to notice. */
export function untilLost<T>(running: Promise<T>, lost: Promise<never>): Promise<T> {
  return Promise.race([running, lost]).catch(async (cause: unknown) => {
    await settledWithin(running, lostGraceMs);
    throw cause;
  });
}

async function settledWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise.then(noop, noop), timeout]);
  clearTimeout(timer);
}

/** `error`, unless the device was lost: reads in flight may reject a moment before the loss is announced. */
async function lostReason(lost: Promise<never>, error: ReverieError): Promise<ReverieError> {
  if (error.code !== 'internal') return error;
  const soon = new Promise<ReverieError>((resolve) => setTimeout(() => resolve(error), 50));
  return Promise.race([lost.catch((cause: unknown) => ReverieError.from(cause, 'device-lost')), soon]);
}

function noop(): void {}
