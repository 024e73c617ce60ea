/** One training from the command line: threads, checkpoints, sample pictures, a loss plot, and the network at the end. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ReverieError } from '../../shared/errors';
import { transformerArchitecture } from '../../shared/networks';
import { decodeCheckpoint, encodeCheckpoint } from '../../web/engine/train/checkpoint';
import type { Sample } from '../../web/engine/train/samples';
import type { BatchGradient } from '../../web/engine/train/sources';
import { startTraining, type TrainState, train, trainedParameters } from '../../web/engine/train/trainer';
import { gatherParameters, layoutOf, scatterParameters } from '../../web/engine/transformer/parameters';
import { openNodeDevice } from '../nodeGpu';
import { layOut, quantise } from '../weights/convert';
import { readSquare } from '../weights/pictures';
import { readStored, writeNetwork } from '../weights/stored';
import type { StyleTraining } from './options';
import { plotCurves } from './plot';
import { paintSheet } from './sheet';
import { openThreads } from './threads';
import { checkpointIn, paceSince, splitPhotos, writeCheckpoint } from './work';

const samplePhotos = 3;
const sampleSide = 256;

export async function trainStyles(training: StyleTraining, signal: AbortSignal, print: (line: string) => void) {
  const { options, work, every, threads, backend } = training;
  const { photos, heldOut } = await splitPhotos(training.images);
  await mkdir(work, { recursive: true });
  const state = await startOf(training);
  print(
    `${photos.length} photos, ${heldOut.length} kept out; ${options.network.styles.length} styles; ${threads} threads`,
  );
  // For the sample pictures; and first, since only the main thread can tell the Vulkan loader which driver to take.
  await openNodeDevice(backend);
  const { size, channels } = layoutOf(options.network);
  const { sources, close } = await openThreads<Sample, BatchGradient>(
    threads,
    { kind: 'network', setting: { ...training, photos } },
    { values: size, running: options.network.norm === 'batch' ? 2 * channels : 0 },
  );
  const shown = await Promise.all(heldOut.slice(0, samplePhotos).map((file) => readSquare(file, sampleSide)));
  const pace = paceSince(state.step, options.steps);
  try {
    const last = await train(state, photos.length, sources, {
      async onStep(now) {
        const last = now.losses.at(-1);
        if (now.step % 10 === 0 && last) {
          const [content, style, variation] = [last.content, last.style, last.variation].map((loss) => loss.toFixed(3));
          print(
            `step ${now.step} of ${options.steps}: content ${content}, style ${style}, variation ${variation}; ` +
              pace(now.step),
          );
        }
        if (now.step % every === 0) await keep(training, now, shown);
        return !signal.aborted;
      },
    });
    await keep(training, last, shown);
    print(await publish(training, last));
  } finally {
    await close();
  }
}

async function startOf({ options, work, from, resume }: StyleTraining): Promise<TrainState> {
  if (resume) {
    const state = decodeCheckpoint(await readFile(checkpointIn(work)));
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

async function keep({ work, options }: StyleTraining, state: TrainState, shown: Parameters<typeof paintSheet>[3]) {
  await writeCheckpoint(work, encodeCheckpoint(state));
  const parameters = trainedParameters(state);
  await paintSheet(path.join(work, 'samples.png'), options.network, parameters, shown);
  await plotCurves(path.join(work, 'loss.png'), 'Training losses', [
    { name: 'style', colour: '#c2410c', values: state.losses.map(({ style }) => style) },
    { name: 'content', colour: '#1d4ed8', values: state.losses.map(({ content }) => content) },
  ]);
}

/** Half precision, averaged parameters; the record of how it was made beside it. */
async function publish(
  { id, out, options, backend, threads, perceptual }: StyleTraining,
  state: TrainState,
): Promise<string> {
  const { network } = options;
  const tensors = [...scatterParameters(network, trainedParameters(state))].map(([name, { shape, values }]) =>
    quantise(name, shape, values, 'float16'),
  );
  const heading = {
    ...{ id, architecture: transformerArchitecture, transformer: network, license: 'MIT' },
    dtype: 'float16',
    source: `Trained by Reverie (npm run train) in ${state.step} steps of ${options.batch}`,
  } as const;
  const { manifest, shards } = layOut(heading, tensors);
  const written = await writeNetwork(out, manifest, shards);
  const last = state.losses.slice(-200);
  const mean = (term: 'content' | 'style') => last.reduce((sum, losses) => sum + losses[term], 0) / last.length;
  const record = {
    ...{ ...options, perceptual: path.parse(perceptual).name, step: state.step, backend, threads },
    ...{ content: mean('content'), style: mean('style') },
  };
  await writeFile(path.join(out, `${id}.training.txt`), `${JSON.stringify(record, null, 2)}\n`);
  return `${written.manifest}: ${manifest.bytes} bytes`;
}
