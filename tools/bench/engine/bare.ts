/**
 * What a step is held against: the network's bare pass by the engine's own kernels. What is uploaded for it stays on the
 * device, whose process ends with the measuring.
 */
import { tensorOf } from '../../../web/engine/images/pictures';
import { headOf } from '../../../web/engine/objectives/objective';
import { layerResponse } from '../../../web/engine/techniques/see/response';
import type { ShippedNetwork } from '../fast/network';
import { photo } from './pictures';
import type { Opened } from './subjects';
import type { Watch } from './watch';

/**
 * Computes once what the technique asked of its network, and frees everything: one pass of a network that paints; else to
 * the taps and, where that was asked for, back from ½Σa² at each of them.
 */
export async function barePass(
  { problem: { network }, transformer }: Opened,
  { weights }: ShippedNetwork,
  watch: Watch,
): Promise<() => void> {
  const painted = watch.painted();
  if (painted) {
    const image = tensorOf(await photo(painted.width, painted.height));
    const vector = transformer.blend(weights);
    return () => transformer.paint(image, vector).dispose();
  }
  const pass = watch.last();
  if (!pass) throw new Error('The technique never asked a network.');
  const { width, height, taps, purpose } = pass;
  const image = tensorOf(await photo(width, height));
  if (purpose === 'features') return () => network.forward(image, taps, purpose).dispose();
  const head = headOf([...new Set(taps)].map(layerResponse));
  return () => network.forward(image, taps).backward(head)?.dispose();
}
