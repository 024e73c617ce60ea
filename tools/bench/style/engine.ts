/**
 * One iteration as `StyleRun.iterate` of web/engine/techniques/style/run.ts takes it, with the loss measured every
 * time. When that changes, `gradientOf` below changes with it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import { tensorOf } from '../../../web/engine/images/pictures';
import { headOf, type Objective } from '../../../web/engine/objectives/objective';
import { addTotalVariation } from '../../../web/engine/objectives/totalVariation';
import { PyramidAdam } from '../../../web/engine/optimise/pyramidAdam';
import { type Shift, Shifter } from '../../../web/engine/optimise/shift';
import { contentObjectives, styleObjectives, tapsOfRecipe } from '../../../web/engine/techniques/style/objectives';
import type { Contender } from './contender';
import type { Problem } from './problem';
import { drawViews } from './views';

/** The parts of an iteration; whoever times them is called at the start of each. `shift` is there and back. */
export type Part = 'shift' | 'forward' | 'backward' | 'total variation' | 'Adam';

interface View {
  readonly shift: Shift;
  readonly objectives: readonly Objective[];
}

export async function engineContender(problem: Problem, onPart: (part: Part) => void = () => {}): Promise<Contender> {
  const { recipe, network, content, statistics } = problem;
  const { shifts, next } = drawViews(recipe);
  const shifter = new Shifter();
  const photo = tensorOf(content);
  const style = await styleObjectives(recipe, network, [{ at: async () => statistics }], recipe.size);
  const views = shifts.map((shift): View => {
    const shifted = shifter.apply(photo, shift);
    const objectives = [...style, ...contentObjectives(recipe, network, shifted)];
    shifted.dispose();
    return { shift, objectives };
  });
  photo.dispose();
  const image = PyramidAdam.start(content, recipe.optimiser);
  const gradient = (picture: tf.Tensor4D, at: number) => {
    const view = views[at];
    if (!view) throw new ReverieError('internal', `There is no view ${at}.`);
    return gradientOf(problem, shifter, picture, view, onPart);
  };
  return {
    gradient,
    iterate() {
      const step = gradient(image.x, next());
      onPart('Adam');
      image.update(step.gradient);
      step.gradient.dispose();
      return step.loss;
    },
  };
}

function gradientOf(
  { recipe, network }: Problem,
  shifter: Shifter,
  picture: tf.Tensor4D,
  { shift, objectives }: View,
  onPart: (part: Part) => void,
): { loss: tf.Scalar; gradient: tf.Tensor4D } {
  const terms: tf.Scalar[] = [];
  const measure = (term: tf.Scalar) => void terms.push(term);
  onPart('shift');
  const shifted = shifter.apply(picture, shift);
  onPart('forward');
  const activations = network.forward(shifted, tapsOfRecipe(recipe));
  onPart('backward');
  const arrived = activations.backward(headOf(objectives, measure)) ?? tf.zerosLike(shifted);
  shifted.dispose();
  onPart('shift');
  const fromNetwork = shifter.adjoint(arrived, shift, picture.shape);
  arrived.dispose();
  onPart('total variation');
  const gradient = addTotalVariation(picture, fromNetwork, recipe.totalVariation, measure);
  fromNetwork.dispose();
  // As `LossReader.read` adds them up.
  onPart('backward');
  const loss = tf.tidy(() => tf.addN(terms.map((term) => tf.reshape(term, []))) as tf.Scalar);
  tf.dispose(terms);
  return { loss, gradient };
}
