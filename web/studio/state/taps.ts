/**
 * The layers that the controls offer, by architecture: the engine's declarations would cost the first load more than
 * this table. A test holds it against them (test/unit/studio/taps.test.ts); a network that is not here takes its
 * layers by name.
 */

export interface Tap {
  readonly name: string;
  readonly channels: number;
}

/** Channels of every convolution, block by block. */
const vgg = (blocks: readonly (readonly number[])[]): readonly Tap[] =>
  blocks.flatMap((block, b) => block.map((channels, i) => ({ name: `relu${b + 1}_${i + 1}`, channels })));

const vgg16x = vgg([[16, 16], [32, 32], [64, 64, 64, 64], [128, 128, 128, 128], [128]]);
const times = (count: number, channels: number) => Array.from({ length: count }, () => channels);

const table: Readonly<Record<string, readonly Tap[]>> = {
  'reverie-vgg': vgg([
    [16, 16],
    [32, 32],
    [64, 64, 64, 64],
    [128, 128, 104, 88],
    [128, 80, 40, 80],
  ]),
  'vgg19-16x': vgg16x,
  'vgg19-16x-average': vgg16x,
  'vgg19-relu3_1': vgg([[64, 64], [128, 128], [256]]),
  vgg16: vgg([times(2, 64), times(2, 128), times(3, 256), times(3, 512), times(3, 512)]),
  vgg19: vgg([times(2, 64), times(2, 128), times(4, 256), times(4, 512), times(4, 512)]),
  squeezenet1_1: [
    { name: 'conv1', channels: 64 },
    ...[128, 128, 256, 256, 384, 384, 512, 512].map((channels, i) => ({ name: `fire${i + 2}`, channels })),
    { name: 'classifier', channels: 1000 },
  ],
  'inception-v3': [
    { name: 'conv_2', channels: 64 },
    { name: 'conv_4', channels: 192 },
    ...[256, 288, 288, 768, 768, 768, 768, 768].map((channels, i) => ({ name: `mixed_${i}`, channels })),
  ],
};

/** Shallow to deep; empty for an architecture that this page does not know. */
export const tapsOf = (architecture: string): readonly Tap[] => table[architecture] ?? [];
