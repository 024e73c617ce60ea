/** Where a style transfer is, so that another attempt can go on from there. */
import type { RandomState } from '../../images/random';
import type { Raster } from '../../images/resample';
import type { LbfgsState } from '../../optimise/lbfgs';
import type { LossSample } from '../../optimise/losses';
import type { AdamState } from '../../optimise/pyramidAdam';
import type { ClockState } from './scales';

/** Within a scale, after so many of its steps. */
export type Position = { readonly steps: number } & (
  | { readonly adam: AdamState }
  /** `like` has the size of the picture whose values the optimiser has. */
  | { readonly lbfgs: LbfgsState; readonly like: Raster }
);

export interface StyleState {
  /** Index into the scales of the recipe. */
  readonly scale: number;
  readonly position: Position;
  readonly random: RandomState;
  readonly clock: ClockState;
  readonly losses: readonly LossSample[];
  readonly peakBytes: number;
}
