import type { SeeRecipe, SeeView } from '../../../../shared/recipe';
import type { Network } from '../../network/network';
import type { Technique, TechniqueContext, TechniqueResult } from '../technique';
import { runActivations } from './activations';
import { estimateSeeBytes, heldSeeBytes } from './estimate';
import { type FeatureState, runFeature } from './feature';
import { runGram } from './gram';
import { runSaliency, type SaliencyState } from './saliency';

// Each view keeps a state of its own, and a run has one view.
type SeeContext = TechniqueContext<SeeRecipe, Network, FeatureState & SaliencyState>;

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
  estimateBytes: estimateSeeBytes,
  heldBytes: heldSeeBytes,
};
