/** Every row of the benchmark, in the order in which they run. */
import type { Row } from '../report';
import { backends } from './backends';
import { edgeCpu } from './edgeCpu';
import { edgeHistories } from './edgeHistories';
import { edgeRequests } from './edgeRequests';
import { edgeStrange } from './edgeStrange';
import { fastOnnx } from './fastOnnx';
import { layers } from './layers';
import { memoryFloor } from './memoryFloor';
import { styleIteration } from './styleIteration';
import { techniques } from './techniques';
import { twentyRuns } from './twentyRuns';
import { wire } from './wire';

export const rows: readonly Row[] = [
  styleIteration,
  memoryFloor,
  fastOnnx,
  wire,
  twentyRuns,
  backends,
  techniques,
  layers,
  edgeRequests,
  edgeCpu,
  edgeHistories,
  edgeStrange,
];
