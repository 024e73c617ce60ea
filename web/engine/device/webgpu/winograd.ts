/**
 * Convolutions of 3×3 with a stride of 1 by Winograd's F(4×4, 3×3) (Lavin & Gray 2016): 36 products make the 16 outputs of a tile
 * that take 144 otherwise. All of it is one dispatch, so that nothing of it is written down: a workgroup transforms what its
 * tiles see and the filters, four input channels at a time, keeps the sums of its 36 matrix products in registers, and transforms
 * these back. Transforming filters again in every workgroup costs a tenth of the arithmetic; kept ones would be read at four times
 * the bytes, and would take that much memory.
 *
 * Three threads share a product, each with 4 tiles × 16 channels of it. 108 threads and 15.8 KiB of workgroup memory: inside the
 * limits of compatibility mode. Sums are single, whatever precision features and filters are stored with.
 */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { chunks, dispatch, int, type Pass } from './dispatch';
import { winogradFor } from './tiles';

/** Outputs of a tile, each way; what it sees is two more. */
const side = 4;
const tiles = 12;
const quads = 4;
const threads = 3 * 36;
/** Where the filters lie in workgroup memory, behind what the tiles see. */
const filtersAt = 36 * tiles;
/** Below, what two borders fold back could meet in one tile. */
const leastSide = 6;

/** Multiplications with additions, roughly, of a workgroup for an input channel, and to transform its sums back. */
const perChannel = 36 * tiles * 4 * quads + 144 * tiles + 63 * 4 * quads;
const perSums = 192 * tiles * 4 * quads;

interface Size {
  readonly height: number;
  readonly width: number;
}
interface Channels {
  readonly inputs: number;
  readonly outputs: number;
}

const tilesIn = ({ height, width }: Size): number => Math.ceil(height / side) * Math.ceil(width / side);
const groupsOf = (size: Size, { outputs }: Channels): [tileGroups: number, columnGroups: number] => [
  Math.ceil(tilesIn(size) / tiles),
  Math.ceil(outputs / (4 * quads)),
];

/** Multiplications with additions of such a convolution, roughly. */
export function winogradWork(size: Size, channels: Channels): number {
  const [across, down] = groupsOf(size, channels);
  return across * down * (perChannel * channels.inputs + perSums);
}

/** Whether a convolution is to be made so. */
export function byWinograd(kernel: readonly number[], stride: number, size: Size, channels: Channels): boolean {
  const fits =
    kernel[0] === 3 && kernel[1] === 3 && stride === 1 && channels.inputs % 4 === 0 && channels.outputs % 4 === 0;
  if (!fits || Math.min(size.height, size.width) < leastSide) return false;
  const [across, down] = groupsOf(size, channels);
  return winogradFor(Math.min(channels.inputs, channels.outputs), across * down);
}

export interface Winograd extends Pick<Pass, 'key' | 'outputs' | 'inputs' | 'uniforms'> {
  readonly size: Size;
  readonly channels: Channels;
  /**
   * WGSL that defines
   * `fn placeOf(y: i32, x: i32) -> i32`: where a pixel of what is convolved lies, negative where there is none;
   * `fn valueAt(place: i32, channel4: i32) -> vec4<f32>`;
   * `fn finish(value: vec4<f32>, row: i32, column4: i32) -> vec4<f32>`: the epilogue;
   * and binds `matrix` and `result` by fours, with the uniform `channels4`.
   */
  readonly functions: string;
  /** The pixel that the first output's filter begins at. */
  readonly first: readonly [y: number, x: number];
  /** The result has one pixel more on every side, which belongs to one inside, where it is added. */
  readonly folded?: 'reflect' | 'replicate' | undefined;
}

/** Six statements, or arguments. */
const six = (of: (i: number) => string): string => [0, 1, 2, 3, 4, 5].map(of).join('\n    ');
const of6 = (of: (i: number) => string): string => [0, 1, 2, 3, 4, 5].map(of).join(', ');

