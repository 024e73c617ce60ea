/** What `assembly/index.ts` exports. Pointers are byte addresses, 0 is "none". */
export interface Kernels {
  winogradScratchFloats(ci: number, co: number): number;
  winogradConv(
    ...operands: [
      ...[input: number, mask: number, inRows: number, inColumns: number, inWidth: number, ci: number],
      ...[filter: number, bias: number, relu: number],
      ...[out: number, outRows: number, outColumns: number, outStride: number, co: number],
      ...[outHeight: number, outWidth: number, accumulate: number, scratch: number],
    ]
  ): void;
  directScratchFloats(outWidth: number, ci: number, co: number, kh: number, kw: number, stride: number): number;
  directConv(
    ...operands: [
      ...[input: number, mask: number, inRows: number, inColumns: number, inWidth: number, ci: number],
      ...[filter: number, tapRows: number, tapColumns: number, kh: number, kw: number, filterWidth: number],
      ...[stride: number, bias: number, relu: number],
      ...[out: number, outRows: number, outColumns: number, outStride: number, co: number],
      ...[outHeight: number, outWidth: number, accumulate: number, scratch: number],
    ]
  ): void;
  filterGradScratchFloats(outWidth: number, ci: number, co: number, kh: number, kw: number, stride: number): number;
  filterGrad(
    ...operands: [
      ...[x: number, inRows: number, inColumns: number, inWidth: number, ci: number],
      ...[dy: number, mask: number, outHeight: number, outWidth: number, co: number],
      ...[kh: number, kw: number, stride: number, filter: number, bias: number, scratch: number],
    ]
  ): void;
  moments(x: number, positions: number, channels: number, mean: number, gram: number): void;
  affine(
    ...operands: [
      ...[x: number, positions: number, channels: number, matrix: number],
      ...[vector: number, dy: number, out: number],
    ]
  ): void;
  channelMomentsScratchFloats(channels: number): number;
  channelMoments(
    ...operands: [
      ...[x: number, other: number, positions: number, channels: number],
      ...[mean: number, product: number, scratch: number],
    ]
  ): void;
  channelAffineScratchFloats(channels: number): number;
  channelAffine(
    ...operands: [
      ...[x: number, positions: number, channels: number, gain: number, offset: number],
      ...[other: number, otherGain: number, relu: number, out: number, scratch: number],
    ]
  ): void;
  adam(
    ...operands: [
      ...[size: number, x: number, gradient: number, first: number, second: number, average: number],
      ...[newX: number, newFirst: number, newSecond: number, newAverage: number],
      ...[rate: number, correction: number, beta1: number, beta2: number],
      ...[epsilon: number, averaging: number, min: number, max: number],
    ]
  ): void;
  totalVariation(
    ...operands: [
      ...[image: number, gradient: number, out: number, height: number, width: number, channels: number],
      ...[straight: number, diagonal: number],
    ]
  ): number;
}
