/** Seeded noise for the sample picture: hashes, gradient noise in 2 and 3 dimensions, and sums of octaves. */

const table = new Uint8Array(512);
const gradientX = new Float64Array(256);
const gradientY = new Float64Array(256);
const gradientZ = new Float64Array(256);

/** Mulberry32 (Tommy Ettinger): small, fast, good enough for pictures. @returns numbers in 0..1. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const next = random(20260428);
for (let i = 0; i < 256; i++) {
  table[i] = i;
  const angle = next() * 2 * Math.PI;
  const z = next() * 2 - 1;
  gradientX[i] = Math.cos(angle) * Math.sqrt(1 - z * z);
  gradientY[i] = Math.sin(angle) * Math.sqrt(1 - z * z);
  gradientZ[i] = z;
}
for (let i = 255; i > 0; i--) {
  const j = Math.floor(next() * (i + 1));
  const swapped = table[i] ?? 0;
  table[i] = table[j] ?? 0;
  table[j] = swapped;
}
table.copyWithin(256, 0, 256);

const at = (i: number): number => table[i] as number;
const fade = (t: number) => t * t * t * (t * (t * 6 - 15) + 10);

/** A number in 0..1 for a lattice cell. */
export function hash(x: number, y: number, salt = 0): number {
  let h = Math.imul(x | 0, 0x27d4eb2d) ^ Math.imul(y | 0, 0x165667b1) ^ Math.imul(salt | 0, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

function corner2(index: number, x: number, y: number): number {
  return (gradientX[index] as number) * x + (gradientY[index] as number) * y;
}

/** Perlin's improved gradient noise (2002), about −0.7..0.7. */
export function noise2(x: number, y: number): number {
  const fx = Math.floor(x);
  const fy = Math.floor(y);
  const dx = x - fx;
  const dy = y - fy;
  const u = fade(dx);
  const v = fade(dy);
  const a = at(fx & 255) + (fy & 255);
  const b = at((fx + 1) & 255) + (fy & 255);
  const n00 = corner2(at(a & 511), dx, dy);
  const n01 = corner2(at((a + 1) & 511), dx, dy - 1);
  const n10 = corner2(at(b & 511), dx - 1, dy);
  const n11 = corner2(at((b + 1) & 511), dx - 1, dy - 1);
  return n00 + u * (n10 - n00) + v * (n01 - n00 + u * (n00 - n10 - n01 + n11));
}

function corner3(index: number, x: number, y: number, z: number): number {
  return (gradientX[index] as number) * x + (gradientY[index] as number) * y + (gradientZ[index] as number) * z;
}

/** The same in three dimensions. */
export function noise3(x: number, y: number, z: number): number {
  const fx = Math.floor(x);
  const fy = Math.floor(y);
  const fz = Math.floor(z);
  const dx = x - fx;
  const dy = y - fy;
  const dz = z - fz;
  const u = fade(dx);
  const v = fade(dy);
  const w = fade(dz);
  const iz = fz & 255;
  const a = (at(fx & 255) + fy) & 255;
  const b = (at((fx + 1) & 255) + fy) & 255;
  const aa = at(a) + iz;
  const ab = at(a + 1) + iz;
  const ba = at(b) + iz;
  const bb = at(b + 1) + iz;
  const n000 = corner3(at(aa & 511), dx, dy, dz);
  const n100 = corner3(at(ba & 511), dx - 1, dy, dz);
  const n010 = corner3(at(ab & 511), dx, dy - 1, dz);
  const n110 = corner3(at(bb & 511), dx - 1, dy - 1, dz);
  const n001 = corner3(at((aa + 1) & 511), dx, dy, dz - 1);
  const n101 = corner3(at((ba + 1) & 511), dx - 1, dy, dz - 1);
  const n011 = corner3(at((ab + 1) & 511), dx, dy - 1, dz - 1);
  const n111 = corner3(at((bb + 1) & 511), dx - 1, dy - 1, dz - 1);
  const low = n000 + u * (n100 - n000) + v * (n010 + u * (n110 - n010) - n000 - u * (n100 - n000));
  const high = n001 + u * (n101 - n001) + v * (n011 + u * (n111 - n011) - n001 - u * (n101 - n001));
  return low + w * (high - low);
}

/** Fractal sum of `octaves` octaves, each turned a little so that lattice directions do not line up. */
export function fbm2(x: number, y: number, octaves: number, gain = 0.5): number {
  let sum = 0;
  let amplitude = 1;
  let px = x;
  let py = y;
  for (let i = 0; i < octaves; i++) {
    sum += amplitude * noise2(px, py);
    amplitude *= gain;
    const rx = 1.6 * px + 1.2 * py + 17.3;
    py = -1.2 * px + 1.6 * py - 9.1;
    px = rx;
  }
  return sum;
}

export function fbm3(x: number, y: number, z: number, octaves: number, gain = 0.5): number {
  let sum = 0;
  let amplitude = 1;
  let scale = 1;
  for (let i = 0; i < octaves; i++) {
    sum += amplitude * noise3(x * scale + i * 31.7, y * scale - i * 12.9, z * scale + i * 7.3);
    amplitude *= gain;
    scale *= 2.03;
  }
  return sum;
}

/** Musgrave's ridged multifractal, about 0..1: sharp crests, and detail only where crests are. */
export function ridged2(x: number, y: number, octaves: number): number {
  let sum = 0;
  let amplitude = 0.5;
  let weight = 1;
  let px = x;
  let py = y;
  for (let i = 0; i < octaves; i++) {
    let signal = 1 - Math.abs(noise2(px, py)) * 1.6;
    signal = signal * signal * weight;
    weight = Math.min(1, Math.max(0, signal * 1.7));
    sum += signal * amplitude;
    amplitude *= 0.48;
    const rx = 1.64 * px + 1.18 * py + 5.2;
    py = -1.18 * px + 1.64 * py + 1.3;
    px = rx;
  }
  return sum;
}

export const clamp = (x: number, low: number, high: number) => (x < low ? low : x > high ? high : x);
export const mix = (a: number, b: number, t: number) => a + (b - a) * t;

export function smoothstep(low: number, high: number, x: number): number {
  const t = clamp((x - low) / (high - low), 0, 1);
  return t * t * (3 - 2 * t);
}
