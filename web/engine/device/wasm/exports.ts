/** What `assembly/index.ts` exports. Pointers are byte addresses, 0 is "none". */

/** Those that may be divided: after their operands they are told which part to do, and where there is scratch for it. */
export interface DividedKernels {
  zero(...operands: [out: number, ...floats: Part]): void;
  averagePool(
    ...operands: [
      ...[x: number, inWidth: number, channels: number, size: number, out: number, outWidth: number],
      ...rows: Part,
    ]
  ): void;
  averagePoolGrad(
    ...operands: [
      ...[dy: number, outHeight: number, outWidth: number, channels: number, size: number, dx: number],
      ...[inWidth: number, ...rows: Part],
    ]
  ): void;
  winogradFilters(...operands: [filter: number, ci: number, co: number, u: number, ...Part]): void;
  winogradConv(
    ...operands: [
      ...[input: number, mask: number, inRows: number, inColumns: number, inWidth: number, ci: number],
      ...[u: number, bias: number, relu: number],
      ...[out: number, outRows: number, outColumns: number, outStride: number, co: number],
      ...[outHeight: number, outWidth: number, accumulate: number, ...tiles: Part],
    ]
  ): void;
  directConv(
    ...operands: [
      ...[input: number, mask: number, inRows: number, inColumns: number, inWidth: number, ci: number],
      ...[packed: number, kh: number, kw: number, stride: number, bias: number, relu: number],
      ...[out: number, outRows: number, outColumns: number, outStride: number, co: number],
      ...[outWidth: number, accumulate: number, ...rows: Part],
    ]
  ): void;
  spline(
    ...operands: [
      ...[input: number, inWidth: number, channels: number, rows: number, columns: number],
      ...[out: number, outWidth: number, ...rows: Part],
    ]
  ): void;
  filterGrad(
    ...operands: [
      ...[x: number, inRows: number, inColumns: number, inWidth: number, ci: number],
      ...[dy: number, mask: number, outHeight: number, outWidth: number, co: number],
      ...[kh: number, kw: number, stride: number, filter: number, bias: number, ...blocks: Part],
    ]
  ): void;
  moments(
    ...operands: [x: number, positions: number, channels: number, slice: number, sums: number, ...steps: Part]
  ): void;
  affine(
    ...operands: [
      ...[x: number, channels: number, matrix: number, vector: number, dy: number, relu: number, out: number],
      ...positions: Part,
    ]
  ): void;
  channelMoments(
    ...operands: [
      ...[x: number, other: number, positions: number, channels: number, slice: number, totals: number],
      ...blocks: Part,
    ]
  ): void;
  channelAffine(
    ...operands: [
      ...[x: number, channels: number, gain: number, offset: number, other: number, otherGain: number],
      ...[relu: number, out: number, ...positions: Part],
    ]
  ): void;
  positionGain(...operands: [x: number, gain: number, channels: number, out: number, ...positions: Part]): void;
  adam(
    ...operands: [
      ...[x: number, gradient: number, first: number, second: number, average: number],
      ...[newX: number, newFirst: number, newSecond: number, newAverage: number],
      ...[rate: number, correction: number, beta1: number, beta2: number],
      ...[epsilon: number, averaging: number, min: number, max: number, ...values: Part],
    ]
  ): void;
  totalVariation(
    ...operands: [
      ...[image: number, gradient: number, out: number, height: number, width: number, channels: number],
      ...[straight: number, diagonal: number, energies: number, ...rows: Part],
    ]
  ): void;
  settle(
    ...operands: [
      ...[x: number, step: number, average: number, newX: number, newAverage: number],
      ...[keep: number, rest: number, ...values: Part],
    ]
  ): void;
  enlarge(
    ...operands: [
      ...[coarse: number, inWidth: number, channels: number, rows: number, columns: number],
      ...[fine: number, out: number, outWidth: number, ...rows: Part],
    ]
  ): void;
}

type Part = [first: number, end: number, scratch: number];

/** What a kernel is given before its part. */
export type OperandsOf<K extends keyof DividedKernels> =
  Parameters<DividedKernels[K]> extends [...infer Operands extends number[], ...Part] ? Readonly<Operands> : never;

export interface Kernels extends DividedKernels {
  winogradFilterFloats(ci: number, co: number): number;
  winogradScratchFloats(ci: number, co: number): number;
  directFilterFloats(ci: number, co: number, kh: number, kw: number): number;
  directFilter(
    ...operands: [
      ...[filter: number, tapRows: number, tapColumns: number, kh: number, kw: number, filterWidth: number],
      ...[ci: number, co: number, stride: number, packed: number],
    ]
  ): void;
  directScratchFloats(
    ...sizes: [outWidth: number, ci: number, co: number, kh: number, kw: number, stride: number]
  ): number;
  splineScratchFloats(inWidth: number, channels: number): number;
  filterGradBlocks(ci: number, kh: number, kw: number): number;
  filterGradScratchFloats(
    ...sizes: [outWidth: number, ci: number, co: number, kh: number, kw: number, stride: number, blocks: number]
  ): number;
  momentsSlice(positions: number, channels: number): number;
  momentsFloats(channels: number): number;
  momentsEnd(
    ...operands: [sums: number, slices: number, positions: number, channels: number, mean: number, gram: number]
  ): void;
  covarianceError(...operands: [mean: number, gram: number, goal: number, channels: number, off: number]): void;
  covarianceSlopes(
    ...operands: [
      ...[mean: number, error: number, weighed: number, off: number, pulls: number],
      ...[gains: number, channels: number, scale: number],
    ]
  ): number;
  enlargeScratchFloats(inWidth: number, channels: number): number;
  channelMomentsBlocks(positions: number, channels: number): number;
  channelMomentsSlice(positions: number, channels: number): number;
  channelMomentsEnd(
    ...operands: [totals: number, slices: number, positions: number, channels: number, mean: number, product: number]
  ): void;
  channelAffineUnit(channels: number): number;
  channelAffineScratchFloats(channels: number): number;
}
