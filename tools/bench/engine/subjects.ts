/** What is measured: every technique with its defaults, run by its own code, and a step of training. */
import * as tf from '@tensorflow/tfjs-core';
import { parseRecipe } from '../../../shared/recipe';
import { stylesOf } from '../../../shared/recipe/about';
import { recipeVersion } from '../../../shared/recipe/version';
import {
  type Recipe,
  type TechniqueName,
  techniqueNamed,
  techniqueNames,
  techniqueOf as traitsOf,
} from '../../../shared/techniques';
import { transformerDefaults } from '../../../shared/transformer';
import type { Pixels } from '../../../web/engine/api';
import { pixelsOf } from '../../../web/engine/images/pictures';
import type { Network } from '../../../web/engine/network/network';
import { techniqueOf } from '../../../web/engine/techniques';
import { targetsFromImage } from '../../../web/engine/techniques/style/targets';
import { PerceptualGradient } from '../../../web/engine/train/gradient';
import { parseTrainOptions } from '../../../web/engine/train/options';
import { startTraining, train } from '../../../web/engine/train/trainer';
import type { Transformer } from '../../../web/engine/transformer/transformer';
import type { RunControl, TechniqueResult } from '../../../web/engine/types';
import { type Problem, painting, shownStyle } from './problem';

interface Case {
  readonly name: string;
  readonly technique: TechniqueName;
  /** Of the recipe, what is not its default. */
  fields(size: number, steps: number, problem: Problem): object;
  /** Has one step only: pictures are counted. */
  readonly once?: true;
}

const cases: readonly Case[] = [
  {
    name: 'style',
    technique: 'style',
    // The recipe's own, which the tape is held against.
    fields: (_, steps, { recipe }) => ({ ...recipe, schedule: { ...recipe.schedule, firstSteps: steps } }),
  },
  { name: 'dream', technique: 'dream', fields: (_, steps) => ({ octaves: 1, steps }) },
  { name: 'invert', technique: 'invert', fields: (_, steps) => ({ layers: ['relu4_1'], steps }) },
  // From a small sample the pyramid has one size only.
  { name: 'texture', technique: 'texture', fields: (_, steps) => ({ sampleSize: 64, steps }) },
  { name: 'see activations', technique: 'see', fields: () => ({ view: 'activations' }), once: true },
  { name: 'see saliency', technique: 'see', fields: (_, samples) => ({ view: 'saliency', smooth: { samples } }) },
  { name: 'see feature', technique: 'see', fields: (_, steps) => ({ view: 'feature', steps }) },
  { name: 'fast', technique: 'fast', fields: () => ({ styles: [{ style: shownStyle }] }), once: true },
];

const training = 'training';
/** Whether the network of problems, which looks, is one for it: any style's paints, and is the row `any-fast`. */
const looks = (name: TechniqueName) => techniqueNamed(name).network !== 'paints';
/** Every technique, one that has no case of its own by its defaults, and a step of training. */
export const subjectNames: readonly string[] = [
  ...cases.map(({ name }) => name),
  ...techniqueNames.filter((name) => looks(name) && cases.every(({ technique }) => technique !== name)),
  training,
];

/** Called after every step, or every picture where a technique takes one step only. @returns false to stop */
type OnStep = () => Promise<boolean>;
export type Subject = (onStep: OnStep) => Promise<void>;

export interface Opened {
  /** The embedded network, and a photo at the size that is measured. */
  readonly problem: Problem;
  readonly transformer: Transformer;
}

/** @param steps that are taken at least before the technique would end by itself */
export function subjectOf(name: string, opened: Opened, steps: number): Subject {
  if (name === training) return trainingOf(opened, steps);
  const size = Math.max(opened.problem.content.width, opened.problem.content.height);
  const own = cases.find((each) => each.name === name);
  const { technique, once } = own ?? { technique: name as TechniqueName, once: true };
  const recipe = parseRecipe({
    technique,
    version: recipeVersion,
    size,
    ...own?.fields(size, steps, opened.problem),
  } as unknown);
  if (!once) {
    return async (onStep) => {
      await runOnce(opened, recipe, onStep);
    };
  }
  return async (onStep) => {
    do await runOnce(opened, recipe, async () => true);
    while (await onStep());
  };
}

async function runOnce(
  { problem, transformer }: Opened,
  recipe: Recipe,
  onStep: OnStep,
  start?: Pixels,
): Promise<TechniqueResult> {
  const technique = techniqueOf(recipe);
  const { content } = problem;
  const control: RunControl = { proceed: onStep, report: () => {}, wantsPreview: () => false, preview: () => {} };
  const styles = stylesOf(recipe).map(() => targetsFromImage(problem.painting));
  // Of the kind that the technique takes.
  const network = (traitsOf(recipe).network === 'paints' ? transformer : problem.network) as Network;
  // As the host runs it: what a technique leaves behind is freed.
  tf.engine().startScope();
  try {
    return await technique.run({ recipe, network, content, styles, control, start });
  } finally {
    tf.engine().endScope();
  }
}

/** Loss of a style run's first step, from the problem's picture for comparing. */
export async function firstLoss(opened: Opened): Promise<number> {
  const { recipe, compared } = opened.problem;
  const { losses } = await runOnce(opened, { ...recipe, start: 'image' }, async () => false, compared);
  return losses[0]?.loss ?? Number.NaN;
}

/** A subject that waits after each of its steps until the next is asked for. */
export class Stepper {
  private go: ((more: boolean) => void) | null = null;
  private arrived: () => void = () => {};
  private run: Promise<void> | null = null;

  constructor(private readonly subject: Subject) {}

  /** The first takes everything before it along. @throws what the subject throws, and when it has ended */
  async step(): Promise<void> {
    const arrived = new Promise<void>((resolve) => {
      this.arrived = resolve;
    });
    this.go?.(true);
    this.run ??= this.subject(() => {
      const next = new Promise<boolean>((resolve) => {
        this.go = resolve;
      });
      this.arrived();
      return next;
    });
    const ended = this.run.then(() => {
      throw new Error('It has ended.');
    });
    await Promise.race([arrived, ended]);
    ended.catch(() => {});
  }

  /** Frees what it holds. */
  async end(): Promise<void> {
    this.go?.(false);
    await this.run;
  }
}

/** As large as the shipped one, for one style. */
export const trainedNetwork = { ...transformerDefaults, styles: ['painting'] };

/** One picture a step, as large as the photo is wide, of one painting. */
function trainingOf({ problem }: Opened, steps: number): Subject {
  const { content, network } = problem;
  const crop = content.width;
  const options = parseTrainOptions({
    network: trainedNetwork,
    crop,
    steps,
    batch: 1,
    styleSize: crop,
  });
  const square = painting(crop, crop);
  return async (onStep) => {
    const photos = { count: 1, square: async () => square };
    const targets = targetsFromImage(pixelsOf(square));
    const source = await PerceptualGradient.create(options, network, photos, [targets]);
    try {
      await train(startTraining(options), photos.count, [source], { onStep });
    } finally {
      source.dispose();
    }
  };
}
