/** A taught network as the edge serves it, with the record of how it was made beside it. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { WeightsManifest } from '../../../shared/manifest';
import type { Parameters } from '../../../web/engine/network/parameters';
import { layOut, quantise } from '../../weights/convert';
import { describeSource } from '../../weights/import';
import { writeNetwork } from '../../weights/stored';
import type { BackboneTraining } from './options';
import type { BackboneState } from './trainer';

/** Half precision. @returns the manifest's file. @throws ReverieError `weights-invalid`, `usage` */
export async function publish(
  { id, out }: BackboneTraining,
  { options, step }: BackboneState,
  parameters: Parameters,
): Promise<{ readonly file: string; readonly manifest: WeightsManifest }> {
  const { manifest, shards } = layOut(
    {
      id,
      architecture: options.architecture,
      license: 'MIT',
      dtype: 'float16',
      source: `Trained by Reverie (npm run train -- backbone) in ${step} steps of ${options.batch}`,
    },
    [...parameters].map(([name, { shape, values }]) => quantise(name, shape, values, 'float16')),
  );
  const written = await writeNetwork(out, manifest, shards);
  return { file: written.manifest, manifest };
}

/** Steps that the record's losses are the mean of. */
const recent = 200;

export const recentLosses = ({ losses, variances }: BackboneState, count = recent): number[] => {
  const last = losses.slice(-count);
  return variances.map((_, i) => last.reduce((sum, step) => sum + (step[i] ?? 0), 0) / Math.max(1, last.length));
};

/** `<id>.training.txt`: everything that decided how it turned out, and how it did. */
export async function writeRecord(
  { id, out, backend, threads, teachers, from }: BackboneTraining,
  state: BackboneState,
  measured: object,
): Promise<void> {
  const record = {
    ...state.options,
    step: state.step,
    backend,
    threads,
    files: teachers.map(describeSource),
    ...(from !== undefined && { from: describeSource(from) }),
    losses: recentLosses(state),
    ...measured,
  };
  await writeFile(path.join(out, `${id}.training.txt`), `${JSON.stringify(record, null, 2)}\n`);
}
