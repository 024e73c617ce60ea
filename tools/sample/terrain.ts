/** The far shore: mountains around the lake, the forest on their feet, and what they are made of. */
import { blend, type Rgb, scale, srgb } from './colour';
import { Grid } from './grid';
import { clamp, fbm2, hash, mix, noise2, ridged2, smoothstep } from './noise';

/** Distance beyond the lake's edge, in radii of the lake: negative on the water. */
function beyondShore(x: number, z: number): number {
  const wobble = 0.2 * fbm2(x * 0.0022 + 5, z * 0.0022, 4);
  const lake = Math.hypot((x - 60) / 640, (z - 620) / 760) - 1 + wobble;
  // An island and a point of land, so that the far shore is not one line.
  const island = 0.11 - 0.16 * Math.hypot((x - 118) / 52, (z - 330) / 30) + 0.25 * wobble;
  const point = 0.16 - 0.2 * Math.hypot((x + 330) / 170, (z - 540) / 46) + 0.25 * wobble;
  return Math.max(lake, island, point);
}

interface Summit {
  readonly x: number;
  readonly z: number;
  readonly height: number;
  readonly radius: number;
}

const summits: readonly Summit[] = [
  { x: 620, z: 4300, height: 1230, radius: 1000 },
  { x: -420, z: 5200, height: 1150, radius: 900 },
  { x: -1750, z: 3300, height: 760, radius: 900 },
  { x: 2300, z: 3600, height: 900, radius: 950 },
  { x: 1500, z: 6200, height: 1000, radius: 1300 },
  { x: -2300, z: 6200, height: 1100, radius: 1400 },
];

function heightAt(x: number, z: number): number {
  const edge = beyondShore(x, z);
  if (edge < 0) return Math.max(-20, edge * 60);
  const warpX = 160 * fbm2(x * 0.0011 + 9.2, z * 0.0011, 3);
  const warpZ = 160 * fbm2(x * 0.0011 - 4.1, z * 0.0011 + 7.7, 3);
  const crests = ridged2((x + warpX) * 0.00052 + 2.3, (z + warpZ) * 0.00052 - 1.2, 9);
  let mass = 0;
  for (const { x: sx, z: sz, height, radius } of summits) {
    const d = (Math.hypot(x - sx, z - sz) / radius) * (1 + 0.34 * fbm2(x * 0.0016 + sx, z * 0.0016 + sz, 3));
    // Steep near the top and long at the foot, as talus makes them.
    mass = Math.max(mass, height / (1 + 1.2 * d ** 1.2) ** 1.65);
  }
  const rise = smoothstep(0, 2.6, edge);
  const foot = 34 * edge + 26 * smoothstep(0.05, 0.8, edge) * fbm2(x * 0.004, z * 0.004, 4);
  return 0.4 + foot + rise * (mass * (0.7 + 0.62 * crests) + 330 * crests) + 6 * rise * fbm2(x * 0.02, z * 0.02, 3);
}

const bark = { spruce: srgb('#2c3d22'), young: srgb('#4d5f2a'), larch: srgb('#b9862a'), rust: srgb('#9a5a22') };
const stone = { cool: srgb('#7d7a78'), warm: srgb('#94806c'), dark: srgb('#4c4845'), scree: srgb('#9a9083') };
const meadow = { green: srgb('#6f7a35'), dry: srgb('#a08a48') };
const snow: Rgb = [0.86, 0.89, 0.94];

export interface Surface {
  readonly height: number;
  /** 0 on the ground; else how high up its tree this point is, 0..1. */
  readonly tree: number;
}

const treeCell = 8.5;

export class Terrain {
  readonly grid = new Grid({ x0: -4200, z0: 60, x1: 4200, z1: 8200 }, 6, heightAt);

  /** Ground alone. */
  ground(x: number, z: number): number {
    return this.grid.height(x, z);
  }

