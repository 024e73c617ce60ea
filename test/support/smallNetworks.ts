/** Architectures of a few channels, so that finite differences of every pixel take milliseconds. */
import {
  type Architecture,
  type ConvLayer,
  type Layer,
  type Node,
  type PoolLayer,
  uniformPadding,
} from '../../web/engine/network/architectures';

export const conv = (input: number, output: number, more: Partial<ConvLayer> = {}): ConvLayer => ({
  kind: 'conv',
  kernel: [3, 3],
  channels: [input, output],
  stride: 1,
  padding: uniformPadding('reflect', 1),
  relu: true,
  ...more,
});

export const pool = (
  method: PoolLayer['method'],
  size: number,
  stride: number,
  ceil = false,
  padding = 0,
): PoolLayer => ({
  kind: 'pool',
  method,
  size,
  stride,
  ceil,
  padding,
});

export const normalise: Layer = { kind: 'normalise', mean: [0.485, 0.456, 0.406], std: [0.2, 0.25, 0.3] };

/** A tap on every node, named as the node is. */
export const tapped = (nodes: readonly Node[]): Node[] => nodes.map((node) => ({ ...node, tap: node.name }));

/** One layer on the picture. */
export const single = (layer: Layer): Architecture => ({
  id: 'single',
  nodes: [{ name: 'layer', tap: 'layer', from: ['input'], layer }],
});

/** Two blocks of a VGG. */
export const chain = (method: PoolLayer['method'] = 'average'): Architecture => ({
  id: 'chain',
  nodes: [
    { name: 'normalise', from: ['input'], layer: normalise },
    { name: 'conv1', tap: 'relu1', from: ['normalise'], layer: conv(3, 4) },
    { name: 'pool1', from: ['conv1'], layer: pool(method, 2, 2) },
    { name: 'conv2', tap: 'relu2', from: ['pool1'], layer: conv(4, 5, { padding: uniformPadding('circular', 1) }) },
  ],
});

/** A branch that splits, joins, and joins again with itself: everything that a gradient can be summed over. */
export const branching: Architecture = {
  id: 'branching',
  nodes: tapped([
    { name: 'normalise', from: ['input'], layer: normalise },
    { name: 'stem', from: ['normalise'], layer: conv(3, 4) },
    { name: 'left', from: ['stem'], layer: conv(4, 3, { kernel: [1, 1], padding: uniformPadding('zero', 0) }) },
    { name: 'right', from: ['stem'], layer: conv(4, 2, { padding: uniformPadding('zero', 1) }) },
    { name: 'join', from: ['left', 'stem', 'right'], layer: { kind: 'concat' } },
    { name: 'shrunk', from: ['join'], layer: pool('max', 3, 2, true) },
    { name: 'twice', from: ['shrunk', 'shrunk'], layer: { kind: 'concat' } },
    { name: 'deep', from: ['twice'], layer: conv(18, 4, { stride: 2 }) },
  ]),
};
