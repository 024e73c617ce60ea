/** What is measured: every technique with its defaults, run by its own code, and a step of training. */
import * as tf from '@tensorflow/tfjs-core';
import { parseRecipe, type Recipe, recipeVersion, stylesOf } from '../../../shared/recipe';
import { type TechniqueName, techniqueNames, techniqueOf as traitsOf } from '../../../shared/techniques';
import { transformerDefaults } from '../../../shared/transformer';
import { pixelsOf } from '../../../web/engine/images/pictures';
import { techniqueOf } from '../../../web/engine/techniques';
import { targetsFromImage } from '../../../web/engine/techniques/style/targets';
import type { RunControl } from '../../../web/engine/techniques/technique';
import { PerceptualGradient } from '../../../web/engine/train/gradient';
import { parseTrainOptions } from '../../../web/engine/train/options';
import { startTraining, train } from '../../../web/engine/train/trainer';
import type { Transformer } from '../../../web/engine/transformer/transformer';
import { shownStyle } from '../fast/network';
import { painting } from '../style/pictures';
import type { Problem } from '../style/problem';

interface Case {
  readonly name: string;
  readonly technique: TechniqueName;
  /** Of the recipe, what is not its default. */
  fields(size: number, steps: number): object;
  /** Has one step only: pictures are counted. */
  readonly once?: true;
}

const cases: readonly Case[] = [
  {
    name: 'style',
    technique: 'style',
    fields: (size, steps) => ({
      styles: [{ image: null }],
      schedule: { minSize: size, firstSteps: steps, steps: 0 },
    }),
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
/** Every technique, one that has no case of its own by its defaults, and a step of training. */
export const subjectNames: readonly string[] = [
  ...cases.map(({ name }) => name),
  ...techniqueNames.filter((name) => cases.every(({ technique }) => technique !== name)),
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
  const recipe = parseRecipe({ technique, version: recipeVersion, size, ...own?.fields(size, steps) } as unknown);
  if (!once) return (onStep) => runOnce(opened, recipe, onStep);
  return async (onStep) => {
    do await runOnce(opened, recipe, async () => true);
    while (await onStep());
  };
}

async function runOnce({ problem, transformer }: Opened, recipe: Recipe, onStep: OnStep): Promise<void> {
  const technique = techniqueOf(recipe);
  const network = traitsOf(recipe).network === 'paints' ? transformer : problem.network;
  const control: RunControl = { proceed: onStep, report: () => {}, wantsPreview: () => false, preview: () => {} };
  const styles = stylesOf(recipe).map(() => targetsFromImage(pixelsOf(paintingFor(problem))));
  // As the host runs it: what a technique leaves behind is freed.
  tf.engine().startScope();
  try {
    // The technique of this recipe takes this network: which is which is said above.
    await technique.run({ recipe, network: network as never, content: pixelsOf(problem.content), styles, control });
  } finally {
    tf.engine().endScope();
  }
}

const paintingFor = ({ content: { width, height } }: Problem) => painting(width, height);

/** As large as the shipped one, for one style. */
export const trainedNetwork = { ...transformerDefaults, styles: ['painting'] };

/** One picture a step, as large as the photo is wide, of one painting. */
function trainingOf({ problem }: Opened, steps: number): Subject {
  const { content, network } = problem;
  const crop = content.width;
  const options = parseTrainOptions({
    network: trainedNetwork,
    ...{ crop, steps, batch: 1, styleSize: crop },
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
