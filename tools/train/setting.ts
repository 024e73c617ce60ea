/** What every thread of a training needs before the first step: the perceptual network and the paintings. */

import type { BackendName } from '../../web/engine/api';
import { architectureOf } from '../../web/engine/network/architectures';
import { Network } from '../../web/engine/network/network';
import { targetsFromImage } from '../../web/engine/techniques/style/targets';
import { PerceptualGradient } from '../../web/engine/train/gradient';
import type { TrainOptions } from '../../web/engine/train/options';
import { readImage } from '../images';
import { openNodeDevice } from '../nodeGpu';
import { readStored } from '../weights/stored';
import { photosOf } from './photos';

export interface Setting {
  readonly options: TrainOptions;
  readonly backend: BackendName;
  /** Manifest of the perceptual network, its shards beside it. */
  readonly perceptual: string;
  /** Files to train on. */
  readonly photos: readonly string[];
  /** Files, one per style of the network. */
  readonly paintings: readonly string[];
}

/** Opens the backend of this thread and measures the paintings on it. */
export async function openSource({
  options,
  backend,
  perceptual,
  photos,
  paintings,
}: Setting): Promise<PerceptualGradient> {
  await openNodeDevice(backend);
  const { manifest, parameters } = await readStored(perceptual);
  const network = Network.create(architectureOf(manifest.architecture), parameters);
  const targets = await Promise.all(paintings.map(async (file) => targetsFromImage(await readImage(file))));
  return PerceptualGradient.create(options, network, photosOf(photos), targets);
}
