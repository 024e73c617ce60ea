/**
 * The engine in place, with its real parts: for the Web Worker, the command line and tests. Whoever drives
 * it from a page uses `client.ts` instead.
 */
import { ReverieError } from '../../../shared/errors';
import { anyStyleArchitecture, transformerArchitecture } from '../../../shared/networks';
import { presetPaths } from '../../../shared/preset';
import type { Engine, EngineOptions } from '../api';
import { type DeviceOptions, openDevice } from '../device';
import { architectures } from '../network/architectures';
import { Network } from '../network/network';
import { techniqueOf } from '../techniques';
import { targetsFromImage, targetsFromPreset } from '../techniques/style/targets';
import { AnyStyleNetwork } from '../transformer/any/network';
import { gatherParameters } from '../transformer/parameters';
import { Transformer } from '../transformer/transformer';
import {
  type Fetch,
  fetchVerified,
  indexedDbStore,
  loadWeights,
  memoryShardStore,
  type Patience,
  type ShardStore,
  urlBelow,
} from '../weights';
import { type EngineParts, LocalEngine } from './localEngine';
import { fetchPresetIndex } from './presets';

export interface LocalEngineOptions extends EngineOptions {
  readonly device?: Omit<DeviceOptions, 'backend'>;
  /** How the edge is reached; the command line serves folders through it. */
  readonly fetch?: Fetch;
  /** Where weights and presets are kept; IndexedDB where there is one, else memory. */
  readonly store?: ShardStore;
  readonly patience?: Patience;
}

/**
 * @example
 * const engine = createLocalEngine({ baseUrl: 'http://localhost:8787', backend: 'wasm' });
 * const { pixels, record } = await engine.run({ recipe, inputs: { content, styles: [] } }).result;
 * await engine.dispose();
 */
export function createLocalEngine(options: LocalEngineOptions): Engine {
  return new LocalEngine(realParts(options));
}

function realParts({
  baseUrl,
  backend,
  device,
  fetch,
  patience,
  store = defaultStore(),
}: LocalEngineOptions): EngineParts {
  return {
    openDevice: (exclude = []) => openDevice({ ...device, backend, exclude }),
    loadWeights: (id, watch) => loadWeights({ baseUrl, id, store, fetch, patience, ...watch }),
    createNetwork({ manifest, parameters }) {
      const { transformer } = manifest;
      if (transformer && manifest.architecture === transformerArchitecture) {
        return new Transformer(transformer, gatherParameters(transformer, parameters));
      }
      if (manifest.architecture === anyStyleArchitecture) return AnyStyleNetwork.create(parameters);
      const architecture = architectures[manifest.architecture];
      if (architecture) return Network.create(architecture, parameters);
      throw new ReverieError(
        'network-unknown',
        `This Reverie does not know the architecture "${manifest.architecture}".`,
      );
    },
    fetchPresets: (signal) => fetchPresetIndex({ baseUrl, signal, fetch, patience }),
    async fetchStatistics({ preset, statistics }, { signal, onBytes }) {
      const { bytes, cached } = await fetchVerified({
        url: urlBelow(baseUrl, presetPaths.blob(statistics.sha256)),
        sha256: statistics.sha256,
        bytes: statistics.bytes,
        what: `The style "${preset.work}"`,
        missing: { work: preset.work },
        store,
        signal,
        onBytes,
        fetch,
        patience,
      });
      return { blob: bytes.slice().buffer, cached };
    },
    techniqueOf,
    targetsFromPreset,
    targetsFromImage,
    clearStorage: () => store.clear(),
  };
}

function defaultStore(): ShardStore {
  return 'indexedDB' in globalThis ? indexedDbStore() : memoryShardStore();
}
