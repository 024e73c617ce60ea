/** Every network that Reverie knows, as data: its layers and size by arithmetic, and what of it is installed here. */
import { dtypeBytes, sizeOf, type WeightDtype, type WeightsManifest, weightDtypes } from '../../shared/manifest';
import { transformerArchitecture } from '../../shared/networks';
import { type Architecture, architectures, parameterShapes } from '../../web/engine/network/architectures';
import { geometryOf, parameterCount, type TapGeometry } from '../../web/engine/network/geometry';
import { readManifests } from '../build/indexes';
import { storedDtype } from './convert';

/** Weights that are served from this checkout. */
export interface InstalledNetwork
  extends Pick<WeightsManifest, 'id' | 'dtype' | 'parameters' | 'bytes' | 'license' | 'source'> {
  /** What a fast-style network paints; absent for networks that look at pictures. */
  readonly styles?: readonly string[];
}

export interface ListedNetwork {
  readonly architecture: string;
  /** What its layers need; null where that is the weights' to say (fast-style networks come in several sizes). */
  readonly parameters: number | null;
  /** Size of its weights as either type that the import writes, metrics not counted; null as above. */
  readonly bytes: Readonly<Record<WeightDtype, number>> | null;
  /** Shallow to deep; a network that paints has none. */
  readonly taps: readonly TapGeometry[];
  readonly installed: readonly InstalledNetwork[];
}

/**
 * @param folder what the edge's assets are built from: `web/public`.
 * @throws Error when what lies there is no valid network.
 */
export function listNetworks(folder: string): ListedNetwork[] {
  const manifests = readManifests(folder);
  const installedAs = (architecture: string) =>
    manifests.filter((manifest) => manifest.architecture === architecture).map(installed);
  return [
    ...Object.values(architectures).map((architecture) => ({
      architecture: architecture.id,
      parameters: parameterCount(architecture),
      bytes: bytesOf(architecture),
      taps: geometryOf(architecture),
      installed: installedAs(architecture.id),
    })),
    {
      architecture: transformerArchitecture,
      parameters: null,
      bytes: null,
      taps: [],
      installed: installedAs(transformerArchitecture),
    },
  ];
}

const installed = ({ id, dtype, parameters, bytes, license, source, transformer }: WeightsManifest) => ({
  id,
  dtype,
  parameters,
  bytes,
  license,
  source,
  ...(transformer && { styles: transformer.styles }),
});

function bytesOf(architecture: Architecture): Record<WeightDtype, number> {
  const needed = parameterShapes(architecture).filter(({ optional }) => !optional);
  const as = (dtype: WeightDtype) =>
    needed.reduce((sum, { shape }) => sum + sizeOf(shape) * dtypeBytes[storedDtype(shape, dtype)], 0);
  return Object.fromEntries(weightDtypes.map((dtype) => [dtype, as(dtype)])) as Record<WeightDtype, number>;
}
