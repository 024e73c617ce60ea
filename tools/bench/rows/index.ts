/** Every row of the benchmark, in the order in which they run. */
import type { Row } from '../report';
import { anyFast } from './anyFast';
import { backends, techniques } from './backends';
import { edgeCpu } from './edgeCpu';
import { edgeHistories } from './edgeHistories';
import { edgeRequests } from './edgeRequests';
import { edgeStrange } from './edgeStrange';
import { fastOnnx } from './fastOnnx';
import { flickerRow } from './flicker';
import { layers, memoryFloor, styleIteration, twentyRuns } from './iteration';
import { manyMemory } from './manyMemory';
import { phoneMemory } from './phoneMemory';
import { threads } from './threads';
import { views } from './views';
import { wire } from './wire';

export const rows: readonly Row[] = [
  ...[styleIteration, memoryFloor, fastOnnx, anyFast, wire, twentyRuns, backends, techniques, layers, threads, views],
  ...[flickerRow, phoneMemory, manyMemory],
  ...[edgeRequests, edgeCpu, edgeHistories, edgeStrange],
];
