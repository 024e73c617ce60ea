import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256Hex, weightsHash } from '../../../shared/hash';

const reference = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

describe('SHA-256 where a page has no WebCrypto', () => {
  beforeEach(() => void vi.stubGlobal('crypto', {}));
  afterEach(() => vi.unstubAllGlobals());

  it('agrees with the published value for "abc"', async () => {
    const digest = await sha256Hex(Buffer.from('abc'));
    expect(digest).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it("agrees with OpenSSL's for any bytes, at any alignment", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(7), async (bytes, skip) => {
        const view = bytes.subarray(Math.min(skip, bytes.length));
        expect(await sha256Hex(view)).toBe(reference(view));
      }),
    );
  });
});

describe('sha256Hex', () => {
  afterEach(() => vi.unstubAllGlobals());
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i * 31);

  it('hashes a view, not the buffer under it', async () => {
    expect(await sha256Hex(bytes.subarray(5, 70))).toBe(reference(bytes.subarray(5, 70)));
    expect(await sha256Hex(bytes.buffer)).toBe(reference(bytes));
  });

  it('gives the same where a page has no WebCrypto', async () => {
    vi.stubGlobal('crypto', {});
    expect(await sha256Hex(bytes)).toBe(reference(bytes));
  });
});

describe('weightsHash', () => {
  it('is the hash of the joined shard hashes', async () => {
    const [a, b] = [reference('a'), reference('b')];
    const shards = [a, b].map((sha256) => ({ sha256, bytes: 1 }));
    expect(await weightsHash({ shards })).toBe(reference(a + b));
    expect(await weightsHash({ shards: [...shards].reverse() })).not.toBe(reference(a + b));
  });
});
