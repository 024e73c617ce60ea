import type { SeeRecipe, SeeView } from '../../../../shared/recipe';
import type { Network } from '../../network/network';
import type { Technique, TechniqueContext, TechniqueResult } from '../technique';
import { runActivations } from './activations';
import { estimateSeeBytes } from './estimate';
import { type FeatureState, runFeature } from './feature';
import { runGram } from './gram';
import { runSaliency } from './saliency';

type SeeContext = TechniqueContext<SeeRecipe, Network, FeatureState>;

const views: { readonly [View in SeeView]: (context: SeeContext) => Promise<TechniqueResult> } = {
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
  run: (context: SeeContext) => views[context.recipe.view](context),
  startsFromNothing: ({ view }) => view === 'feature',
  estimateBytes: estimateSeeBytes,
};
