/**
 * The layers that the controls offer, by architecture: the engine's declarations would cost the first load more than
 * this table. A test holds it against them (test/unit/studio/taps.test.ts); a network that is not here takes its
 * layers by name.
 */

export interface Tap {
  readonly name: string;
  readonly channels: number;
  /** Side of the square of pixels that one position of the layer depends on. */
  readonly sees: number;
}

/** Channels of every convolution, block by block. A 3×3 convolution sees a position further on either side, a pooling one more. */
function vgg(blocks: readonly (readonly number[])[]): readonly Tap[] {
  let sees = 1;
  return blocks.flatMap((block, b) => {
    const stride = 2 ** b;
    if (b > 0) sees += stride / 2;
    return block.map((channels, i) => {
      sees += 2 * stride;
      return { name: `relu${b + 1}_${i + 1}`, channels, sees };
    });
  });
}

const tap = (name: string, channels: number, sees: number): Tap => ({ name, channels, sees });

const vgg16x = vgg([[16, 16], [32, 32], [64, 64, 64, 64], [128, 128, 128, 128], [128]]);
const times = (count: number, channels: number) => Array.from({ length: count }, () => channels);

const reverieVgg = vgg([
  [16, 16],
  [32, 32],
  [64, 64, 64, 64],
  [128, 128, 104, 88],
  [128, 80, 40, 80],
]);

const table: Readonly<Record<string, readonly Tap[]>> = {
  'reverie-vgg': reverieVgg,
  'reverie-kinds': [...reverieVgg, tap('relu6_1', 96, 252), tap('classifier', 37, 252)],
  'vgg19-16x': vgg16x,
  'vgg19-16x-average': vgg16x,
  'vgg19-relu3_1': vgg([[64, 64], [128, 128], [256]]),
  vgg16: vgg([times(2, 64), times(2, 128), times(3, 256), times(3, 512), times(3, 512)]),
  vgg19: vgg([times(2, 64), times(2, 128), times(4, 256), times(4, 512), times(4, 512)]),
  squeezenet1_1: [
    tap('conv1', 64, 3),
    tap('fire2', 128, 15),
    tap('fire3', 128, 23),
    tap('fire4', 256, 47),
    tap('fire5', 256, 63),
    tap('fire6', 384, 111),
    tap('fire7', 384, 143),
    tap('fire8', 512, 175),
    tap('fire9', 512, 207),
    tap('classifier', 1000, 207),
  ],
  'inception-v3': [
    tap('conv_2', 64, 11),
    tap('conv_4', 192, 23),
    tap('mixed_0', 256, 63),
    tap('mixed_1', 288, 95),
    tap('mixed_2', 288, 127),
    tap('mixed_3', 768, 159),
    tap('mixed_4', 768, 351),
    tap('mixed_5', 768, 543),
    tap('mixed_6', 768, 735),
    tap('mixed_7', 768, 927),
  ],
};

/** Shallow to deep; empty for an architecture that this page does not know. */
export const tapsOf = (architecture: string): readonly Tap[] => table[architecture] ?? [];
