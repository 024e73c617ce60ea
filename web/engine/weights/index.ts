/** Weights of networks, from the server or from this device, verified: what the engine host imports. */

export { decodeFloat16, encodeFloat16, maxFloat16 } from '../../../shared/float16';
export type { Parameters } from './decode';
export { type Fetch, fetchBytes, fetchVerified, type Patience, urlBelow } from './fetch';
export { type LoadedWeights, type LoadWeightsOptions, loadWeights, type WeightsProgress } from './loadWeights';
export { indexedDbStore, memoryShardStore, type ShardStore } from './shardStore';
