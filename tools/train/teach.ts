/** `npm run train -- style … --style-file mine.reverie-style`: one more style for the shipped network (web/engine/train/own.ts). */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { ReverieError } from '../../shared/errors';
import { weightsHash } from '../../shared/hash';
import { defaultNetwork } from '../../shared/networks';
import { fastDefaults } from '../../shared/techniques/fast/schema';
import type { BackendName } from '../../web/engine/api';
import {
  type BaseNetwork,
  balanced,
  nearestStart,
  type OwnTrainOptions,
  ownNumbers,
  ownTrainOptions,
} from '../../web/engine/train/own';
import { encodeStyleFile } from '../../web/engine/train/styleFile';
import { startTraining, train } from '../../web/engine/train/trainer';
import { gatherParameters } from '../../web/engine/transformer/parameters';
import { manifestOf } from '../files';
import { readStored } from '../weights/stored';
import { openSource } from './setting';
import { lossText, splitPhotos } from './work';

export interface Teaching {
  readonly options: OwnTrainOptions;
  readonly images: string;
  readonly painting: string;
  /** Where the style goes. */
  readonly file: string;
  readonly name: string;
  readonly backend: BackendName;
  readonly threads: number;
}

const thumbnailSide = 160;
/** Long side that photos are seen at: its squares are to show things, not a patch of sky. */
const photoSide = 400;

/** Ctrl-C ends it after the step, and writes what was learned by then. @throws ReverieError */
export async function teach(teaching: Teaching, signal: AbortSignal, print: (line: string) => void): Promise<void> {
  const { painting, file, name, backend, threads } = teaching;
  const { photos } = await splitPhotos(teaching.images);
  const base = await shippedNetwork();
  const options = ownTrainOptions(teaching.options, base);
  const perceptual = manifestOf(defaultNetwork);
  const setting = { options, backend, backendThreads: threads, perceptual, photos, photoSide, paintings: [painting] };
  const source = await openSource(setting);
  const goOn = () => !signal.aborted;
  const nearest = await nearestStart(base, options, photos.length, source, goOn);
  const last = await train(startTraining(balanced(options, nearest), nearest.start), photos.length, [source], {
    onStep: ({ step, losses }) => {
      if (step % 10 === 0) print(`step ${step} of ${options.steps}: ${lossText({ ...losses.at(-1) })}`);
      return goOn();
    },
  });
  const { styles: _, ...transformer } = base.configuration;
  const { id: network, weights } = base;
  const learned = { trains: options.trains, steps: last.step, values: ownNumbers(last) };
  const thumbnail = await thumbnailOf(painting);
  const bytes = await encodeStyleFile({ name, network, weights, transformer, ...learned, thumbnail });
  await writeFile(file, bytes);
  print(`${path.basename(file)}: ${bytes.length} bytes after ${last.step} steps`);
}

async function shippedNetwork(): Promise<BaseNetwork> {
  const { manifest, parameters } = await readStored(manifestOf(fastDefaults.network));
  const { id, transformer } = manifest;
  if (!transformer) throw new ReverieError('network-unknown', `${id} is not a network that paints.`);
  const weights = await weightsHash(manifest);
  return { id, weights, configuration: transformer, parameters: gatherParameters(transformer, parameters) };
}

async function thumbnailOf(painting: string): Promise<Uint8Array<ArrayBuffer>> {
  const picture = sharp(painting).autoOrient().resize(thumbnailSide, thumbnailSide).webp({ quality: 80 });
  return Uint8Array.from(await picture.toBuffer());
}
