/**
 * The `weights` phase of a run: the network's weights and the presets' statistics, as one row of progress
 * records over all their bytes.
 */
import { isMeasuredWith, type MeasuredStyle, readStyleText } from '../../../shared/anyStyle/statistics';
import { ReverieError } from '../../../shared/errors';
import type { Preset } from '../../../shared/preset';
import type { StyleSource } from '../../../shared/techniques/contract';
import type { Pixels, Progress } from '../api';
import type { WeightsProgress } from '../weights';
import type { Loaded, LoadWatch, NetworkShelf } from './networks';
import { type ChosenPreset, choosePreset } from './presets';

export interface PresetParts {
  fetchPresets(signal: AbortSignal): Promise<readonly Preset[]>;
  fetchStatistics(chosen: ChosenPreset, watch: StatisticsWatch): Promise<{ blob: ArrayBuffer; cached: boolean }>;
}

export interface StatisticsWatch {
  readonly signal: AbortSignal;
  readonly onBytes: (loaded: number, cached: boolean) => void;
}

/** The same for all attempts of a run, and what it asks for ahead of them: each thing is asked for once, unless that failed. */
export function askedOnce(parts: PresetParts): PresetParts {
  let index: Promise<readonly Preset[]> | undefined;
  const answers = new Map<string, ReturnType<PresetParts['fetchStatistics']>>();
  /** Who asked last is told how it gets on. */
  const watches = new Map<string, StatisticsWatch>();
  return {
    fetchPresets(signal) {
      index ??= parts.fetchPresets(signal);
      index.catch(() => {
        index = undefined;
      });
      return index;
    },
    fetchStatistics(chosen, watch) {
      const { sha256 } = chosen.statistics;
      watches.set(sha256, watch);
      const onBytes: StatisticsWatch['onBytes'] = (...bytes) => watches.get(sha256)?.onBytes(...bytes);
      const answer = answers.get(sha256) ?? parts.fetchStatistics(chosen, { ...watch, onBytes });
      answers.set(sha256, answer);
      answer.catch(() => answers.delete(sha256));
      return answer;
    },
  };
}

/** A style as it came in, ready to become targets. */
export type LoadedStyle =
  | { readonly pixels: Pixels }
  | { readonly measured: MeasuredStyle }
  | (ChosenPreset & { readonly blob: ArrayBuffer });

export interface LoadRequest {
  readonly network: string;
  readonly styles: readonly StyleSource[];
  readonly images: readonly Pixels[];
  /** Long side that the paintings are looked at with. */
  readonly styleSize: number;
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
  readonly onManifest?: LoadWatch['onManifest'];
}

/** @throws ReverieError what the loaders throw; `preset-unknown`; `aborted`. */
export async function loadForRun(
  shelf: NetworkShelf,
  parts: PresetParts,
  { network, styles, images, styleSize: longSide, signal, report, onManifest }: LoadRequest,
): Promise<{ weights: Loaded; styles: LoadedStyle[] }> {
  const ids = styles.flatMap((source) => ('preset' in source ? [source.preset] : []));
  report({ phase: 'weights', step: 0, steps: 1 });
  const index = ids.length > 0 ? await parts.fetchPresets(signal) : [];
  const wanted = ids.map((id) => choosePreset(index, id, network, { longSide }));
  const total = wanted.reduce((sum, { statistics }) => sum + statistics.bytes, 0);

  let cached = true;
  const onWeights = ({ step, steps, bytes }: WeightsProgress) => {
    cached = bytes.cached;
    report({ phase: 'weights', step, steps: steps + wanted.length, bytes: { ...bytes, total: bytes.total + total } });
  };
  const weights = await shelf.load(network, {
    signal,
    onProgress: onWeights,
    onManifest,
    currentHash: wanted[0]?.statistics.weights,
  });
  const { bytes, shards } = weights.manifest;

  // With the hash that is now known: the server may have had other weights than the presets' for a while.
  const chosen = ids.map((id) => choosePreset(index, id, network, { weights: weights.hash, longSide }));
  const blobs: ArrayBuffer[] = [];
  let loaded = bytes;
  for (const [i, preset] of chosen.entries()) {
    const step = (done: number) =>
      report({
        phase: 'weights',
        step: shards.length + i,
        steps: shards.length + chosen.length,
        bytes: { loaded: loaded + done, total: bytes + total, cached },
      });
    const statistics = await parts.fetchStatistics(preset, {
      signal,
      onBytes: (done, fromStore) => {
        cached &&= fromStore;
        step(done);
      },
    });
    cached &&= statistics.cached;
    blobs.push(statistics.blob);
    loaded += preset.statistics.bytes;
  }
  const steps = shards.length + chosen.length;
  report({ phase: 'weights', step: steps, steps, bytes: { loaded, total: bytes + total, cached } });

  const presets = chosen.map((preset, i) => ({ ...preset, blob: blobs[i] ?? new ArrayBuffer(0) }));
  return { weights, styles: inOrder(styles, presets, images, weights.hash) };
}

/** Presets and images back in the order in which the recipe names them. @throws ReverieError `style-invalid` */
function inOrder<Style>(
  sources: readonly StyleSource[],
  presets: readonly Style[],
  images: readonly Pixels[],
  weights: string,
) {
  const nextPreset = presets.values();
  const nextImage = images.values();
  return sources.flatMap((source): (Style | { pixels: Pixels } | { measured: MeasuredStyle })[] => {
    if ('statistics' in source) {
      const measured = readStyleText(source.statistics);
      if (isMeasuredWith(measured, weights)) return [{ measured }];
      throw new ReverieError(
        'style-invalid',
        'This style was measured with other weights than those of the network here. Make it again from the painting.',
      );
    }
    if ('preset' in source) {
      const { value } = nextPreset.next();
      return value === undefined ? [] : [value];
    }
    const { value } = nextImage.next();
    return value === undefined ? [] : [{ pixels: value }];
  });
}
