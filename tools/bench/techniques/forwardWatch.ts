/** What a technique asks of its network: size and taps of its passes, seen from inside. */
import type * as tf from '@tensorflow/tfjs-core';
import { Network } from '../../../web/engine/network/network';

export interface Pass {
  readonly width: number;
  readonly height: number;
  readonly taps: readonly string[];
  /** There and back, or forward only. */
  readonly purpose: 'features' | 'gradient';
}

/** The last pass that was walked back, or the last one where none was. Networks made from one another are seen too. */
export function watchForward(): { last(): Pass | null; stop(): void } {
  const { prototype } = Network;
  const own = prototype.forward;
  let last: Pass | null = null;
  prototype.forward = function (this: Network, image: tf.Tensor4D, taps, purpose = 'gradient') {
    const [, height, width] = image.shape;
    const way = purpose === 'features' ? 'features' : 'gradient';
    if (way === 'gradient' || last?.purpose !== 'gradient') last = { width, height, taps, purpose: way };
    return own.call(this, image, taps, purpose);
  };
  return {
    last: () => last,
    stop: () => {
      prototype.forward = own;
    },
  };
}
