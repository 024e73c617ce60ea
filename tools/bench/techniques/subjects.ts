/** What is measured: every technique with its defaults, run by its own code, and a step of training. */
import * as tf from '@tensorflow/tfjs-core';
import { parseRecipe, type Recipe, recipeVersion } from '../../../shared/recipe';
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

export const subjectNames = [
  'style',
  'dream',
  'invert',
  'texture',
  'see activations',
  'see saliency',
  'see feature',
  'fast',
  'training',
] as const;
export type SubjectName = (typeof subjectNames)[number];

/** Called after every step, or every picture where a technique takes one step only. @returns false to stop */
type OnStep = () => Promise<boolean>;
export type Subject = (onStep: OnStep) => Promise<void>;

export interface Opened {
  /** The embedded network, and a photo at the size that is measured. */
  readonly problem: Problem;
  readonly transformer: Transformer;
}

/** @param steps that are taken at least before the technique would end by itself */
export function subjectOf(name: SubjectName, opened: Opened, steps: number): Subject {
  const { width, height } = opened.problem.content;
  const size = Math.max(width, height);
  const common = { version: recipeVersion, size } as const;
  const stepwise =
    (recipe: Recipe): Subject =>
    async (onStep) =>
      runOnce(opened, recipe, onStep);
  const again =
    (recipe: Recipe): Subject =>
    async (onStep) => {
      do await runOnce(opened, recipe, async () => true);
      while (await onStep());
    };
  switch (name) {
    case 'style': {
      const schedule = { minSize: size, firstSteps: steps, steps: 0 };
      return stepwise(parseRecipe({ technique: 'style', ...common, styles: [{ image: null }], schedule }));
    }
    case 'dream':
      return stepwise(parseRecipe({ technique: 'dream', ...common, octaves: 1, steps }));
    case 'invert':
      return stepwise(parseRecipe({ technique: 'invert', ...common, layers: ['relu4_1'], steps }));
    case 'texture':
      // From a small sample the pyramid has one size only.
      return stepwise(parseRecipe({ technique: 'texture', ...common, sampleSize: 64, steps }));
    case 'see activations':
      return again(parseRecipe({ technique: 'see', ...common, view: 'activations' }));
    case 'see saliency':
      return stepwise(parseRecipe({ technique: 'see', ...common, view: 'saliency', smooth: { samples: steps } }));
    case 'see feature':
      return stepwise(parseRecipe({ technique: 'see', ...common, view: 'feature', steps }));
    case 'fast':
      return again(parseRecipe({ technique: 'fast', ...common, styles: [{ style: shownStyle }] }));
    case 'training':
      return trainingOf(opened, steps);
  }
}

async function runOnce({ problem, transformer }: Opened, recipe: Recipe, onStep: OnStep): Promise<void> {
  const technique = techniqueOf(recipe);
  const network = recipe.technique === 'fast' ? transformer : problem.network;
  const control: RunControl = { proceed: onStep, report: () => {}, wantsPreview: () => false, preview: () => {} };
  const styles = recipe.technique === 'style' ? [targetsFromImage(pixelsOf(paintingFor(problem)))] : [];
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