function source(functions: string, folded: Winograd['folded']): string {
  const [held, sums] = [
    [0, 1, 2, 3],
    [0, 1, 2, 3].flatMap((tile) => [0, 1, 2, 3].map((quad) => [tile, quad] as const)),
  ];
  const into = folded === 'reflect' ? 2 : 1;
  return `
${functions}
var<workgroup> staged: array<vec4<f32>, ${filtersAt + 4 * 36 * quads}>;

fn seenAlong(d: array<vec4<f32>, 6>) -> array<vec4<f32>, 6> {
  let a = d[4] - 4.0 * d[2];
  let b = d[3] - 4.0 * d[1];
  let c = d[4] - d[2];
  let e = 2.0 * (d[3] - d[1]);
  return array<vec4<f32>, 6>(4.0 * d[0] - 5.0 * d[2] + d[4], a + b, a - b, c + e, c - e, 4.0 * d[1] - 5.0 * d[3] + d[5]);
}
fn filterAlong(g0: vec4<f32>, g1: vec4<f32>, g2: vec4<f32>) -> array<vec4<f32>, 6> {
  let a = (g0 + g2) / -6.0;
  let b = g1 / 6.0;
  let c = g0 / 24.0 + g2 / 6.0;
  let e = g1 / 12.0;
  return array<vec4<f32>, 6>(0.25 * g0, a - b, a + b, c + e, c - e, g2);
}
fn sumsAlong(m: array<vec4<f32>, 6>, first: bool, last: bool) -> array<vec4<f32>, 4> {
  let a = m[1] + m[2];
  let b = m[1] - m[2];
  let c = m[3] + m[4];
  let e = m[3] - m[4];
  var out = array<vec4<f32>, 4>(m[0] + a + c, b + 2.0 * e, a + 4.0 * c, b + 8.0 * e + m[5]);
  ${
    folded
      ? `if (first) { out[${into}] += out[0]; }
  if (last) { out[${3 - into}] += out[3]; }`
      : ''
  }
  return out;
}
// The last tile begins where it ends with the picture, when what lies beyond the border is to be added in it.
fn cornerOf(tile: i32) -> vec2<i32> {
  return min(${side} * vec2<i32>(tile / uniforms.across, tile % uniforms.across), vec2<i32>(uniforms.lastY, uniforms.lastX));
}
fn filterAt(tap: i32, channel: i32, column4: i32) -> vec4<f32> {
  if (column4 >= uniforms.columns4) { return vec4<f32>(0.0); }
  return matrix[(tap * 4 * uniforms.channels4 + channel) * uniforms.columns4 + column4];
}
fn put(value: vec4<f32>, corner: vec2<i32>, line: i32, place: i32, column4: i32) {
  let at = corner + vec2<i32>(line, place);
  // Where tiles overlap, the last one's are whole.
  if ((at.x >= uniforms.lastY && corner.x < uniforms.lastY) || (at.y >= uniforms.lastX && corner.y < uniforms.lastX)) { return; }
  let y = at.x - ${folded ? 1 : 0};
  let x = at.y - ${folded ? 1 : 0};
  if (y < 0 || x < 0 || y >= uniforms.resultHeight || x >= uniforms.resultWidth) { return; }
  let row = y * uniforms.resultWidth + x;
  result[row * uniforms.columns4 + column4] = finish(value, row, column4);
}

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) localIndex: u32) {
  let thread = i32(localIndex);
  let firstTile = (i32(group.x) + uniforms.firstGroup) * ${tiles};
  let firstColumn4 = i32(group.y) * ${quads};
  // By turns: a column of what a tile sees, then a line of it.
  let seenTile = thread % ${tiles};
  let seenLine = thread / ${tiles};
  let seenTo = seenTile % 4 * ${threads} + seenTile / 4;
  let seen = cornerOf(min(firstTile + seenTile, uniforms.tiles - 1)) + vec2<i32>(uniforms.firstY, uniforms.firstX + seenLine);
  ${six((i) => `let place${i} = placeOf(seen.x + ${i}, seen.y);`)}
  // The same of a filter, whose columns the last threads begin with.
  let early = thread - ${threads - 12 * quads};
  let product = thread / 3;
  ${sums.map(([tile, quad]) => `var sum${tile}${quad} = vec4<f32>(0.0);`).join(' ')}
  for (var channel4 = 0; channel4 < uniforms.channels4; channel4++) {
    if (seenLine < 6) {
      var d: array<vec4<f32>, 6>;
      ${six((i) => `d[${i}] = select(vec4<f32>(0.0), valueAt(max(place${i}, 0), channel4), place${i} >= 0);`)}
      let t = seenAlong(d);
      ${six((i) => `staged[seenTo + ${18 * i} + 3 * seenLine] = t[${i}];`)}
    }
    if (early >= 0) {
      let column4 = firstColumn4 + early % ${quads};
      let channel = early / ${quads} % 4;
      let column = early / ${4 * quads};
      let t = filterAlong(
        ${[0, 1, 2].map((i) => `filterAt(${3 * i} + column, 4 * channel4 + channel, column4)`).join(', ')});
      let to = ${filtersAt} + (36 * channel + column) * ${quads} + early % ${quads};
      ${six((i) => `staged[to + ${6 * i * quads}] = t[${i}];`)}
    }
    workgroupBarrier();
    if (seenLine < 6) {
      let at = seenTo + 18 * seenLine;
      let t = seenAlong(array<vec4<f32>, 6>(${of6((i) => `staged[at + ${3 * i}]`)}));
      ${six((i) => `staged[at + ${3 * i}] = t[${i}];`)}
    }
    if (thread < ${24 * quads}) {
      let at = ${filtersAt} + (36 * (thread / ${quads} % 4) + 6 * (thread / ${4 * quads})) * ${quads} + thread % ${quads};
      let t = filterAlong(staged[at], staged[at + ${quads}], staged[at + ${2 * quads}]);
      ${six((i) => `staged[at + ${i * quads}] = t[${i}];`)}
    }
    workgroupBarrier();
    ${held.map((tile) => `let a${tile} = staged[${threads * tile} + thread];`).join(' ')}
    ${['x', 'y', 'z', 'w']
      .map(
        (lane, channel) => `{
      let b = ${filtersAt + 36 * quads * channel} + product * ${quads};
      ${held.map((quad) => `let b${quad} = staged[b + ${quad}];`).join(' ')}
      ${sums.map(([tile, quad]) => `sum${tile}${quad} = fma(vec4<f32>(a${tile}.${lane}), b${quad}, sum${tile}${quad});`).join('\n      ')}
    }`,
      )
      .join(' ')}
    workgroupBarrier();
  }
  // Two of the four quads of channels at a time: all sums would not fit.
  let tile = thread / 2 % ${tiles};
  let line = thread / ${2 * tiles};
  let corner = cornerOf(min(firstTile + tile, uniforms.tiles - 1));
  for (var half = 0; half < 2; half++) {
    let to = product * ${2 * tiles} + thread % 3 * 8;
    if (half == 0) {
      ${held.flatMap((t) => [0, 1].map((quad) => `staged[to + ${2 * t + quad}] = sum${t}${quad};`)).join('\n      ')}
    } else {
      ${held.flatMap((t) => [0, 1].map((quad) => `staged[to + ${2 * t + quad}] = sum${t}${2 + quad};`)).join('\n      ')}
    }
    workgroupBarrier();
    for (var task = thread; task < ${12 * tiles}; task += ${threads}) {
      let own = cornerOf(min(firstTile + task / 2 % ${tiles}, uniforms.tiles - 1));
      let t = sumsAlong(array<vec4<f32>, 6>(${of6((i) => `staged[task + ${12 * tiles * i}]`)}), own.x == 0, own.x == uniforms.lastY);
      ${held.map((i) => `staged[task + ${12 * tiles * i}] = t[${i}];`).join(' ')}
    }
    workgroupBarrier();
    let column4 = firstColumn4 + 2 * half + thread % 2;
    if (line < ${side} && firstTile + tile < uniforms.tiles && column4 < uniforms.columns4) {
      let at = thread % ${2 * tiles} + ${12 * tiles} * line;
      var t = sumsAlong(array<vec4<f32>, 6>(${of6((i) => `staged[at + ${2 * tiles * i}]`)}), corner.y == 0, corner.y == uniforms.lastX);
      for (var place = 0; place < ${side}; place++) { put(t[place], corner, line, place, column4); }
    }
    workgroupBarrier();
  }
}`;
}

