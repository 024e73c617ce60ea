/** One training of the network that paints in any style, from the command line. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ReverieError } from '../../../shared/errors';
import { anyStyleArchitecture } from '../../../shared/networks';
import type { Raster } from '../../../web/engine/images/resample';
import { AnyStyleNetwork, scatterWhole } from '../../../web/engine/transformer/any/network';
import { anyLayout, gatherAny } from '../../../web/engine/transformer/any/parameters';
import { measurePainting, paintStrong } from '../../../web/engine/transformer/any/scales';
import { openNodeDevice } from '../../nodeGpu';
import { layOut, quantise } from '../../weights/convert';
import { describeSource, readSource } from '../../weights/import';
import { readSquare } from '../../weights/pictures';
import { parseSafetensors, readTensor } from '../../weights/safetensors';
import { readStored, writeNetwork } from '../../weights/stored';
import { plotCurves } from '../plot';
import { openThreads } from '../threads';
import { checkpointIn, paceSince, splitPhotos, writeCheckpoint } from '../work';
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
  const { options, work, every, threads, backend, perceptual, judges } = training;
  const { photos, heldOut } = await splitPhotos(training.images);
  const { trained: paintings, heldOut: unseen } = await splitPaintings(training.paintings);
  await mkdir(work, { recursive: true });
  const state = await startOf(training);
  print(
    `${photos.length} photos and ${paintings.length} paintings; ${heldOut.length} and ${unseen.length} are kept out; ${threads} threads`,
  );
  await openNodeDevice(backend);
  if (state.step >= options.steps) return print(await publish(training, state));
  const { sources, close } = await openThreads<AnySample, AnyGradient>(
    threads,
    { kind: 'any', setting: { options, backend, perceptual, judges, photos, paintings } },
    { values: anyLayout.size, running: 0 },
  );
  const shown = await Promise.all(
    heldOut
      .slice(0, shownPairs)
      .map((file, i) =>
        Promise.all([readSquare(file, shownSide), readSquare(unseen[i] ?? paintings[i] ?? file, shownSide)]),
      ),
  );
  const pace = paceSince(state.step, options.steps);
  try {
    const last = await trainAny(state, { photos: photos.length, paintings: paintings.length }, sources, async (now) => {
      const losses = now.losses.at(-1);
      if (now.step % 10 === 0 && losses) {
        const told = Object.entries(losses).map(([name, loss]) => `${name} ${loss.toFixed(3)}`);
        print(`step ${now.step} of ${options.steps}: ${told.join(', ')}; ${pace(now.step)}`);
      }
      if (now.step % every === 0) await keep(training, now, shown);
      return !signal.aborted;
    });
    await keep(training, last, shown);
    print(await publish(training, last));
  } finally {
    await close();
  }
}

async function startOf({ options, work, from, resume }: AnyTraining): Promise<AnyState> {
  // The schedule may be changed on the way.
  if (resume) return { ...decodeAny(await readFile(checkpointIn(work))), options };
  if (!from) return startAny(options);
  if (from.endsWith('.json')) return startAny(options, gatherAny((await readStored(from)).parameters));
  const file = parseSafetensors(await readSource(from));
  const values = new Float32Array(anyLayout.size);
  for (const { name, shape, offset } of anyLayout.slots) values.set(readTensor(file, { name, shape }), offset);
  return startAny(options, values);
}

type Shown = readonly (readonly [photo: Raster, painting: Raster])[];

async function keep({ work, perceptual }: AnyTraining, state: AnyState, shown: Shown): Promise<void> {
  await writeCheckpoint(work, encodeAny(state));
  const encoder = await openEncoder(perceptual);
  const network = new AnyStyleNetwork(encoder, trainedAny(state));
  const rows = [];
  for (const [photo, painting] of shown) {
    const style = await measurePainting(network, painting);
    rows.push([photo, painting, await paintStrong(network, photo, style, { strength: 1, detail: 0, seed: 1 })]);
  }
  network.dispose();
  encoder.dispose();
  await writeSheet(path.join(work, 'samples.png'), rows, shownSide);
  await plotCurves(path.join(work, 'loss.png'), 'Training losses', [
    { name: 'style', colour: '#c2410c', values: state.losses.map(({ style }) => style) },
    { name: 'content', colour: '#1d4ed8', values: state.losses.map(({ content }) => content) },
  ]);
}

/** Half precision, averaged numbers, the encoder beside them; the record of how it was made lies next to it. */
async function publish(training: AnyTraining, state: AnyState): Promise<string> {
  const { id, out, options, backend, threads, perceptual, from } = training;
  const values = trainedAny(state);
  const whole = scatterWhole((await readStored(perceptual)).parameters, values);
  const tensors = [...whole].map(([name, { shape, values: each }]) => quantise(name, shape, each, 'float16'));
  const begun = from === undefined ? {} : { from: describeSource(from), ...(await saidOf(from)) };
  const { manifest, shards } = layOut(
    {
      ...{ id, architecture: anyStyleArchitecture, license: 'MIT', dtype: 'float16' },
      source:
        state.step > 0
          ? `Trained by Reverie (npm run train -- any) in ${state.step} steps of ${options.batch}`
          : `Trained for Reverie: ${JSON.stringify(begun)}`,
    },
    tensors,
  );
  const written = await writeNetwork(out, manifest, shards);
  const trained = {
    ...{ ...options, step: state.step, backend, threads, perceptual: path.parse(perceptual).name },
    judges: training.judges.map((file, i) => ({ file: describeSource(file), ...options.judges[i] })),
  };
  const record = { ...begun, ...(state.step > 0 && trained) };
  await writeFile(path.join(out, `${id}.training.txt`), `${JSON.stringify(record, null, 2)}\n`);
  if (manifest.bytes > maxBytes) {
    throw new ReverieError(
      'weights-invalid',
      `${written.manifest} has ${manifest.bytes} bytes, more than ${maxBytes}.`,
    );
  }
  return `${written.manifest}: ${manifest.bytes} bytes`;
}

/** What a file of another program says of itself. */
async function saidOf(from: string): Promise<object> {
  return from.endsWith('.json') ? {} : parseSafetensors(await readSource(from)).metadata;
}

/** A page is to have it at once. */
const maxBytes = 400_000;
