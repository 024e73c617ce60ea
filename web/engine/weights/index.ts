/** Weights of networks, from the server or from this device, verified: what the engine host imports. */

export { decodeFloat16, encodeFloat16, maxFloat16 } from '../../../shared/float16';
export type { Parameter, Parameters } from './decode';
export {
  type Fetch,
  fetchBytes,
  fetchManifest,
  fetchVerified,
  type Patience,
  urlBelow,
  type VerifiedBytes,
  type VerifiedRequest,
} from './fetch';
export { type LoadedWeights, type LoadWeightsOptions, loadWeights, type WeightsProgress } from './loadWeights';
export { indexedDbStore, memoryShardStore, type PutOutcome, type ShardStore } from './shardStore';
