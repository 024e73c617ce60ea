/** The tiles that a card's convolutions are tried with, and which of them to write down. */
import { tileBytes } from '../../../web/engine/device/webgpu/gemm';
import {
  type ColumnClass,
  classOf,
  columnClasses,
  leastRows,
  type TileShape,
} from '../../../web/engine/device/webgpu/tiles';
import { leastLimits } from '../../../web/engine/device/webgpuBackend';
import { type Swept, winogradName } from './format';

const workgroupBytes = leastLimits.maxComputeWorkgroupStorageSize;

/** As wide as the product of so many columns, or half of it; 32 to 128 threads, which hold as many rows as there are registers for. */
export function tilesToTry(columns: number): TileShape[] {
  const widest = Math.min(16, classOf(columns) / 4);
  return [widest, widest / 2]
    .filter(Number.isInteger)
    .flatMap((across) =>
      [4, 8, 16, 32, 64]
        .filter((down) => across * down >= 32 && across * down <= 128)
        .flatMap((down) =>
          [2, 4, 8]
            .filter((rows) => rows >= leastRows(across) && tileBytes(down * rows, across) <= workgroupBytes)
            .map((rows): TileShape => [across, down, rows, rows]),
        ),
    );
}

/** A tile must be so much quicker to be written down. */
const worthWriting = 0.97;

/** The quickest tile of every class of products, where it is not the one that is taken; over several shapes by the mean of the ratios. */
export function bestTiles(swept: readonly Swept[]): Partial<Record<ColumnClass, TileShape>> {
  const best: Partial<Record<ColumnClass, TileShape>> = {};
  for (const columnClass of columnClasses) {
    const own = swept.filter(({ columns }) => columns !== undefined && classOf(columns) === columnClass);
    const ratioOf = (name: string) =>
      mean(own.map(({ tiles }) => (tiles.find((tile) => tile.name === name)?.ms ?? Number.NaN) / (tiles[0]?.ms ?? 1)));
    const tried = (own[0]?.tiles ?? []).map((tile) => ({ ...tile, ratio: ratioOf(tile.name) }));
    const [quickest] = tried
      .filter(({ ratio, shape }) => shape && ratio < worthWriting)
      .toSorted((a, b) => a.ratio - b.ratio);
    if (!quickest?.shape) continue;
    const [across, down, rows] = quickest.shape;
    // Where few workgroups would be left, half as many rows.
    best[columnClass] = [across, down, rows, Math.max(leastRows(across), rows / 2)];
  }
  return best;
}

/** The quickest tile. */
export const bestDirect = ({ tiles }: Swept) =>
  tiles.filter(({ name }) => name !== winogradName).toSorted((a, b) => a.ms - b.ms)[0];

/** The fewest channels from which on Winograd's way is quicker than the best tile at every size that was tried; undefined where it never is. */
export function winogradFrom(swept: readonly Swept[]): number | undefined {
  const pays = (one: Swept) => {
    const own = one.tiles.find(({ name }) => name === winogradName)?.ms ?? Number.POSITIVE_INFINITY;
    return own < worthWriting * (bestDirect(one)?.ms ?? 0);
  };
  const ordered = swept.toSorted((a, b) => (a.columns ?? 0) - (b.columns ?? 0));
  return ordered.slice(ordered.findLastIndex((one) => !pays(one)) + 1)[0]?.columns;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
