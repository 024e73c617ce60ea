/**
 * Inception v3 (Szegedy et al. 2016) as TensorFlow's release of 2015 has it, batch norm folded into the convolutions,
 * as far as `mixed_7`. Nodes are named as in that graph.
 */
import { type Architecture, type Node, uniformPadding } from './layers';

type Size = readonly [height: number, width: number];

/** A convolution of a tower: its size and how many channels it gives. */
type Step = readonly [size: Size, channels: number];

const point: Size = [1, 1];
const three: Size = [3, 3];
const five: Size = [5, 5];
const row: Size = [1, 7];
const column: Size = [7, 1];

interface ConvOptions {
  readonly stride?: number;
  /** TensorFlow's SAME at stride 1 with odd kernels: zeros, as many on either side. VALID if false. */
  readonly same?: boolean;
}

/** @param id the architecture's id; taps are `conv_2`, `conv_4` and `mixed_0 … mixed_7`. */
export function inceptionV3(id: string): Architecture {
  const nodes: Node[] = [
    {
      name: 'normalise',
      from: ['input'],
      layer: { kind: 'normalise', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    },
  ];
  const depths = new Map([['normalise', 3]]);
  const depthOf = (name: string) => depths.get(name) ?? 0;
  const append = (node: Node, depth: number): string => {
    nodes.push(node);
    depths.set(node.name, depth);
    return node.name;
  };

  const conv = (name: string, from: string, [kernel, channels]: Step, { stride = 1, same = true }: ConvOptions = {}) =>
    append(
      {
        name,
        from: [from],
        layer: {
          kind: 'conv',
          kernel,
          channels: [depthOf(from), channels],
          stride,
          padding: same ? halfOf(kernel) : uniformPadding('zero', 0),
          relu: true,
        },
      },
      channels,
    );
  const shrink = (name: string, from: string) =>
    append(
      { name, from: [from], layer: { kind: 'pool', method: 'max', size: 3, stride: 2, ceil: false } },
      depthOf(from),
    );
  const smooth = (name: string, from: string) =>
    append(
      {
        name,
        from: [from],
        layer: { kind: 'pool', method: 'average', size: 3, stride: 1, ceil: false, padding: 1 },
      },
      depthOf(from),
    );
  /** Convolutions one after the other: `<name>_conv`, `<name>_conv_1`, … */
  const tower = (name: string, from: string, steps: readonly Step[], last: ConvOptions = {}) =>
    steps.reduce(
      (previous, step, i) =>
        conv(`${name}_conv${i === 0 ? '' : `_${i}`}`, previous, step, i === steps.length - 1 ? last : {}),
      from,
    );
  const join = (name: string, tap: string, from: readonly string[]) =>
    append(
      { name, tap, from, layer: { kind: 'concat' } },
      from.reduce((sum, source) => sum + depthOf(source), 0),
    );
  /** One module of four branches, the last of them a 1×1 convolution of an average. */
  const module = (index: number, from: string, branches: readonly (readonly Step[])[], pooled: number): string => {
    const name = index === 0 ? 'mixed' : `mixed_${index}`;
    const [plain = [], first = [], second = []] = branches;
    return join(name, `mixed_${index}`, [
      tower(name, from, plain),
      tower(`${name}_tower`, from, first),
      tower(`${name}_tower_1`, from, second),
      tower(`${name}_tower_2`, smooth(`${name}_tower_2_pool`, from), [[point, pooled]]),
    ]);
  };

  let at = conv('conv', 'normalise', [three, 32], { stride: 2, same: false });
  at = conv('conv_1', at, [three, 32], { same: false });
  at = conv('conv_2', at, [three, 64]);
  at = shrink('pool', at);
  at = conv('conv_3', at, [point, 80], { same: false });
  at = conv('conv_4', at, [three, 192], { same: false });
  at = shrink('pool_1', at);
  [32, 64, 64].forEach((pooled, i) => {
    const branches: Step[][] = [
      [[point, 64]],
      [
        [point, 48],
        [five, 64],
      ],
      [
        [point, 64],
        [three, 96],
        [three, 96],
      ],
    ];
    at = module(i, at, branches, pooled);
  });
  const half = { stride: 2, same: false };
  at = join('mixed_3', 'mixed_3', [
    tower('mixed_3', at, [[three, 384]], half),
    tower(
      'mixed_3_tower',
      at,
      [
        [point, 64],
        [three, 96],
        [three, 96],
      ],
      half,
    ),
    shrink('mixed_3_pool', at),
  ]);
  [128, 160, 160, 192].forEach((width, i) => {
    const branches: Step[][] = [
      [[point, 192]],
      [
        [point, width],
        [row, width],
        [column, 192],
      ],
      [
        [point, width],
        [column, width],
        [row, width],
        [column, width],
        [row, 192],
      ],
    ];
    at = module(i + 4, at, branches, 192);
  });
  const taps = new Set(['conv_2', 'conv_4']);
  return { id, nodes: nodes.map((node) => (taps.has(node.name) ? { ...node, tap: node.name } : node)) };
}

const halfOf = ([height, width]: Size) => ({
  mode: 'zero' as const,
  top: (height - 1) / 2,
  bottom: (height - 1) / 2,
  left: (width - 1) / 2,
  right: (width - 1) / 2,
});
