/** Fetches style presets from the edge: the index, and the statistics of one preset for one network. */
import * as v from 'valibot';
import { ReverieError } from '../../../shared/errors';
import { type Preset, presetIndexSchema, presetPaths, type StyleStatistics } from '../../../shared/preset';
import { type Fetch, fetchBytes, type Patience, urlBelow } from '../weights';

/** A preset with the statistics that were measured with the network of the run. */
export interface ChosenPreset {
  readonly preset: Preset;
  readonly statistics: StyleStatistics;
}

/** Bytes of JSON; nine presets are about 6 KB. */
const maxIndexBytes = 1024 * 1024;

export interface IndexRequest {
  readonly baseUrl: string;
  readonly signal: AbortSignal;
  readonly fetch?: Fetch | undefined;
  readonly patience?: Patience | undefined;
}

/**
 * The edge's preset index. Offline, whatever copy the HTTP cache still has is better than none: the blobs
 * are verified by their hash in any case.
 * @throws ReverieError `weights-network` when it cannot be had, `weights-invalid` when it makes no sense, `aborted`.
 */
export async function fetchPresetIndex({ baseUrl, signal, fetch, patience }: IndexRequest): Promise<Preset[]> {
  const download = { url: urlBelow(baseUrl, presetPaths.index), maxBytes: maxIndexBytes, signal, fetch, patience };
  const offline = { ...download, cache: 'force-cache', patience: { ...patience, attempts: 1 } } as const;
  const bytes = await fetchBytes(download)
    .catch((cause: unknown) => {
      if (cause instanceof ReverieError) throw cause;
      return fetchBytes(offline).catch(() => {
        throw cause;
      });
    })
    .catch((cause: unknown) => {
      if (cause instanceof ReverieError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ReverieError(
        'weights-network',
        `The style presets could not be fetched: ${reason}. Check the connection and try again.`,
        { cause },
      );
    });
  const index = v.safeParse(presetIndexSchema, parseJson(bytes));
  if (!index.success) throw new ReverieError('weights-invalid', 'The server sent a preset index that cannot be read.');
  return index.output.presets;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/**
 * @param weights hash of the weights that the run uses; left out while they are not known yet.
 * @param longSide that the painting is looked at with: of several entries, the nearest is chosen
 * @throws ReverieError `preset-unknown` when there is no such preset, or none for this network and weights.
 */
export function choosePreset(
  presets: readonly Preset[],
  id: string,
  network: string,
  { weights, longSide = 1 }: { readonly weights?: string; readonly longSide?: number } = {},
): ChosenPreset {
  const preset = presets.find((candidate) => candidate.id === id);
  if (!preset) {
    throw new ReverieError('preset-unknown', `The server has no style preset "${id}".`, { data: { preset: id } });
  }
  const measured = preset.statistics.filter((candidate) => candidate.network === network);
  const fitting = measured.filter((candidate) => weights === undefined || candidate.weights === weights);
  const away = ({ scales }: StyleStatistics) => Math.min(...scales.map((s) => Math.abs(Math.log(s / longSide))));
  const [statistics] = fitting.toSorted((a, b) => away(a) - away(b));
  if (statistics) return { preset, statistics };
  throw new ReverieError(
    'preset-unknown',
    measured.length > 0
      ? `Preset "${id}" was measured with other weights of ${network} than those in use. Clear the stored weights and try again.`
      : `Preset "${id}" was not measured with ${network}; it can be used with ${networksOf(preset)}.`,
    { data: { preset: id } },
  );
}

const networksOf = ({ statistics }: Preset) =>
  [...new Set(statistics.map(({ network }) => network))].join(', ') || 'none';
