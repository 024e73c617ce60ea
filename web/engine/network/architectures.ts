/** The networks that Reverie knows, as declarations. Weights come separately (web/engine/weights). */
import { ReverieError } from '../../../shared/errors';
import { classLayer, kindsNetwork } from '../../../shared/networks';
import type { PaddingMode } from '../kernels/contract';
import { inceptionV3 } from './inception';
import { type Architecture, type Node, type PoolLayer, uniformPadding } from './layers';

export * from './layers';

const imagenetMean = [0.485, 0.456, 0.406];
const imagenetStd = [0.229, 0.224, 0.225];
/** One number for all three, so that grey stays grey. */
const greyStd = [0.226, 0.226, 0.226];

/** Channels of every convolution, block by block. */
type VggChannels = readonly (readonly number[])[];

interface VggOptions {
  readonly channels: VggChannels;
  readonly pooling: PoolLayer['method'];
  /** Either fixed numbers, or a 1×1 convolution among the weights that does the same. */
  readonly input: { readonly mean: readonly number[]; readonly std: readonly number[] } | 'preprocess';
  readonly metrics?: Architecture['metrics'];
  /** Beyond the border, for every 3×3 convolution; reflection by default, which paints no dark frame. */
  readonly border?: PaddingMode;
}

/** VGG (Simonyan & Zisserman 2015): 3×3 convolutions with ReLU, 2×2 pooling between blocks. */
function vgg(id: string, { channels, pooling, input, metrics, border = 'reflect' }: VggOptions): Architecture {
  const nodes: Node[] = [
    input === 'preprocess'
      ? {
          name: 'preprocess',
          from: ['input'],
          layer: {
            kind: 'conv',
            kernel: [1, 1],
            channels: [3, 3],
            stride: 1,
            padding: uniformPadding('zero', 0),
            relu: false,
          },
        }
      : { name: 'normalise', from: ['input'], layer: { kind: 'normalise', ...input } },
  ];
  let previous = nodes[0]?.name ?? 'input';
  let depth = 3;
  const append = (node: Node) => {
    nodes.push(node);
    previous = node.name;
  };
  channels.forEach((block, b) => {
    if (b > 0) {
      append({
        name: `pool${b}`,
        from: [previous],
        layer: { kind: 'pool', method: pooling, size: 2, stride: 2, ceil: false },
      });
    }
    block.forEach((width, i) => {
      append({
        name: `conv${b + 1}_${i + 1}`,
        tap: `relu${b + 1}_${i + 1}`,
        from: [previous],
        layer: {
          kind: 'conv',
          kernel: [3, 3],
          channels: [depth, width],
          stride: 1,
          padding: uniformPadding(border, 1),
          relu: true,
        },
      });
      depth = width;
    });
  });
  return metrics ? { id, nodes, metrics } : { id, nodes };
}

/** SqueezeNet 1.1 (Iandola et al. 2016), torchvision's layout; fire module f's output is tap `fire<f>`. */
function squeezeNet(id: string): Architecture {
  const nodes: Node[] = [
    {
      name: 'normalise',
      from: ['input'],
      layer: { kind: 'normalise', mean: imagenetMean, std: imagenetStd },
    },
  ];
  const conv = (name: string, from: string, size: number, channels: [number, number], stride = 1): Node => ({
    name,
    from: [from],
    layer: {
      kind: 'conv',
      kernel: [size, size],
      channels,
      stride,
      // The first convolution alone is unpadded, and it alone has a stride.
      padding: uniformPadding('zero', stride === 1 && size === 3 ? 1 : 0),
      relu: true,
    },
  });
  const pool = (name: string, from: string): Node => ({
    name,
    from: [from],
    layer: { kind: 'pool', method: 'max', size: 3, stride: 2, ceil: true },
  });
  nodes.push({ ...conv('conv1', 'normalise', 3, [3, 64], 2), tap: 'conv1' }, pool('pool1', 'conv1'));
  let previous = 'pool1';
  let depth = 64;
  const squeezes = [16, 16, 32, 32, 48, 48, 64, 64];
  squeezes.forEach((squeeze, i) => {
    const fire = `fire${i + 2}`;
    const expand = squeeze * 4;
    nodes.push(
      conv(`${fire}.squeeze`, previous, 1, [depth, squeeze]),
      conv(`${fire}.expand1x1`, `${fire}.squeeze`, 1, [squeeze, expand]),
      conv(`${fire}.expand3x3`, `${fire}.squeeze`, 3, [squeeze, expand]),
      { name: fire, tap: fire, from: [`${fire}.expand1x1`, `${fire}.expand3x3`], layer: { kind: 'concat' } },
    );
    previous = fire;
    depth = 2 * expand;
    if (fire === 'fire3' || fire === 'fire5') {
      nodes.push(pool(`pool${i + 2}`, fire));
      previous = `pool${i + 2}`;
    }
  });
  // The class map: its mean over all positions is the score of a class.
  nodes.push({ ...conv('conv10', 'fire9', 1, [depth, 1000]), tap: 'classifier' });
  return { id, nodes };
}

