/** The layers that the page offers are those that the engine has; channels are read from text. */
import { describe, expect, it } from 'vitest';
import { architectures } from '../../../web/engine/network/architectures';
import { tapsOf } from '../../../web/studio/state/taps';
import { parseChannels } from '../../../web/studio/views/techniques/layers';

/** Taps with their channels, from the declarations alone. */
function declared(id: string) {
  const nodes = architectures[id]?.nodes ?? [];
  const depth = new Map<string, number>([['input', 3]]);
  return nodes.flatMap((node) => {
    const inputs = node.from.map((name) => depth.get(name) ?? 0);
    const sum = inputs.reduce((total, each) => total + each, 0);
    depth.set(node.name, node.layer.kind === 'conv' ? node.layer.channels[1] : sum);
    return node.tap ? [{ name: node.tap, channels: depth.get(node.name) }] : [];
  });
}

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
