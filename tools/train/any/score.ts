/** `npm run train -- score-any`: photos and paintings kept out of training, judged as `score` judges (judge.ts). */
import path from 'node:path';
import sharp from 'sharp';
import { ReverieError } from '../../../shared/errors';
import { pixelsOf, rasterOf, resizeToLongSide } from '../../../web/engine/images/pictures';
import type { Raster } from '../../../web/engine/images/resample';
import { AnyStyleNetwork } from '../../../web/engine/transformer/any/network';
import { measurePainting, paintStrong } from '../../../web/engine/transformer/any/scales';
import { readImage } from '../../images';
import { openNodeDevice } from '../../nodeGpu';
import type { TeacherSpec } from '../../weights/metric';
import { listPictures } from '../../weights/pictures';
import { readStored } from '../../weights/stored';
import { openJudge } from '../judge';
import { heldOutOf } from '../work';
import { splitPaintings } from './paintings';

export interface AnyScoring {
  readonly images: string;
  readonly paintings: readonly string[];
  /** All paintings of the first folder, not only those kept out. */
  readonly all: boolean;
  readonly judge: TeacherSpec;
  /** Manifest. */
  readonly network: string;
  readonly count: number;
  readonly size: number;
  readonly strength: number;
  readonly detail: number;
  readonly sheet?: string | undefined;
}

export async function scoreAny(scoring: AnyScoring, print: (line: string) => void): Promise<void> {
  const { size, count, strength, detail } = scoring;
  const photos = heldOutOf(await listPictures(scoring.images));
  const [collection = ''] = scoring.paintings;
  const paintings = scoring.all ? await listPictures(collection) : (await splitPaintings(scoring.paintings)).heldOut;
  if (photos.length === 0 || paintings.length === 0) {
    throw new ReverieError('not-found', `${photos.length} photos and ${paintings.length} paintings are kept out.`);
  }
  await openNodeDevice('wasm');
  const network = AnyStyleNetwork.create((await readStored(scoring.network)).parameters);
  const compare = await openJudge(scoring.judge);
  const read = async (file: string) => resizeToLongSide(rasterOf(await readImage(file)), size);
  const sums = { style: 0, content: 0, untouched: 0 };
  const rows: Raster[][] = [];
  for (let i = 0; i < count; i++) {
    // Every photo with the painting of its number, then every one with the next.
    const file = photos[i % photos.length] ?? '';
    const painting = paintings[(i + Math.floor(i / photos.length)) % paintings.length] ?? '';
    const [photo, target] = [await read(file), await read(painting)];
    const style = await measurePainting(network, target);
    const options = { strength: strength / 100, detail: detail / 100, seed: 1 };
    const painted = rasterOf(pixelsOf(await paintStrong(network, photo, style, options)));
    const { style: untouched } = await compare(photo, target, photo);
    const found = await compare(painted, target, photo);
    sums.style += found.style / count;
    sums.content += found.content / count;
    sums.untouched += untouched / count;
    rows.push([photo, target, painted]);
    print(
      `${path.basename(file)}, ${path.basename(painting)}: style ${found.style.toFixed(3)} ` +
        `(untouched ${untouched.toFixed(3)}), content ${found.content.toFixed(3)}`,
    );
  }
  network.dispose();
  print(
    `mean of ${count}: style ${sums.style.toFixed(4)}, ${(sums.style / sums.untouched).toFixed(3)} of the untouched ` +
      `photos' ${sums.untouched.toFixed(4)}; content ${sums.content.toFixed(4)}`,
  );
  if (scoring.sheet !== undefined) await writeSheet(scoring.sheet, rows, size);
}

/** Rows of pictures in squares of one size, on grey. @param file as what it ends in says */
export async function writeSheet(file: string, rows: readonly (readonly Raster[])[], side: number): Promise<void> {
  const columns = Math.max(...rows.map(({ length }) => length));
  await sharp({ create: { width: side * columns, height: side * rows.length, channels: 3, background: '#808080' } })
    .composite(
      rows.flatMap((row, y) =>
        row.map((raster, x) => ({
          input: Buffer.from(pixelsOf(raster).data),
          raw: { width: raster.width, height: raster.height, channels: 4 as const },
          left: x * side,
          top: y * side,
        })),
      ),
    )
    .toFile(file);
}
