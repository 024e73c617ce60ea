/** Weights of networks, from the server or from this device, verified: what the engine host imports. */

export { decodeFloat16, encodeFloat16, maxFloat16 } from '../../../shared/float16';
export type { Parameter, Parameters } from './decode';
export { type Fetch, fetchBytes, type Patience } from './fetchBytes';
export { fetchManifest, urlBelow } from './fetchManifest';
export { fetchVerified, type VerifiedBytes, type VerifiedRequest } from './fetchVerified';
export { indexedDbStore } from './indexedDbStore';
export { type LoadedWeights, type LoadWeightsOptions, loadWeights, type WeightsProgress } from './loadWeights';
export { memoryShardStore, type PutOutcome, type ShardStore } from './shardStore';