  /** How densely trees stand, 0..1: below the tree line, not on cliffs, in patches. */
  #forest(x: number, z: number, ground: number): number {
    if (ground < 1.2 || ground > 640) return 0;
    const steep =
      Math.abs(this.ground(x + 12, z) - this.ground(x - 12, z)) +
      Math.abs(this.ground(x, z + 12) - this.ground(x, z - 12));
    const patches = noise2(x * 0.006, z * 0.006) * 0.55 + noise2(x * 0.021, z * 0.021) * 0.35;
    return clamp(1.02 + patches - smoothstep(230, 620, ground) * 1.3 - smoothstep(22, 40, steep), 0, 1);
  }

  /** The surface that a ray meets: trees are cones on two interleaved jittered lattices. */
  surface(x: number, z: number): Surface {
    const ground = this.ground(x, z);
    if (ground < 1 || ground > 660) return { height: ground, tree: 0 };
    let height = ground;
    let tree = 0;
    for (let lattice = 0; lattice < 2; lattice++) {
      const i = Math.floor(x / treeCell + lattice * 0.5);
      const j = Math.floor(z / treeCell + lattice * 0.5);
      const radius = treeCell * (0.3 + 0.14 * hash(i, j, 3 + lattice));
      const slack = treeCell - 2 * radius;
      const cx = (i - lattice * 0.5) * treeCell + radius + slack * hash(i, j, 5 + lattice);
      const cz = (j - lattice * 0.5) * treeCell + radius + slack * hash(i, j, 7 + lattice);
      const distance = Math.hypot(x - cx, z - cz) / radius;
      if (distance >= 1 || hash(i, j, 9 + lattice) > this.#forest(cx, cz, ground)) continue;
      const size = (11 + 15 * hash(i, j, 11 + lattice) ** 1.5) * mix(1, 0.55, smoothstep(200, 600, ground));
      const ragged = 0.8 + 0.42 * noise2(x * 1.7, z * 1.7) + 0.2 * noise2(x * 0.9 + 5, z * 0.9);
      const top = ground + size * (1 - distance ** 0.8) * ragged + 1.5;
      if (top > height) {
        height = top;
        tree = (top - ground) / size;
      }
    }
    return { height, tree };
  }

  /** Outward normal; at a tree it leans away from the trunk. `reach` is the footprint of a pixel there, metres. */
  normal(x: number, z: number, tree: number, reach: number): readonly [number, number, number] {
    const e = Math.max(tree > 0 ? 0.7 : 5, reach);
    const height = (px: number, pz: number) => (tree > 0 ? this.surface(px, pz).height : this.ground(px, pz));
    let nx = (height(x - e, z) - height(x + e, z)) / (2 * e);
    let nz = (height(x, z - e) - height(x, z + e)) / (2 * e);
    if (tree > 0) {
      nx *= 0.45;
      nz *= 0.45;
    } else {
      const bump = 0.9 * smoothstep(120, 700, this.ground(x, z)) + 0.15;
      nx += bump * fbm2(x * 0.03, z * 0.03 + 40, 5, 0.62);
      nz += bump * fbm2(x * 0.03 + 70, z * 0.03, 5, 0.62);
    }
    const length = Math.hypot(nx, 1, nz);
    return [nx / length, 1 / length, nz / length];
  }

  /** Reflectance. */
  albedo(x: number, y: number, z: number, normalY: number, tree: number): Rgb {
    if (tree > 0) {
      const i = Math.floor(x / treeCell);
      const j = Math.floor(z / treeCell);
      const grove = noise2(x * 0.009 + 3, z * 0.009) + 0.5 * noise2(x * 0.035, z * 0.035);
      const kind = hash(i, j, 21);
      const golden = smoothstep(0.05, 0.5, grove + 0.55 * (kind - 0.5));
      const evergreen = blend(bark.spruce, bark.young, hash(i, j, 22));
      return scale(
        blend(evergreen, blend(bark.larch, bark.rust, hash(i, j, 23) ** 2), golden * 0.8),
        (0.3 + 0.65 * tree) * (0.9 + 0.5 * noise2(x * 2.1, z * 2.1 + y * 1.7)),
      );
    }
    const patch = fbm2(x * 0.013, z * 0.013, 4);
    const strata = noise2(y * 0.03 + 5 * fbm2(x * 0.003, z * 0.003, 4), 3.3) + 0.5 * noise2(y * 0.14, x * 0.004);
    let rock = blend(
      blend(stone.cool, stone.warm, 0.5 + patch),
      stone.dark,
      clamp(0.25 + 0.3 * strata + 0.7 * patch, 0, 0.75),
    );
    rock = blend(rock, stone.scree, smoothstep(0.62, 0.78, normalY) * 0.7);
    const grass = blend(meadow.green, meadow.dry, 0.5 + 0.9 * patch);
    const green = smoothstep(0.7, 0.84, normalY + 0.1 * patch) * (1 - smoothstep(380, 780, y + 160 * patch));
    const ground = blend(rock, grass, green);
    const white = smoothstep(640, 1000, y + 240 * patch) * smoothstep(0.5, 0.72, normalY + 0.14 * patch);
    return blend(ground, snow, white);
  }
}
