/**
 * SHA-256 (FIPS 180-4) in plain TypeScript, for where WebCrypto is missing: a page served over http from
 * another machine of the house is no secure context, and there `crypto.subtle` does not exist.
 */
const initial = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

/** The first 32 bits of the fractional part of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
function roundConstants(): Int32Array {
  const constants = new Int32Array(64);
  let found = 0;
  for (let candidate = 2; found < 64; candidate++) {
    let prime = true;
    for (let d = 2; d * d <= candidate && prime; d++) prime = candidate % d !== 0;
    if (prime) constants[found++] = (Math.cbrt(candidate) % 1) * 2 ** 32;
  }
  return constants;
}

let k: Int32Array | undefined;

/** The 32 bytes of the digest. */
export function sha256(message: Uint8Array): Uint8Array<ArrayBuffer> {
  k ??= roundConstants();
  const h = Int32Array.from(initial);
  const w = new Int32Array(64);
  // Padding: one bit, zeros, and the length in bits as 64 bits big endian, to a multiple of 64 bytes.
  const tailStart = message.length - (message.length % 64);
  const tail = new Uint8Array(message.length % 64 < 56 ? 64 : 128);
  tail.set(message.subarray(tailStart));
  tail[message.length % 64] = 0x80;
  const tailView = new DataView(tail.buffer);
  tailView.setUint32(tail.length - 8, Math.floor(message.length / 2 ** 29));
  tailView.setUint32(tail.length - 4, (message.length * 8) >>> 0);

  const whole = new DataView(message.buffer, message.byteOffset, tailStart);
  for (let at = 0; at < tailStart; at += 64) compress(h, w, k, whole, at);
  for (let at = 0; at < tail.length; at += 64) compress(h, w, k, tailView, at);

  const digest = new DataView(new ArrayBuffer(32));
  h.forEach((word, i) => {
    digest.setInt32(i * 4, word);
  });
  return new Uint8Array(digest.buffer);
}

const rotate = (x: number, by: number) => (x >>> by) | (x << (32 - by));

/** One block; with `noUncheckedIndexedAccess`, `| 0` is both the 32-bit wrap and the proof of a number. */
function compress(h: Int32Array, w: Int32Array, constants: Int32Array, block: DataView, at: number): void {
  const word = (i: number) => (w[i] ?? 0) | 0;
  for (let i = 0; i < 16; i++) w[i] = block.getInt32(at + i * 4);
  for (let i = 16; i < 64; i++) {
    const x = word(i - 15);
    const y = word(i - 2);
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[i] = word(i - 16) + s0 + word(i - 7) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, last = 0] = h;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const t1 = (last + s1 + choice + (constants[i] ?? 0) + word(i)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    last = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + s0 + majority) | 0;
  }
  [a, b, c, d, e, f, g, last].forEach((value, i) => {
    h[i] = (h[i] ?? 0) + value;
  });
}
