/** The layers that the page offers are those that the engine has; channels are read from text. */
import { describe, expect, it } from 'vitest';
import { architectureOf, architectures } from '../../../web/engine/network/architectures';
import { geometryOf } from '../../../web/engine/network/geometry';
import { tapsOf } from '../../../web/studio/state/taps';
import { parseChannels } from '../../../web/studio/views/fields/layers';

/** Taps with their channels and receptive fields, from the declarations alone. */
const declared = (id: string) =>
  geometryOf(architectureOf(id)).map(({ tap, channels, receptiveField: [height, width] }) => {
    expect(width).toBe(height);
    return { name: tap, channels, sees: height };
  });

describe('taps', () => {
  it.each(Object.keys(architectures))('of %s are the engine’s, or unknown here', (id) => {
    const offered = tapsOf(id);
    if (offered.length > 0 || id === 'reverie-vgg') expect(offered).toEqual(declared(id));
  });
});

describe('parseChannels', () => {
  it('reads numbers with commas or spaces, each once', () => {
    expect(parseChannels('3, 17 40,3', 64)).toEqual([3, 17, 40]);
    expect(parseChannels('  ')).toEqual([]);
  });

  it('refuses what is no channel', () => {
    for (const text of ['64', '-1', '1.5', 'all']) expect(parseChannels(text, 64)).toBeNull();
  });
});
