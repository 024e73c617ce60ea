/** One training from the command line: threads, checkpoints, sample pictures, a loss plot, and the network at the end. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ReverieError } from '../../shared/errors';
import { transformerArchitecture } from '../../shared/networks';
import { decodeCheckpoint, encodeCheckpoint } from '../../web/engine/train/checkpoint';
import type { GradientSource } from '../../web/engine/train/sources';
import { startTraining, type TrainState, train, trainedParameters } from '../../web/engine/train/trainer';
import { gatherParameters, layoutOf, scatterParameters } from '../../web/engine/transformer/parameters';
import { openNodeDevice } from '../nodeGpu';
import { readSquare } from '../weights/pictures';
import { readStored } from '../weights/stored';
import type { StyleTraining } from './options';
import { paintSheet } from './sheet';
import { lossText, plotLosses, publishNetwork, readCheckpoint, runTraining, splitPhotos, writeRecord } from './work';

const samplePhotos = 3;
const sampleSide = 256;

export async function trainStyles(training: StyleTraining, signal: AbortSignal, print: (line: string) => void) {
  const { options, work, threads, backend } = training;
  const { network, steps } = options;
  const { photos, heldOut } = await splitPhotos(training.images);
  await mkdir(work, { recursive: true });
  const state = await startOf(training);
  print(`${photos.length} photos, ${heldOut.length} kept out; ${network.styles.length} styles; ${threads} threads`);
  // For the sample pictures; and first, since only the main thread can tell the Vulkan loader which driver to take.
  await openNodeDevice(backend);
  const { size, channels } = layoutOf(network);
  const shown = await Promise.all(heldOut.slice(0, samplePhotos).map((file) => readSquare(file, sampleSide)));
  const last = await runTraining(
    training,
    {
      state,
      steps,
      encode: encodeCheckpoint,
      thread: { kind: 'network', setting: { ...training, photos } },
      sizes: { values: size, running: network.norm === 'batch' ? 2 * channels : 0 },
      train: (sources: readonly GradientSource[], onStep) => train(state, photos.length, sources, { onStep }),
      tell: ({ losses }) => lossText({ ...losses.at(-1) }),
      show: async (now) => {
        await paintSheet(path.join(work, 'samples.png'), network, trainedParameters(now), shown);
        await plotLosses(work, now.losses);
      },
    },
    signal,
    print,
  );
  print(await publish(training, last));
}

async function startOf({ options, work, from, resume }: StyleTraining): Promise<TrainState> {
  if (resume) {
    const state = decodeCheckpoint(await readCheckpoint(work));
    // The schedule may be changed on the way, the network may not.
    if (JSON.stringify(state.options.network) !== JSON.stringify(options.network)) {
      throw new ReverieError('training-invalid', `The checkpoint in ${work} is of another network.`);
    }
    return { ...state, options };
  }
  if (!from) return startTraining(options);
  const { manifest, parameters } = await readStored(from);
  if (!manifest.transformer) throw new ReverieError('training-invalid', `${from} is no fast-style network.`);
  return startTraining(options, gatherParameters(options.network, parameters));
}

/** The averaged parameters, and the record of how they were made. */
async function publish(training: StyleTraining, state: TrainState): Promise<string> {
  const { options, backend, threads, perceptual } = training;
  const { network: transformer, batch } = options;
  const source = `Trained by Reverie (npm run train) in ${state.step} steps of ${batch}`;
  const parameters = scatterParameters(transformer, trainedParameters(state));
  const heading = { architecture: transformerArchitecture, transformer, source };
  const { file, manifest } = await publishNetwork(training, heading, parameters);
  const last = state.losses.slice(-200);
  const mean = (term: 'content' | 'style') => last.reduce((sum, losses) => sum + losses[term], 0) / last.length;
  await writeRecord(training, {
    ...options,
    perceptual: path.parse(perceptual).name,
    step: state.step,
    backend,
    threads,
    content: mean('content'),
    style: mean('style'),
  });
  return `${file}: ${manifest.bytes} bytes`;
}
