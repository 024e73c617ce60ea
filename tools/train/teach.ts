/**
 * `npm run train -- style … --style-file mine.reverie-style`: one more style for a network that is there, by the engine's own
 * training, as the studio does it.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { ReverieError } from '../../shared/errors';
import { limits } from '../../shared/limits';
import { defaultNetwork } from '../../shared/networks';
import { fastDefaults } from '../../shared/techniques/fast/schema';
import type { BackendName } from '../../web/engine/api';
import { shrinkToSize } from '../../web/engine/host/shrink';
import type { OwnTrainOptions } from '../../web/engine/train/own';
import { encodeStyleFile } from '../../web/engine/train/styleFile';
import { openEngine } from '../cli/engine';
import { readImage } from '../images';
import { listPictures } from '../weights/pictures';

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

/** Ctrl-C ends it after the step, and writes what was learned by then. @throws ReverieError */
export async function teach(teaching: Teaching, signal: AbortSignal, print: (line: string) => void): Promise<void> {
  const { options, images, file, name, backend, threads } = teaching;
  const { maxPhotos, photoSide } = limits.train;
  const files = await listPictures(images);
  // From all over the folder, where it has more than a training takes.
  const chosen = files.filter((_, i) => i % Math.ceil(files.length / maxPhotos) === 0);
  if (chosen.length === 0) throw new ReverieError('not-found', `${images} has no photos.`);
  const photos = [];
  for (const photo of chosen) photos.push(shrinkToSize(await readImage(photo), photoSide));
  const engine = await openEngine(backend, threads);
  try {
    const request = { options, network: fastDefaults.network, perceptual: defaultNetwork, photos };
    const training = engine.train(
      { ...request, painting: await readImage(teaching.painting) },
      {
        onProgress: ({ phase, step, steps, losses, remainingMs = 0 }) => {
          if (phase !== 'optimise' || !losses || step % 10 !== 0) return;
          const [content, style] = [losses.content, losses.style].map((loss) => loss.toFixed(3));
          print(
            `step ${step} of ${steps}: content ${content}, style ${style}; ${(remainingMs / 60_000).toFixed(1)} min left`,
          );
        },
      },
    );
    signal.addEventListener('abort', () => training.cancel());
    const { style, steps, msPerStep } = await training.result;
    const picture = sharp(teaching.painting).autoOrient().resize(thumbnailSide, thumbnailSide).webp({ quality: 80 });
    const thumbnail = Uint8Array.from(await picture.toBuffer());
    const bytes = await encodeStyleFile({ ...style, steps, name, thumbnail });
    await writeFile(file, bytes);
    print(`${path.basename(file)}: ${bytes.length} bytes after ${steps} steps of ${msPerStep.toFixed(0)} ms`);
  } finally {
    await engine.dispose();
  }
}
