/**
 * One iteration as `byAdam` of web/engine/techniques/style/stage.ts takes it, with the loss measured and waited for
 * every time. When that changes, what is below changes with it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import { tensorOf } from '../../../web/engine/images/pictures';
import { addPixelTaps } from '../../../web/engine/objectives/grain';
import { headOf, type Objective } from '../../../web/engine/objectives/objective';
import { addTotalVariation } from '../../../web/engine/objectives/totalVariation';
import { LossReader } from '../../../web/engine/optimise/losses';
import { PyramidAdam } from '../../../web/engine/optimise/pyramidAdam';
import { type Shift, Shifter } from '../../../web/engine/optimise/shift';
import { contentObjectives, styleObjectives, tapsOfRecipe } from '../../../web/engine/techniques/style/objectives';
import type { Contender } from './contender';
import type { Problem } from './problem';
import { drawViews } from './views';

/** The parts of an iteration; whoever times them is called at the start of each. `shift` is there and back. */
export type Part = 'shift' | 'forward' | 'backward' | 'grain' | 'total variation' | 'Adam' | 'reading the loss';

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
  const losses = new LossReader();
  let step = 0;
  const gradient = (picture: tf.Tensor4D, at: number) => {
    const view = views[at];
    if (!view) throw new ReverieError('internal', `There is no view ${at}.`);
    return gradientOf(problem, { shifter, losses, onPart }, picture, view);
  };
  const readLoss = async (): Promise<number> => {
    onPart('reading the loss');
    step++;
    await losses.read(step);
    await losses.finish();
    return losses.latest ?? Number.NaN;
  };
  return {
    async gradient(picture, at) {
      const total = gradient(picture, at);
      return { loss: await readLoss(), gradient: total };
    },
    iterate() {
      const total = gradient(image.x, next());
      onPart('Adam');
      image.update(total);
      total.dispose();
      return readLoss();
    },
  };
}

interface Tools {
  readonly shifter: Shifter;
  readonly losses: LossReader;
  readonly onPart: (part: Part) => void;
}

function gradientOf(
  { recipe, network, grain }: Problem,
  { shifter, losses, onPart }: Tools,
  picture: tf.Tensor4D,
  { shift, objectives }: View,
): tf.Tensor4D {
  onPart('shift');
  const shifted = shifter.apply(picture, shift);
  onPart('forward');
  const activations = network.forward(shifted, tapsOfRecipe(recipe));
  onPart('backward');
  const arrived = activations.backward(headOf(objectives, losses.add)) ?? tf.zerosLike(shifted);
  onPart('grain');
  const grained = addPixelTaps(grain, shifted, arrived, objectives, losses.add);
  tf.dispose([shifted, arrived]);
  onPart('shift');
  const fromNetwork = shifter.adjoint(grained, shift, picture.shape);
  grained.dispose();
  onPart('total variation');
  const gradient = addTotalVariation(picture, fromNetwork, recipe.totalVariation, losses.add);
  fromNetwork.dispose();
  return gradient;
}
