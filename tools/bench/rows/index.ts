/** Every row of the benchmark, in the order in which they run. */
import type { Row } from '../row';
import { backends } from './backends';
import { layers } from './layers';
import { styleIteration } from './styleIteration';
import { twentyRuns } from './twentyRuns';

export const rows: readonly Row[] = [styleIteration, twentyRuns, backends, layers];
