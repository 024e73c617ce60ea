import type { SeeRecipe } from '../../../../shared/techniques/see/schema';
import type { Network } from '../../network/network';
import type { TechniqueContext } from '../technique';
import type { FeatureState } from './feature';
import type { SaliencyState } from './saliency';

/** Each view keeps a state of its own, and a run has one view. */
export type SeeContext = TechniqueContext<SeeRecipe, Network, FeatureState & SaliencyState>;
