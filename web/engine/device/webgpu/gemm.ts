/**
 * The one tiled matrix product behind convolution, its adjoint and the affine map: C[rows, columns] =
 * A[rows, depth] · B[depth, columns], where A is never stored but gathered by a `load` function of the caller
 * (implicit GEMM) and C goes through a `store` function (bias, ReLU, addition).
 *
 * A workgroup computes a tile of rows × columns. Per step it stages 16 of depth in workgroup memory, as vec4 along
 * depth for A and along columns for B; each thread keeps 1–8 rows × 4 columns in registers. At most 128 threads and
 * 9.3 KiB of workgroup memory: inside the limits of compatibility mode.
 */
import { int } from './dispatch';
import type { Tile } from './tiles';

/** Depth staged per step: 4 vec4 of A for every row. */
const depthPerStep = 16;

/** Two vec4 between the depth planes of A keep 8 neighbouring threads on different banks when they store. */
const planePadding = 2;

/** A buffer of rows of `channels` floats: read by fours if that divides, else one by one, with the count built in. */
export type RowAccess = 'quads' | number;
export const accessFor = (channels: number): RowAccess => (channels % 4 === 0 ? 'quads' : channels);

export interface Gemm {
  readonly tile: Tile;
  /** How `matrix` (B) and `result` (C) are laid out: both have the product's columns. */
  readonly columns: RowAccess;
  /**
   * WGSL that defines
   * `fn site(row: i32) -> vec4<i32>`: what `load` must know about a row, made once per thread and row;
   * `fn locate(k: i32) -> vec4<i32>`: what `load` must know about a place along depth, made once per step;
   * `fn load(site: vec4<i32>, place: vec4<i32>) -> vec4<f32>`: A[row, k..k+3], where `k` is a multiple of 4 below depth;
   * `fn finish(value: vec4<f32>, row: i32, column4: i32) -> vec4<f32>`: the epilogue;
   * and binds `matrix` and `result` with the element type of `columns`.
   */
  readonly functions: string;
}

/** Of workgroup memory. */
export const tileBytes = (rows: number, threadColumns: number): number =>
  16 * (4 * (rows + planePadding) + depthPerStep * threadColumns);

/** The uniforms that the product itself reads. Sizes are uniforms, so that layers share pipelines: compiling is slow. */
export const gemmUniforms = (rows: number, columns: number, depth: number, firstTile: number) => ({
  rows: int(rows),
  columns: int(columns),
  columns4: int(Math.ceil(columns / 4)),
  depth: int(depth),
  firstTile: int(firstTile),
});

export function gemmSource({ tile, columns, functions }: Gemm): string {
  const threads = tile.threadColumns * tile.threadRows;
  const plane = tile.rows + planePadding;
  const rowsPerLoad = threads / 4;
  const loads = tile.rows / rowsPerLoad;
  const held = Array.from({ length: tile.rowsPerThread }, (_, index) => index);
  return `
${functions}
${matrixAccess(columns)}
var<workgroup> tileA: array<vec4<f32>, ${4 * plane}>;
var<workgroup> tileB: array<vec4<f32>, ${depthPerStep * tile.threadColumns}>;

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) localIndex: u32) {
  let thread = i32(localIndex);
  let firstRow = (i32(group.x) + uniforms.firstTile) * ${tile.rows};
  let firstColumn4 = i32(group.y) * ${tile.threadColumns};
  let lane = thread & 3;
  let loadRow = thread / 4;
  let lastRow = uniforms.rows - 1;
  var sites: array<vec4<i32>, ${loads}>;
  for (var i = 0; i < ${loads}; i++) { sites[i] = site(min(firstRow + loadRow + i * ${rowsPerLoad}, lastRow)); }
  let threadRow = thread / ${tile.threadColumns};
  let threadColumn = thread % ${tile.threadColumns};
  ${held.map((i) => `var sum${i} = vec4<f32>(0.0);`).join('\n  ')}
  for (var step = 0; step < uniforms.depth; step += ${depthPerStep}) {
    let k = step + lane * 4;
    let place = locate(k);
    for (var i = 0; i < ${loads}; i++) {
      var value = vec4<f32>(0.0);
      if (k < uniforms.depth) { value = load(sites[i], place); }
      tileA[lane * ${plane} + loadRow + i * ${rowsPerLoad}] = value;
    }
    for (var i = thread; i < ${depthPerStep * tile.threadColumns}; i += ${threads}) {
      tileB[i] = matrixAt(step + i / ${tile.threadColumns}, firstColumn4 + i % ${tile.threadColumns});
    }
    workgroupBarrier();
    for (var quad = 0; quad < 4; quad++) {
      let b = quad * ${4 * tile.threadColumns} + threadColumn;
      let b0 = tileB[b];
      let b1 = tileB[b + ${tile.threadColumns}];
      let b2 = tileB[b + ${2 * tile.threadColumns}];
      let b3 = tileB[b + ${3 * tile.threadColumns}];
      let a = quad * ${plane} + threadRow;
      ${held
        .map(
          (i) => `let a${i} = tileA[a + ${i * tile.threadRows}];
      sum${i} = fma(b3, vec4<f32>(a${i}.w), fma(b2, vec4<f32>(a${i}.z), fma(b1, vec4<f32>(a${i}.y), fma(b0, vec4<f32>(a${i}.x), sum${i}))));`,
        )
        .join('\n      ')}
    }
    workgroupBarrier();
  }
  let column4 = firstColumn4 + threadColumn;
  if (column4 >= uniforms.columns4) { return; }
  ${held.map((i) => `write(sum${i}, firstRow + threadRow + ${i * tile.threadRows}, column4);`).join('\n  ')}
}`;
}

/** Reading `matrix` and writing `result`, four columns at a time. */
function matrixAccess(columns: RowAccess): string {
  if (columns === 'quads')
    return `
fn matrixAt(k: i32, column4: i32) -> vec4<f32> {
  if (k >= uniforms.depth || column4 >= uniforms.columns4) { return vec4<f32>(0.0); }
  return matrix[k * uniforms.columns4 + column4];
}
fn write(value: vec4<f32>, row: i32, column4: i32) {
  if (row < uniforms.rows) { result[row * uniforms.columns4 + column4] = finish(value, row, column4); }
}`;
  return `
${rowReader('matrix', columns)}
fn matrixAt(k: i32, column4: i32) -> vec4<f32> {
  if (k >= uniforms.depth || column4 >= uniforms.columns4) { return vec4<f32>(0.0); }
  return matrix4(k, column4);
}
fn write(value: vec4<f32>, row: i32, column4: i32) {
  if (row >= uniforms.rows) { return; }
  let finished = finish(value, row, column4);
  for (var c = 0; c < min(4, ${columns} - column4 * 4); c++) { result[row * ${columns} + column4 * 4 + c] = finished[c]; }
}`;
}

/**
 * WGSL `fn <name>4(row, column4)`: four neighbouring columns of a row-major buffer, zeros beyond its last one.
 * `quads` is the WGSL expression for a row's length in quads.
 */
export function rowReader(name: string, access: RowAccess, quads = 'uniforms.columns4'): string {
  if (access === 'quads')
    return `fn ${name}4(row: i32, column4: i32) -> vec4<f32> { return ${name}[row * ${quads} + column4]; }`;
  return `
fn ${name}4(row: i32, column4: i32) -> vec4<f32> {
  var value = vec4<f32>(0.0);
  for (var c = 0; c < min(4, ${access} - column4 * 4); c++) { value[c] = ${name}[row * ${access} + column4 * 4 + c]; }
  return value;
}`;
}
