/** One training of the network that paints in any style, from the command line. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ReverieError } from '../../../shared/errors';
import { anyStyleArchitecture } from '../../../shared/networks';
import { anyDefaults as anyRecipe } from '../../../shared/techniques/any/schema';
import type { Raster } from '../../../web/engine/images/resample';
import type { Source } from '../../../web/engine/train/sources';
import { AnyStyleNetwork, scatterWhole } from '../../../web/engine/transformer/any/network';
import { anyLayout, gatherAny } from '../../../web/engine/transformer/any/parameters';
import { measurePainting, paintStrong } from '../../../web/engine/transformer/any/scales';
import { openNodeDevice } from '../../nodeGpu';
import { describeSource, readSource } from '../../weights/import';
import { readSquare } from '../../weights/pictures';
import { parseSafetensors, readTensor } from '../../weights/safetensors';
import { readStored } from '../../weights/stored';
import { lossText, plotLosses, publishNetwork, readCheckpoint, runTraining, splitPhotos, writeRecord } from '../work';
import type { AnyGradient } from './gradient';
import type { AnyTraining } from './options';
import { splitPaintings } from './paintings';
import type { AnySample } from './samples';
import { writeSheet } from './score';
import { openEncoder } from './setting';
import { type AnyState, decodeAny, encodeAny, startAny, trainAny, trainedAny } from './trainer';

const shownPairs = 4;
const shownSide = 256;

export async function trainAnyStyle(training: AnyTraining, signal: AbortSignal, print: (line: string) => void) {
  const { options, work, threads, backend, perceptual, judges } = training;
  const { photos, heldOut } = await splitPhotos(training.images);
  const { trained: paintings, heldOut: unseen } = await splitPaintings(training.paintings);
  await mkdir(work, { recursive: true });
  const state = await startOf(training);
  print(
    `${photos.length} photos and ${paintings.length} paintings; ${heldOut.length} and ${unseen.length} are kept out; ${threads} threads`,
  );
  await openNodeDevice(backend);
  if (state.step >= options.steps) return print(await publish(training, state));
  const read = (file: string) => readSquare(file, shownSide);
  const shown = await Promise.all(
    heldOut.slice(0, shownPairs).map((file, i) => Promise.all([read(file), read(unseen[i] ?? paintings[i] ?? file)])),
  );
  const counts = { photos: photos.length, paintings: paintings.length };
  const last = await runTraining(
    training,
    {
      state,
      steps: options.steps,
      encode: encodeAny,
      thread: { kind: 'any', setting: { options, backend, perceptual, judges, photos, paintings } },
      sizes: { values: anyLayout.size, running: 0 },
      train: (sources: readonly Source<AnySample, AnyGradient>[], onStep) => trainAny(state, counts, sources, onStep),
      tell: ({ losses }) => lossText({ ...losses.at(-1) }),
      show: (now) => show(training, now, shown),
    },
    signal,
    print,
  );
  print(await publish(training, last));
}

async function startOf({ options, work, from, resume }: AnyTraining): Promise<AnyState> {
  // The schedule may be changed on the way.
  if (resume) return { ...decodeAny(await readCheckpoint(work)), options };
  if (!from) return startAny(options);
  if (from.endsWith('.json')) return startAny(options, gatherAny((await readStored(from)).parameters));
  const file = parseSafetensors(await readSource(from));
  const values = new Float32Array(anyLayout.size);
  for (const { name, shape, offset } of anyLayout.slots) values.set(readTensor(file, { name, shape }), offset);
  return startAny(options, values);
}

type Shown = readonly (readonly [photo: Raster, painting: Raster])[];

async function show({ work, perceptual }: AnyTraining, state: AnyState, shown: Shown): Promise<void> {
  const encoder = await openEncoder(perceptual);
  const network = new AnyStyleNetwork(encoder, trainedAny(state));
  const rows = [];
  for (const [photo, painting] of shown) {
    const style = await measurePainting(network, painting);
    rows.push([
      photo,
      painting,
      await paintStrong(network, photo, style, { strength: 1, detail: anyRecipe.detail / 100, seed: 1 }),
    ]);
  }
  network.dispose();
  encoder.dispose();
  await writeSheet(path.join(work, 'samples.png'), rows, shownSide);
  await plotLosses(work, state.losses);
}

/** The averaged numbers, the encoder beside them; the record of how they were made lies next to them. */
async function publish(training: AnyTraining, state: AnyState): Promise<string> {
  const { options, backend, threads, perceptual, from } = training;
  const { step } = state;
  const begun = from === undefined ? {} : { from: describeSource(from), ...(await saidOf(from)) };
  const source =
    step > 0
      ? `Trained by Reverie (npm run train -- any) in ${step} steps of ${options.batch}`
      : `Trained for Reverie: ${JSON.stringify(begun)}`;
  const whole = scatterWhole((await readStored(perceptual)).parameters, trainedAny(state));
  const { file, manifest } = await publishNetwork(training, { architecture: anyStyleArchitecture, source }, whole);
  const trained = {
    ...options,
    step,
    backend,
    threads,
    perceptual: path.parse(perceptual).name,
    judges: training.judges.map((judge, i) => ({ file: describeSource(judge), ...options.judges[i] })),
  };
  await writeRecord(training, { ...begun, ...(step > 0 && trained) });
  if (manifest.bytes > maxBytes) {
    throw new ReverieError('weights-invalid', `${file} has ${manifest.bytes} bytes, more than ${maxBytes}.`);
  }
  return `${file}: ${manifest.bytes} bytes`;
}

/** What a file of another program says of itself. */
async function saidOf(from: string): Promise<object> {
  return from.endsWith('.json') ? {} : parseSafetensors(await readSource(from)).metadata;
}

/** A page is to have it at once. */
const maxBytes = 400_000;
