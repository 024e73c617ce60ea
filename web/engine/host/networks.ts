/**
 * The networks at hand: weights are loaded once however many ask, and the two most recently used
 * networks stay on the device.
 */
import { ReverieError } from '../../../shared/errors';
import { weightsHash } from '../../../shared/hash';
import type { WeightsManifest } from '../../../shared/manifest';
import type { AnyNetwork } from '../techniques/technique';
import type { LoadedWeights, Parameters, WeightsProgress } from '../weights';
import { abortable } from './queue';

export interface LoadWatch {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: WeightsProgress) => void;
  /** Hash that the weights are wanted with, when the caller knows (a preset names it). */
  readonly currentHash?: string | undefined;
  /** Once it is known what will arrive, unless the network is on the device already. */
  readonly onManifest?: ((manifest: WeightsManifest) => void) | undefined;
}

export interface NetworkParts {
  loadWeights(id: string, watch: LoadWatch): Promise<LoadedWeights>;
  /** Uploads to the active backend. */
  createNetwork(weights: Pick<LoadedWeights, 'manifest' | 'parameters'>): AnyNetwork;
}

export interface Loaded {
  readonly manifest: WeightsManifest;
  /** SHA-256 that recipes and presets name the weights by. */
  readonly hash: string;
}

interface Entry extends Loaded {
  /** Dropped once they are on the device. */
  parameters: Parameters | undefined;
  network: AnyNetwork | undefined;
}

/** One download that several callers may wait for; it stops when the last of them has left. */
interface Load {
  readonly promise: Promise<Entry>;
  readonly abort: AbortController;
  readonly watchers: Set<LoadWatch['onProgress']>;
  readonly curious: Set<NonNullable<LoadWatch['onManifest']>>;
  waiting: number;
  last: WeightsProgress | undefined;
  manifest: WeightsManifest | undefined;
}

const maxNetworks = 2;

export class NetworkShelf {
  /** In order of use, the most recent last. */
  readonly #entries = new Map<string, Entry>();
  readonly #loads = new Map<string, Load>();

  constructor(private readonly parts: NetworkParts) {}

  /** Makes sure of a network's weights. @throws what `loadWeights` throws; `aborted` when `signal` fires. */
  async load(id: string, { signal, onProgress, onManifest, currentHash }: LoadWatch): Promise<Loaded> {
    signal.throwIfAborted();
    const entry = this.#entries.get(id);
    if (entry && (currentHash === undefined || currentHash === entry.hash)) {
      const { bytes, shards } = entry.manifest;
      onProgress({ step: shards.length, steps: shards.length, bytes: { loaded: bytes, total: bytes, cached: true } });
      if (!entry.network) onManifest?.(entry.manifest);
      return entry;
    }
    const key = `${id}@${currentHash ?? ''}`;
    const load = this.#loads.get(key) ?? this.#start(key, id, currentHash);
    load.watchers.add(onProgress);
    if (load.last) onProgress(load.last);
    if (onManifest) load.curious.add(onManifest);
    if (load.manifest) onManifest?.(load.manifest);
    load.waiting++;
    try {
      return await abortable(load.promise, signal);
    } finally {
      load.watchers.delete(onProgress);
      if (onManifest) load.curious.delete(onManifest);
      if (--load.waiting === 0) load.abort.abort();
    }
  }

  /** A network that is on the device already. */
  peek(id: string): AnyNetwork | undefined {
    return this.#entries.get(id)?.network;
  }

  /** A loaded network, on the device. Synchronous, so that it cannot mix with another's tensors. */
  open(id: string): AnyNetwork {
    const entry = this.#entries.get(id);
    if (!entry) throw new ReverieError('internal', `The weights of ${id} are not loaded.`);
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    if (!entry.network) {
      if (!entry.parameters) throw new ReverieError('internal', `The weights of ${id} are gone.`);
      entry.network = this.parts.createNetwork({ manifest: entry.manifest, parameters: entry.parameters });
      entry.parameters = undefined;
    }
    this.#evict();
    return entry.network;
  }

  /** Frees every network; the next use loads again, from the store if it was kept there. */
  clear(): void {
    const networks = [...this.#entries.values()].map((entry) => entry.network);
    this.#entries.clear();
    for (const network of networks) {
      try {
        network?.dispose();
      } catch {
        // On a lost device there may be nothing left to free.
      }
    }
  }

  #start(key: string, id: string, currentHash: string | undefined): Load {
    const abort = new AbortController();
    const watchers: Load['watchers'] = new Set();
    const curious: Load['curious'] = new Set();
    const forget = () => {
      if (this.#loads.get(key) === load) this.#loads.delete(key);
    };
    const onProgress = (progress: WeightsProgress) => {
      load.last = progress;
      for (const watcher of watchers) watcher(progress);
    };
    const onManifest = (manifest: WeightsManifest) => {
      load.manifest = manifest;
      for (const tell of curious) tell(manifest);
    };
    const promise = this.parts
      .loadWeights(id, { signal: abort.signal, onProgress, onManifest, currentHash })
      .then(async ({ manifest, parameters }) => {
        const entry: Entry = { manifest, parameters, hash: await weightsHash(manifest), network: undefined };
        return this.#keep(id, entry);
      })
      .finally(forget);
    promise.catch(() => {});
    const load: Load = { promise, abort, watchers, curious, waiting: 0, last: undefined, manifest: undefined };
    this.#loads.set(key, load);
    // A load that everyone has left must not be joined by the next caller: it is about to fail.
    abort.signal.addEventListener('abort', forget);
    return load;
  }

  /** What is on the device already stays there, unless the weights have changed. */
  #keep(id: string, fresh: Entry): Entry {
    const held = this.#entries.get(id);
    if (held?.hash === fresh.hash) return held;
    held?.network?.dispose();
    this.#entries.set(id, fresh);
    return fresh;
  }

  #evict(): void {
    for (const [id, entry] of this.#entries) {
      if (this.#entries.size <= maxNetworks) return;
      entry.network?.dispose();
      this.#entries.delete(id);
    }
  }
}
