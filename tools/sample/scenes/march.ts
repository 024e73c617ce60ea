/** Small pictures of made-up things by sphere tracing (Hart 1996): enough light and shade that a network can learn on them. */
import type { Pixels } from '../../../web/engine/api';
import { fbm2 } from '../noise';

export type Vec = readonly [number, number, number];

/** How far the nearest surface is, and what it is made of. */
export interface Hit {
  readonly distance: number;
  readonly colour: Vec;
}

export interface Scene {
  readonly name: string;
  readonly eye: Vec;
  readonly target: Vec;
  /** Of half the picture's height. */
  readonly tan: number;
  readonly sun: Vec;
  readonly zenith: Vec;
  readonly horizon: Vec;
  at(p: Vec): Hit;
}

export const add = (a: Vec, b: Vec, k = 1): Vec => [a[0] + k * b[0], a[1] + k * b[1], a[2] + k * b[2]];
const dot = (a: Vec, b: Vec) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const length = (a: Vec) => Math.hypot(...a);
const unit = (a: Vec): Vec => add([0, 0, 0], a, 1 / length(a));
const cross = (a: Vec, b: Vec): Vec => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
export const mix = (a: Vec, b: Vec, k: number): Vec => add(add([0, 0, 0], a, 1 - k), b, k);
const clamp = (x: number) => Math.min(1, Math.max(0, x));

export const sphere = (p: Vec, centre: Vec, radius: number) => length(add(p, centre, -1)) - radius;
export const ellipsoid = (p: Vec, centre: Vec, [x, y, z]: Vec) => {
  const q = add(p, centre, -1);
  const k = Math.hypot(q[0] / x, q[1] / y, q[2] / z);
  return (k - 1) * Math.min(x, y, z);
};
export const box = (p: Vec, centre: Vec, half: Vec, round = 0.02) => {
  const q = add(p, centre, -1).map((value, i) => Math.abs(value) - (half[i] ?? 0) + round);
  const outside = Math.hypot(...q.map((value) => Math.max(value, 0)));
  return outside + Math.min(Math.max(...q), 0) - round;
};
export const capsule = (p: Vec, a: Vec, b: Vec, radius: number) => {
  const [pa, ba] = [add(p, a, -1), add(b, a, -1)];
  return length(add(pa, ba, -clamp(dot(pa, ba) / dot(ba, ba)))) - radius;
};
export const nearest = (...hits: readonly Hit[]): Hit => hits.reduce((a, b) => (b.distance < a.distance ? b : a));

const farthest = 40;

function march(scene: Scene, from: Vec, direction: Vec, end: number): number | null {
  for (let t = 0.02, i = 0; t < end && i < 160; i++) {
    const { distance } = scene.at(add(from, direction, t));
    if (distance < 0.001 * t + 0.0005) return t;
    t += distance * 0.8;
  }
  return null;
}

function skyAt({ zenith, horizon, sun }: Scene, d: Vec): Vec {
  const up = clamp(d[1] * 1.6);
  const clouds = clamp(fbm2((d[0] / (d[1] + 0.3)) * 1.7 + 5, (d[2] / (d[1] + 0.3)) * 1.7, 5) * 1.4);
  const sky = mix(mix(horizon, zenith, up), [0.95, 0.93, 0.9], clouds * clamp(d[1] * 4));
  return add(sky, [1, 0.85, 0.6], 0.35 * clamp(dot(d, unit(sun))) ** 24);
}

function normalAt(scene: Scene, p: Vec): Vec {
  const e = 0.002;
  const slope = (axis: Vec) => scene.at(add(p, axis, e)).distance - scene.at(add(p, axis, -e)).distance;
  return unit([slope([1, 0, 0]), slope([0, 1, 0]), slope([0, 0, 1])]);
}

function lightAt(scene: Scene, from: Vec, direction: Vec): Vec {
  const t = march(scene, from, direction, farthest);
  if (t === null) return skyAt(scene, direction);
  const p = add(from, direction, t);
  const n = normalAt(scene, p);
  const sun = unit(scene.sun);
  const start = add(p, n, 0.01);
  let lit = 1;
  for (let s = 0.03, i = 0; s < 8 && i < 40 && lit > 0.02; i++) {
    const { distance } = scene.at(add(start, sun, s));
    lit = Math.min(lit, clamp((10 * distance) / s));
    s += Math.max(0.03, distance);
  }
  const open = clamp(0.35 + 2 * scene.at(add(p, n, 0.25)).distance);
  const { colour } = scene.at(p);
  const facing = clamp(dot(n, sun)) * lit;
  const light = add(
    add([0, 0, 0], [1.25, 1.1, 0.85], facing),
    mix([0.3, 0.27, 0.25], scene.zenith, 0.5 + 0.5 * n[1]),
    0.55 * open,
  );
  const shaded: Vec = [colour[0] * light[0], colour[1] * light[1], colour[2] * light[2]];
  return mix(shaded, scene.horizon, 1 - Math.exp(-0.012 * t * t * 0.3));
}

export function render(scene: Scene, width: number, height: number): Pixels {
  const forward = unit(add(scene.target, scene.eye, -1));
  const right = unit(cross([0, 1, 0], forward));
  const up = cross(forward, right);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = ((x + 0.5) / width - 0.5) * 2 * scene.tan * (width / height);
      const v = (0.5 - (y + 0.5) / height) * 2 * scene.tan;
      const light = lightAt(scene, scene.eye, unit(add(add(forward, right, u), up, v)));
      const at = (y * width + x) * 4;
      light.forEach((value, c) => {
        data[at + c] = 255 * clamp(value) ** (1 / 2.2);
      });
      data[at + 3] = 255;
    }
  }
  return { width, height, data };
}
