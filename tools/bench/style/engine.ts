/**
 * One iteration as `StyleRun.iterate` of web/engine/techniques/style/run.ts takes it, with the loss measured every
 * time. When that changes, `gradientOf` below changes with it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { tensorOf } from '../../../web/engine/images/pictures';
import { headOf, type Objective } from '../../../web/engine/objectives/objective';
import { addTotalVariation } from '../../../web/engine/objectives/totalVariation';
import { AdamImage } from '../../../web/engine/optimise/adamImage';
import { objectivesAt, tapsOfRecipe } from '../../../web/engine/techniques/style/objectives';
import type { Contender } from './contender';
import type { Problem } from './problem';

/** The parts of an iteration, in order; whoever times them is called at the start of each. */
export type Part = 'forward' | 'backward' | 'total variation' | 'Adam';

export async function engineContender(problem: Problem, onPart: (part: Part) => void = () => {}): Promise<Contender> {
  const { recipe, network, content, statistics } = problem;
  const photo = tensorOf(content);
  const objectives = await objectivesAt(recipe, network, photo, [{ at: async () => statistics }], recipe.size);
  photo.dispose();
  const image = AdamImage.start(content, recipe.optimiser);
  const gradient = () => gradientOf(problem, image.x, objectives, onPart);
  return {
    gradient,
    iterate() {
      const step = gradient();
      onPart('Adam');
      image.update(step.gradient);
      step.gradient.dispose();
      return step.loss;
    },
    picture: () => image.x,
  };
}

function gradientOf(
  { recipe, network }: Problem,
  image: tf.Tensor4D,
  objectives: readonly Objective[],
  onPart: (part: Part) => void,
): { loss: tf.Scalar; gradient: tf.Tensor4D } {
  const terms: tf.Scalar[] = [];
  const measure = (term: tf.Scalar) => void terms.push(term);
  onPart('forward');
  const activations = network.forward(image, tapsOfRecipe(recipe));
  onPart('backward');
  const fromNetwork = activations.backward(headOf(objectives, measure)) ?? tf.zerosLike(image);
  onPart('total variation');
  const gradient = addTotalVariation(image, fromNetwork, recipe.totalVariation, measure);
  fromNetwork.dispose();
  const loss = tf.tidy(() => tf.addN(terms.map((term) => tf.reshape(term, []))) as tf.Scalar);
  tf.dispose(terms);
  return { loss, gradient };
}
