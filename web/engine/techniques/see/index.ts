import { liesOverPhoto, type SeeRecipe, type SeeView } from '../../../../shared/techniques/see/schema';
import type { TechniqueResult } from '../../types';
import type { Technique } from '../technique';
import { runActivations } from './activations';
import { runApart } from './apart';
import { runAscent } from './ascent';
import { checked } from './check';
import type { SeeContext } from './context';
import { estimateSeeBytes, heldSeeBytes } from './estimate';
import { runFeature } from './feature';
import { runFilters } from './filters';
import { runFooling } from './fooling';
import { runGradcam } from './gradcam';
import { runGram } from './gram';
import { runMap } from './map';
import { runNeighbours } from './neighbours';
import { runOcclusion } from './occlusion';
import { passOfView } from './pass';
import { runPatches } from './patches';
import { runSaliency } from './saliency';
import { runSegmentation } from './segmentation';

const views: { readonly [View in SeeView]: (context: SeeContext) => Promise<TechniqueResult> } = {
  activations: runActivations,
  saliency: (context) => checked((each) => runSaliency(each), context),
  feature: runFeature,
  gram: runGram,
  gradcam: (context) => checked(runGradcam, context),
  occlusion: runOcclusion,
  segmentation: runSegmentation,
  filters: runFilters,
  patches: runPatches,
  neighbours: runNeighbours,
  map: runMap,
  ascent: runAscent,
  fooling: runFooling,
  apart: runApart,
};

/** What a layer sees: activations, gradients, the Gram matrix, and the picture that a channel likes best. */
export const see: Technique<SeeRecipe> = {
  name: 'see',
  // A mosaic of channels is not the photo any more.
  transparency: ({ view }, alpha) => (liesOverPhoto(view) ? alpha : null),
  run: (context: SeeContext) => views[context.recipe.view](context),
  pass: passOfView,
  estimateBytes: estimateSeeBytes,
  heldBytes: heldSeeBytes,
};
