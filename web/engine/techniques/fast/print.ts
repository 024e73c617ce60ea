/**
 * Prints by a network that has learned its styles: what hangs goes through it once more, enlarged, all tiles by the
 * statistics of the whole, seen small.
 */

import type { FastRecipe } from '../../../../shared/techniques/fast/schema';
import { fitLongSide, readRaster, tensorOf } from '../../images/pictures';
import type { Part, Raster } from '../../images/resample';
import { corner, toLattice } from '../../transformer/any/scales';
import { canvasOf } from '../../transformer/noise';
import { disposeStatistics } from '../../transformer/pass';
import { sideMultiple } from '../../transformer/stages';
import type { PrintJob, RunControl } from '../../types';
import { printCanvas, printTiles } from '../print';
import type { StyledNetwork } from './styles';
import { reachOf } from './tiles';

/** Long side at which the whole is seen, pixels. */
const planSide = 512;
const mostTile = 320;
/** Of what the photo shows beyond what hangs. */
const detailShare = 1 / 3;

/** @returns false when it was cancelled before its last band */
export async function printFast(
  { network, vector }: StyledNetwork,
  { seed, strength, tile }: FastRecipe,
  print: PrintJob,
  control: RunControl,
): Promise<boolean> {
  const canvas = printCanvas(print, detailShare);
  const seen = fitLongSide(print.width, print.height, Math.min(planSide, Math.max(print.width, print.height)));
  const paintedOn = (begun: Raster, place: Part) =>
    tensorOf(canvasOf(toLattice(begun, sideMultiple), network.configuration, seed, strength / 100, place));
  const all = { top: 0, left: 0, ...seen };
  const small = paintedOn(canvas.begun(seen, all), all);
  const statistics = network.measure(small, vector);
  small.dispose();
  try {
    return await printTiles(print, control, {
      tile: Math.min(mostTile, tile),
      around: reachOf(network.layout.stages),
      async paint(part) {
        const begun = canvas.begun(print, part);
        const image = paintedOn(begun, part);
        const made = network.paint(image, vector, statistics);
        const painted = corner(await readRaster(made), part.width, part.height);
        image.dispose();
        made.dispose();
        const { values } = painted;
        for (let i = 0; i < values.length; i++) {
          const under = begun.values[i] ?? 0;
          values[i] = under + (strength / 100) * ((values[i] ?? 0) - under);
        }
        return painted;
      },
    });
  } finally {
    disposeStatistics(statistics);
  }
}