/** As torchvision has it. */
const torchvisionVgg = (id: string, convolutions: readonly number[]): Architecture =>
  vgg(id, {
    channels: convolutions.map((count, b) => Array.from({ length: count }, () => Math.min(512, 64 << b))),
    pooling: 'max',
    input: { mean: imagenetMean, std: imagenetStd },
    border: 'zero',
  });

const vgg16x: VggOptions = {
  channels: [[16, 16], [32, 32], [64, 64, 64, 64], [128, 128, 128, 128], [128]],
  pooling: 'max',
  input: 'preprocess',
};

const reverieVgg: VggOptions = {
  channels: [
    [16, 16],
    [32, 32],
    [64, 64, 64, 64],
    [128, 128, 104, 88],
    [128, 80, 40, 80],
  ],
  pooling: 'average',
  input: { mean: imagenetMean, std: greyStd },
  metrics: [
    ...['relu1_1', 'relu1_2', 'relu2_1', 'relu2_2', 'relu3_1'],
    ...['relu3_3', 'relu4_1', 'relu4_2', 'relu4_3', 'relu5_1'],
  ],
};

/** `reverie-vgg`, whose last layers are read together, place by place, by two layers that tell kinds of things apart. */
function reverieKinds(id: string): Architecture {
  const { nodes, ...base } = vgg(id, reverieVgg);
  const read = ['pool4', 'conv5_1', 'conv5_2', 'conv5_3', 'conv5_4'];
  const depth = [4, 5].flatMap((block) => reverieVgg.channels[block - 1]?.slice(block === 4 ? -1 : 0) ?? []);
  const place = (name: string, tap: string, from: string, channels: [number, number]): Node => ({
    name,
    tap,
    from: [from],
    layer: { kind: 'conv', kernel: [1, 1], channels, stride: 1, padding: uniformPadding('zero', 0), relu: true },
  });
  const hidden = 96;
  return {
    ...base,
    nodes: [
      ...nodes,
      { name: 'together', from: read, layer: { kind: 'concat' } },
      place('conv6_1', 'relu6_1', 'together', [depth.reduce((sum, count) => sum + count, 0), hidden]),
      // As SqueezeNet's: a class map, whose mean over all places is the score.
      place('conv6_2', classLayer, 'conv6_1', [hidden, kinds]),
    ],
  };
}
const kinds = 37;

const known: readonly Architecture[] = [
  vgg('reverie-vgg', reverieVgg),
  reverieKinds(kindsNetwork),
  vgg('vgg19-16x', vgg16x),
  // Gatys et al. found average pooling to give slightly cleaner pictures; the weights are the same file.
  vgg('vgg19-16x-average', { ...vgg16x, pooling: 'average' }),
  // The first blocks of VGG-19 itself, at full width: a teacher of metrics (tools/weights/metric.ts).
  vgg('vgg19-relu3_1', { channels: [[64, 64], [128, 128], [256]], pooling: 'max', input: 'preprocess' }),
  torchvisionVgg('vgg16', [2, 2, 3, 3, 3]),
  torchvisionVgg('vgg19', [2, 2, 4, 4, 4]),
  squeezeNet('squeezenet1_1'),
  inceptionV3('inception-v3'),
];

export const architectures: Readonly<Record<string, Architecture>> = Object.fromEntries(
  known.map((architecture) => [architecture.id, architecture]),
);

/** `vgg-16.16-32.32`: channels of every convolution, blocks apart by hyphens. */
const byChannels = /^vgg((?:-[1-9]\d{0,3}(?:\.[1-9]\d{0,3})*)+)$/;

/** A network like `reverie-vgg`, of any width and depth, whose name says all of it; null if it is none. */
function namedByChannels(id: string): Architecture | null {
  const [, blocks] = byChannels.exec(id) ?? [];
  if (!blocks) return null;
  const channels = blocks
    .slice(1)
    .split('-')
    .map((block) => block.split('.').map(Number));
  return vgg(id, { channels, pooling: 'average', input: { mean: imagenetMean, std: greyStd } });
}

/**
 * @param id one of `architectures`, or the channels of a network like `reverie-vgg`: `vgg-16.16-32.32-64.64.64.64`
 * @throws ReverieError `network-unknown`, naming the architectures that exist.
 */
export function architectureOf(id: string): Architecture {
  const architecture = architectures[id] ?? namedByChannels(id);
  if (architecture) return architecture;
  throw new ReverieError(
    'network-unknown',
    `There is no architecture "${id}"; there are ${Object.keys(architectures).join(', ')}, ` +
      'and any vgg-<channels> such as vgg-16.16-32.32.',
  );
}
