/** What every thread of a distillation needs before the first step: the teachers. */
import type { BackendName } from '../../../web/engine/api';
import { Network } from '../../../web/engine/network/network';
import { openNodeDevice } from '../../nodeGpu';
import { readTeacher } from '../../weights/metric';
import { photosOf } from '../setting';
import { Distillation } from './gradient';
import type { BackboneOptions } from './schema';

export interface BackboneSetting {
  readonly options: BackboneOptions;
  readonly backend: BackendName;
  /** Weights files, one per teacher of the options. */
  readonly teachers: readonly string[];
  /** Files to train on. */
  readonly photos: readonly string[];
  /** One per lesson. */
  readonly variances: readonly number[];
}

/**
 * The teachers on the active backend.
 * @throws ReverieError `not-found`, `weights-invalid`, `weights-network`
 */
export async function openTeachers({ teachers }: BackboneOptions, files: readonly string[]): Promise<Network[]> {
  const networks: Network[] = [];
  for (const [i, { architecture, lessons }] of teachers.entries()) {
    const taps = lessons.map(({ towards }) => towards);
    const teacher = await readTeacher({ from: files[i] ?? '', architecture, taps });
    networks.push(Network.create(teacher.architecture, teacher.parameters));
  }
  return networks;
}

export async function openDistillation(setting: BackboneSetting): Promise<Distillation> {
  const { options, backend, teachers, photos, variances } = setting;
  await openNodeDevice(backend);
  return new Distillation(options, await openTeachers(options, teachers), photosOf(photos), variances);
}
