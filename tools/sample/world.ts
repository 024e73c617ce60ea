/** Rays through the scene: what they hit, how it is lit, and how the air between changes it. */
import { clearSky } from './atmosphere';
import { add, blend, multiply, type Rgb, scale } from './colour';
import { clamp, fbm2, noise2, smoothstep } from './noise';
import { skyLight, sun, sunLight } from './scene';
import { Shore } from './shore';
import type { Sky } from './sky';
import { Terrain } from './terrain';

export interface Vector {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

const farthest = 8200;
const nearEnd = 58;
const waterBody: Rgb = [0.012, 0.052, 0.06];
/** Absorption of lake water per metre: red goes first. */
const absorption: Rgb = [0.75, 0.24, 0.2];

export class World {
  readonly terrain = new Terrain();
  readonly shore: Shore;

  /** @param pixel angle of one sample, radians: the footprint by which detail is left out. */
  constructor(
    readonly sky: Sky,
    readonly pixel: number,
  ) {
    this.shore = new Shore(pixel < 0.0008 ? 0.03 : 0.06);
  }

  /** Light along a ray from `o` in direction `d`, and how far it went. */
  trace(o: Vector, d: Vector): { light: Rgb; distance: number } {
    const toWater = d.y < 0 ? -o.y / d.y : Number.POSITIVE_INFINITY;
    const near = this.#marchShore(o, d, Math.min(toWater, nearEnd / Math.max(d.z, 0.2)));
    if (near !== null) return { light: this.#shadeShore(o, d, near), distance: near };
    const hit = this.#marchTerrain(o, d, Math.min(toWater, farthest));
    if (hit !== null) return { light: this.#shadeTerrain(o, d, hit), distance: hit };
    if (toWater < farthest) return { light: this.#water(o, d, toWater), distance: toWater };
    return { light: this.sky(d.x, Math.max(d.y, 0), d.z), distance: Number.POSITIVE_INFINITY };
  }

  #marchShore(o: Vector, d: Vector, end: number): number | null {
    // Nothing on the bank is higher than this, boulders included.
    const roof = 3;
    let t = Math.max(6 / Math.max(d.z, 0.3), d.y < 0 && o.y > roof ? (o.y - roof) / -d.y : 0.02);
    if (o.y > roof && d.y >= 0) return null;
    let previous = t;
    while (t < end) {
      const y = o.y + d.y * t;
      if (y > roof && d.y > 0) return null;
      const z = o.z + d.z * t;
      if (z > nearEnd) return null;
      const gap = y - this.shore.height(o.x + d.x * t, z);
      if (gap < 0.002)
        return this.#refine(previous, t, (s) => o.y + d.y * s - this.shore.height(o.x + d.x * s, o.z + d.z * s));
      previous = t;
      t += Math.max(0.02, gap * 0.4);
    }
    return null;
  }

  #marchTerrain(o: Vector, d: Vector, end: number): number | null {
    let t = Math.max(60, (62 - o.z) / Math.max(d.z, 0.2));
    let previous = t;
    while (t < end) {
      const x = o.x + d.x * t;
      const y = o.y + d.y * t;
      const z = o.z + d.z * t;
      if (y > 2600 && d.y > 0) return null;
      const above = y - this.terrain.ground(x, z);
      if (above > 34) {
        previous = t;
        t += Math.max(3, above * 0.45 - 10);
        continue;
      }
      if (y < this.terrain.surface(x, z).height) {
        return this.#refine(
          previous,
          t,
          (s) => o.y + d.y * s - this.terrain.surface(o.x + d.x * s, o.z + d.z * s).height,
        );
      }
      previous = t;
      t += 0.6 + t * this.pixel * 0.9;
    }
    return null;
  }

  /** Bisection between a point above the surface and one below. */
  #refine(from: number, to: number, gap: (t: number) => number): number {
    let above = from;
    let below = to;
    for (let i = 0; i < 9; i++) {
      const middle = (above + below) / 2;
      if (gap(middle) > 0) above = middle;
      else below = middle;
    }
    return below;
  }

