import type { SeeRecipe, SeeView } from '../../../../shared/recipe';
import type { Technique, TechniqueContext, TechniqueResult } from '../technique';
import { runActivations } from './activations';
import { estimateSeeBytes } from './estimate';
import { runFeature } from './feature';
import { runGram } from './gram';
import { runSaliency } from './saliency';

const views: { readonly [View in SeeView]: (context: TechniqueContext<SeeRecipe>) => Promise<TechniqueResult> } = {
  activations: runActivations,
  saliency: runSaliency,
  feature: runFeature,
  gram: runGram,
};

/** What a layer sees: activations, gradients, the Gram matrix, and the picture that a channel likes best. */
export const see: Technique<SeeRecipe> = {
  name: 'see',
  // A mosaic of channels is not the photo any more.
  transparency: ({ view }, alpha) => (view === 'saliency' ? alpha : null),
  run: (context) => views[context.recipe.view](context),
  startsFromNothing: ({ view }) => view === 'feature',
  estimateBytes: estimateSeeBytes,
};
