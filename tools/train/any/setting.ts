/** What every thread of the training needs before the first step: the encoder and the judges, and which pictures are which. */
import type { BackendName } from '../../../web/engine/api';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { encoderArchitecture } from '../../../web/engine/transformer/any/network';
import { openNodeDevice } from '../../nodeGpu';
import { readTeacher } from '../../weights/metric';
import { readStored } from '../../weights/stored';
import { photosOf } from '../setting';
import { AnyGradientSource } from './gradient';
import type { AnyOptions } from './schema';

export interface AnySetting {
  readonly options: AnyOptions;
  readonly backend: BackendName;
  /** Manifest of the network whose first blocks are the encoder. */
  readonly perceptual: string;
  /** Weights files of the judges: safetensors, or manifests. */
  readonly judges: readonly string[];
  /** Files to train on. */
  readonly photos: readonly string[];
  readonly paintings: readonly string[];
}

export async function openEncoder(perceptual: string): Promise<Network> {
  const { parameters } = await readStored(perceptual);
  return Network.create(architectureOf(encoderArchitecture), parameters);
}

async function openJudge(file: string, { architecture, styleLayers }: AnyOptions['judges'][number]): Promise<Network> {
  if (file.endsWith('.json')) return Network.create(architectureOf(architecture), (await readStored(file)).parameters);
  const taps = styleLayers.map(({ layer }) => layer);
  const judge = await readTeacher({ from: file, architecture, taps });
  return Network.create(judge.architecture, judge.parameters);
}

/** @throws ReverieError `not-found`, `weights-invalid`, `layer-unknown` */
export async function openAnySource(setting: AnySetting): Promise<AnyGradientSource> {
  const { options, backend, perceptual, judges, photos, paintings } = setting;
  await openNodeDevice(backend);
  const open = await Promise.all(options.judges.map((judge, i) => openJudge(judges[i] ?? '', judge)));
  const pictures = { photos: photosOf(photos), paintings: photosOf(paintings) };
  return new AnyGradientSource(options, await openEncoder(perceptual), open, pictures);
}