  /** Sun, sky and light thrown back by the ground on a diffuse surface. */
  #light(albedo: Rgb, n: readonly [number, number, number], lit: number, openness: number): Rgb {
    const facing = Math.max(0, n[0] * sun.x + n[1] * sun.y + n[2] * sun.z);
    const back = Math.max(0, -(n[0] * sun.x + n[2] * sun.z)) * 0.12;
    const ambient = add(scale(skyLight, openness * (0.42 + 0.58 * n[1])), scale(sunLight, 0.035 + back * 0.4));
    return multiply(albedo, add(scale(sunLight, facing * lit), ambient));
  }

  #shadeTerrain(o: Vector, d: Vector, t: number): Rgb {
    const x = o.x + d.x * t;
    const z = o.z + d.z * t;
    const { height, tree } = this.terrain.surface(x, z);
    const n = this.terrain.normal(x, z, tree, t * this.pixel);
    const depth = this.terrain.grid.shade(x, height, z);
    let lit = smoothstep(6, -14, depth);
    let openness = 1;
    if (tree > 0) {
      // Trees shade each other: their tips stand in the sun.
      lit *= smoothstep(0.05, 0.55, tree);
      openness = 0.25 + 0.75 * tree;
    }
    const surface = this.#light(this.terrain.albedo(x, height, z, n[1], tree), n, lit, openness);
    return this.air(surface, d, t, height);
  }

  #shadeShore(o: Vector, d: Vector, t: number): Rgb {
    const x = o.x + d.x * t;
    const y = o.y + d.y * t;
    const z = o.z + d.z * t;
    const n = this.shore.normal(x, z, t * this.pixel);
    const lit = this.shoreSun(x, y + 0.02, z);
    return this.#light(this.shore.albedo(x, y, z, n[1]), n, lit, 0.55 + 0.45 * n[1]);
  }

  /** Share of the sun that reaches a point near the camera. */
  shoreSun(x: number, y: number, z: number): number {
    return smoothstep(0.05, -0.05, this.shore.grid.shade(x, y, z));
  }

  /** The air's own light in front of a surface `t` metres away: blue haze, golden towards the sun, mist on the lake. */
  air(surface: Rgb, d: Vector, t: number, height: number): Rgb {
    const cos = d.x * sun.x + d.y * sun.y + d.z * sun.z;
    const flat = Math.hypot(d.x, d.z);
    const horizon = clearSky((d.x / flat) * 0.995, 0.1, (d.z / flat) * 0.995);
    const glow = add(
      scale(blend(horizon, [0.3, 0.42, 0.72], 0.65), 0.72),
      scale(sunLight, 0.016 + 0.075 * Math.max(0, cos) ** 3),
    );
    const through = [0.55e-4, 0.72e-4, 1.05e-4].map((beta) => Math.exp(-beta * t * Math.exp(-height / 2600)));
    const hazed = surface.map(
      (c, i) => c * (through[i] as number) + (glow[i] as number) * (1 - (through[i] as number)),
    );
    const mist = 0.3 * smoothstep(500, 2200, t) * Math.exp(-Math.max(0, height - 12) / 38);
    return blend(hazed as unknown as Rgb, add(scale(glow, 0.75), scale(sunLight, 0.045)), mist);
  }

  #water(o: Vector, d: Vector, t: number): Rgb {
    const x = o.x + d.x * t;
    const z = o.z + d.z * t;
    // Ripples fade where a pixel holds many of them; there they only blur the reflection upwards.
    const foot = t * this.pixel;
    const calm = 0.35 + 0.65 * smoothstep(-0.25, 0.45, fbm2(x * 0.006 + 3, z * 0.016, 3));
    let nx = 0;
    let nz = 0;
    for (const [length, steep] of [
      [0.32, 0.02],
      [1.1, 0.022],
      [3.7, 0.02],
      [13, 0.012],
    ] as const) {
      const seen = (steep * calm) / (1 + (foot * 5) / length);
      nx += seen * noise2((x + 0.3 * z) / length, (z * 1.25) / length + length);
      nz += seen * 1.4 * noise2((x - 0.2 * z) / length + 31, (z * 1.25) / length + 2 * length);
    }
    const nl = Math.hypot(nx, 1, nz);
    const dot = (d.x * nx + d.y + d.z * nz) / nl;
    const reflected = {
      x: d.x - (2 * dot * nx) / nl,
      y: Math.abs(d.y - (2 * dot) / nl),
      z: d.z - (2 * dot * nz) / nl,
    };
    const fresnel = 0.02 + 0.98 * (1 - clamp(-dot, 0, 1)) ** 5;
    const mirror = this.trace({ x, y: 0.001, z }, reflected).light;
    let below = scale(waterBody, 1);
    if (z < nearEnd - 2) {
      // The bed seen through the surface, bent by it and browned by its own depth.
      const bend = 0.75;
      const depth = -this.shore.height(x, z);
      const bx = x + d.x * bend * depth + nx * 3 * depth;
      const bz = z + d.z * bend * depth + nz * 3 * depth;
      const bed = Math.min(-0.01, this.shore.height(bx, bz));
      const path = -bed * 2.2;
      const albedo = this.shore.albedo(bx, bed, bz, 0.9);
      const light = add(scale(sunLight, 0.2 * this.shoreSun(x, 0.02, z)), scale(skyLight, 0.75));
      below = add(
        multiply(multiply(albedo, light), [
          Math.exp(-absorption[0] * path),
          Math.exp(-absorption[1] * path),
          Math.exp(-absorption[2] * path),
        ]),
        scale(waterBody, 1 - Math.exp(-path * 0.4)),
      );
    }
    return this.air(add(scale(mirror, fresnel), scale(below, 1 - fresnel)), d, t * 0.6, 40);
  }
}
