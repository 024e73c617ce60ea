/**
 * The one tiled matrix product behind convolution, its adjoint and the affine map: C[rows, columns] =
 * A[rows, depth] · B[depth, columns], where A is never stored but gathered by a `load` function of the caller
 * (implicit GEMM) and C goes through a `store` function (bias, ReLU, addition).
 *
 * A workgroup computes a tile of rows × columns. Per step it stages 16 of depth in workgroup memory, as vec4 along
 * depth for A and along columns for B; each thread keeps 2–8 rows × 4 columns in registers. At most 128 threads and
 * 9.3 KiB of workgroup memory: inside the limits of compatibility mode.
 */

export interface Tile {
  readonly threadColumns: number;
  readonly threadRows: number;
  /** Rows that one thread holds, `threadRows` apart from each other. */
  readonly rowsPerThread: number;
  readonly rows: number;
  readonly columns: number;
}

/** Depth staged per step: 4 vec4 of A for every row. */
const depthPerStep = 16;

/** Two vec4 between the depth planes of A keep 8 neighbouring threads on different banks when they store. */
const planePadding = 2;

/** Tall tiles for few columns (16 channels of the small networks), square ones for many. */
export function tileFor(columns: number): Tile {
  const [threadColumns, threadRows, rowsPerThread] =
    columns <= 4 ? [1, 64, 2] : columns <= 16 ? [4, 32, 4] : columns <= 32 ? [8, 16, 8] : [16, 8, 8];
  return { threadColumns, threadRows, rowsPerThread, rows: threadRows * rowsPerThread, columns: threadColumns * 4 };
}

export interface Gemm {
  /** depth and columns are compile-time constants: the index divisions in `load` become shifts. */
  readonly depth: number;
  readonly columns: number;
  /**
   * WGSL that defines
   * `fn site(row: i32) -> vec4<i32>`: what `load` must know about a row, made once per thread and row;
   * `fn load(site: vec4<i32>, k: i32) -> vec4<f32>`: A[row, k..k+3], `k` a multiple of 4, below depth rounded up to 4;
   * `fn finish(value: vec4<f32>, row: i32, column4: i32) -> vec4<f32>`: the epilogue;
   * and binds `matrix` (B) and `result` (C), both with the element type of `columns`.
   * Uniforms `rows` and `firstTile` are read here.
   */
  readonly functions: string;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

export function gemmSource({ depth, columns, functions }: Gemm): string {
  const tile = tileFor(columns);
  const threads = tile.threadColumns * tile.threadRows;
  const plane = tile.rows + planePadding;
  const rowsPerLoad = threads / 4;
  const loads = range(tile.rows / rowsPerLoad);
  const held = range(tile.rowsPerThread);
  return `
const depth: i32 = ${depth};
const columns: i32 = ${columns};
const columns4: i32 = ${Math.ceil(columns / 4)};
${functions}
${matrixAccess(depth, columns)}
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
  ${loads.map((i) => `let site${i} = site(min(firstRow + loadRow + ${i * rowsPerLoad}, lastRow));`).join('\n  ')}
  let threadRow = thread / ${tile.threadColumns};
  let threadColumn = thread % ${tile.threadColumns};
  ${held.map((i) => `var sum${i} = vec4<f32>(0.0);`).join('\n  ')}
  for (var step = 0; step < depth; step += ${depthPerStep}) {
    let k = step + lane * 4;
    ${depth % depthPerStep === 0 ? '{' : 'if (k >= depth) {'}
      ${
        depth % depthPerStep === 0
          ? ''
          : `${loads.map((i) => `tileA[lane * ${plane} + loadRow + ${i * rowsPerLoad}] = vec4<f32>(0.0);`).join('\n      ')}
    } else {`
      }
      ${loads.map((i) => `tileA[lane * ${plane} + loadRow + ${i * rowsPerLoad}] = load(site${i}, k);`).join('\n      ')}
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
  if (column4 >= columns4) { return; }
  ${held.map((i) => `write(sum${i}, firstRow + threadRow + ${i * tile.threadRows}, column4);`).join('\n  ')}
}`;
}

/** Reading `matrix` and writing `result`, four columns at a time. */
function matrixAccess(depth: number, columns: number): string {
  const inside = depth % depthPerStep === 0 ? 'column4 < columns4' : 'k < depth && column4 < columns4';
  if (columns % 4 === 0)
    return `
fn matrixAt(k: i32, column4: i32) -> vec4<f32> {
  if (${inside}) { return matrix[k * columns4 + column4]; }
  return vec4<f32>(0.0);
}
fn write(value: vec4<f32>, row: i32, column4: i32) {
  if (row < uniforms.rows) { result[row * columns4 + column4] = finish(value, row, column4); }
}`;
  return `
fn matrixAt(k: i32, column4: i32) -> vec4<f32> {
  var value = vec4<f32>(0.0);
  if (${inside}) {
    for (var c = 0; c < min(4, columns - column4 * 4); c++) { value[c] = matrix[k * columns + column4 * 4 + c]; }
  }
  return value;
}
fn write(value: vec4<f32>, row: i32, column4: i32) {
  if (row >= uniforms.rows) { return; }
  let finished = finish(value, row, column4);
  for (var c = 0; c < min(4, columns - column4 * 4); c++) { result[row * columns + column4 * 4 + c] = finished[c]; }
}`;
}

/** WGSL `fn <name>4(row, column4)`: four neighbouring columns of a row-major `[*, columns]` buffer, zeros beyond. */
export function rowReader(name: string, columns: number): string {
  if (columns % 4 === 0)
    return `fn ${name}4(row: i32, column4: i32) -> vec4<f32> { return ${name}[row * ${columns / 4} + column4]; }`;
  return `
fn ${name}4(row: i32, column4: i32) -> vec4<f32> {
  var value = vec4<f32>(0.0);
  for (var c = 0; c < min(4, ${columns} - column4 * 4); c++) { value[c] = ${name}[row * ${columns} + column4 * 4 + c]; }
  return value;
}`;
}