export function convolveByWinograd(
  backend: WebGPUBackend,
  { key, functions, size, channels, first, folded, uniforms, ...bound }: Winograd,
): void {
  const pad = folded ? 2 : 0;
  const whole = { height: size.height + pad, width: size.width + pad };
  const [tileGroups, columnGroups] = groupsOf(whole, channels);
  const last = (length: number) => (folded ? length - side : side * (Math.ceil(length / side) - 1));
  const workPerGroup = columnGroups * (perChannel * channels.inputs + perSums);
  for (const [firstGroup, count] of chunks(backend, tileGroups, workPerGroup))
    dispatch(backend, {
      ...bound,
      key: `winograd ${key} ${folded ?? ''}`,
      source: () => source(functions, folded),
      uniforms: {
        ...uniforms,
        columns4: int(channels.outputs / 4),
        tiles: int(tilesIn(whole)),
        across: int(Math.ceil(whole.width / side)),
        firstGroup: int(firstGroup),
        firstY: int(first[0]),
        firstX: int(first[1]),
        lastY: int(last(whole.height)),
        lastX: int(last(whole.width)),
        resultHeight: int(size.height),
        resultWidth: int(size.width),
      },
      workgroups: [count, columnGroups, 1],
      work: workPerGroup * count,
    });
}
