/** Sample pictures of a training: photos down, styles across, so that an eye can follow it. */
import sharp from 'sharp';
import type { TransformerConfiguration } from '../../shared/transformer';
import { pixelsOf, readRaster, tensorOf } from '../../web/engine/images/pictures';
import type { Raster } from '../../web/engine/images/resample';
import { canvasOf, noiseShare } from '../../web/engine/transformer/noise';
import type { TransformerParameters } from '../../web/engine/transformer/parameters';
import { Transformer } from '../../web/engine/transformer/transformer';

/** The photos painted in every style, read back. */
export async function paintSheet(
  file: string,
  configuration: TransformerConfiguration,
  parameters: TransformerParameters,
  photos: readonly Raster[],
): Promise<void> {
  const transformer = new Transformer(configuration, parameters);
  const cells: { readonly raster: Raster; readonly row: number; readonly column: number }[] = [];
  for (const [row, photo] of photos.entries()) {
    cells.push({ raster: photo, row, column: 0 });
    for (const column of configuration.styles.keys()) {
      const image = tensorOf(canvasOf(photo, configuration, row, noiseShare(configuration, column)));
      const vector = transformer.blend(configuration.styles.map((_, i) => (i === column ? 1 : 0)));
      const painted = transformer.paint(image, vector);
      cells.push({ raster: await readRaster(painted), row, column: column + 1 });
      painted.dispose();
      image.dispose();
    }
  }
  transformer.dispose();
  const [first] = photos;
  if (!first) return;
  const { width, height } = first;
  await sharp({
    create: {
      width: width * (configuration.styles.length + 1),
      height: height * photos.length,
      channels: 3,
      background: '#808080',
    },
  })
    .composite(
      cells.map(({ raster, row, column }) => ({
        input: Buffer.from(pixelsOf(raster).data),
        raw: { width, height, channels: 4 as const },
        left: column * width,
        top: row * height,
      })),
    )
    .png()
    .toFile(file);
}
