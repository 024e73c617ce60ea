/** What a technique asks of its networks: size and taps of its passes, seen from inside. */
import type * as tf from '@tensorflow/tfjs-core';
import { grainId } from '../../../web/engine/network/grain';
import { Network } from '../../../web/engine/network/network';
import { Transformer } from '../../../web/engine/transformer/transformer';
import type { Size } from './problem';

export interface Pass extends Size {
  readonly taps: readonly string[];
  /** There and back, or forward only. */
  readonly purpose: 'features' | 'gradient';
}

export interface Watch {
  /** The last pass that was walked back, or the last one where none was. Networks made from one another are seen too. */
  last(): Pass | null;
  /** What a network that paints was last given. */
  painted(): Size | null;
  stop(): void;
}

export function watchForward(): Watch {
  const { prototype } = Network;
  const own = prototype.forward;
  let last: Pass | null = null;
  prototype.forward = function (this: Network, image: tf.Tensor4D, taps, purpose = 'gradient') {
    const [, height, width] = image.shape;
    const way = purpose === 'features' ? 'features' : 'gradient';
    // The grain's own network is a small extra that the bare pass goes without.
    const extra = this.architecture.id === grainId;
    if (!extra && (way === 'gradient' || last?.purpose !== 'gradient')) last = { width, height, taps, purpose: way };
    return own.call(this, image, taps, purpose);
  };
  const ownPaint = Transformer.prototype.paint;
  let painted: Size | null = null;
  Transformer.prototype.paint = function (this: Transformer, image, ...rest) {
    painted = { height: image.shape[1], width: image.shape[2] };
    return ownPaint.call(this, image, ...rest);
  };
  return {
    last: () => last,
    painted: () => painted,
    stop: () => {
      prototype.forward = own;
      Transformer.prototype.paint = ownPaint;
    },
  };
}
