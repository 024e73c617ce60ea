/** How products are cut up for a GPU, and which convolutions are made by Winograd's way: by their sizes, and by the maker of the card where one was measured. */

export interface Tile {
  /** For pipeline keys. */
  readonly name: string;
  readonly threadColumns: number;
  readonly threadRows: number;
  /** Rows that one thread holds, `threadRows` apart from each other. */
  readonly rowsPerThread: number;
  readonly rows: number;
  readonly columns: number;
}

/** Threads across and down, 128 at most; rows that one of them holds at most, and where few workgroups would be left. */
export type TileShape = readonly [threadColumns: number, threadRows: number, most: number, least: number];

/** Rows that a thread must hold: four threads fetch a row of the tile, and all of a workgroup fetch at once. */
export const leastRows = (threadColumns: number): number => Math.max(1, threadColumns / 4);

/** Products of so many columns at most are made alike; of more as of the last. */
export const columnClasses = [4, 16, 32, 64] as const;
export type ColumnClass = (typeof columnClasses)[number];
export const classOf = (columns: number): ColumnClass => columnClasses.find((most) => columns <= most) ?? 64;

/** Tall tiles for few columns (16 channels of the small networks), square ones for many. */
const usual: Readonly<Record<ColumnClass, TileShape>> = {
  4: [1, 64, 2, 1],
  16: [4, 32, 4, 1],
  32: [8, 16, 8, 2],
  64: [16, 8, 8, 4],
};

interface Measured extends Partial<typeof usual> {
  /** Convolutions with so many channels at least, in and out, are made by Winograd's way (winograd.ts). */
  readonly winograd?: number;
}

/**
 * What differs from the usual, by `GPUAdapterInfo.vendor`: `npm run bench -- --read <file>` prints what a pack found to be best on a
 * card, to be written here. No card has been measured yet.
 */
export const tilesByVendor: Readonly<Record<string, Measured>> = {};

/** Fewer workgroups than this leave a GPU idle; smaller tiles then give more of them (deep layers, small pictures). */
const enoughWorkgroups = 64;

let shapes = usual;
let winograd: (channels: number, workgroups: number) => boolean = () => false;

/** From now on; by Winograd's way nothing is made yet. @param vendor of the adapter */
export function useTilesOf(vendor: string): void {
  shapes = { ...usual, ...tilesByVendor[vendor] };
  winograd = () => false;
}

/** @param on where it was found quicker on this vendor's cards; `'everywhere'`: of any size, to be looked at */
export function useWinograd(vendor: string, on: boolean | 'everywhere'): void {
  const least = tilesByVendor[vendor]?.winograd ?? Number.POSITIVE_INFINITY;
  winograd = (channels, workgroups) =>
    on === 'everywhere' || (on && channels >= least && workgroups >= enoughWorkgroups);
}

/** @param channels in or out, the fewer @param workgroups that it would give */
export const winogradFor = (channels: number, workgroups: number): boolean => winograd(channels, workgroups);

/** For the bench, which tries others. @param shape for every product */
export function tryTiles(shape: TileShape): void {
  shapes = { 4: shape, 16: shape, 32: shape, 64: shape };
}

export function tileFor(rows: number, columns: number): Tile {
  const [threadColumns, threadRows, most, least] = shapes[classOf(columns)];
  const width = threadColumns * 4;
  const workgroups = Math.ceil(rows / (threadRows * most)) * Math.ceil(columns / width);
  const rowsPerThread = workgroups < enoughWorkgroups ? least : most;
  const height = threadRows * rowsPerThread;
  const name = `${height}x${width} by ${threadRows}`;
  return { name, threadColumns, threadRows, rowsPerThread, rows: height, columns: width };
}
