/** The near shore: a bank with boulders, gravel and grass at the camera's feet. */
import { blend, type Rgb, scale, srgb } from './colour';
import { Grid } from './grid';
import { clamp, fbm2, hash, noise2, random, smoothstep } from './noise';

/** z of the water's edge: a small bay in the middle, points of land at both sides. */
export function waterline(x: number): number {
  return (
    13 +
    4.5 * smoothstep(2, 12, Math.abs(x + 1.5)) +
    7 * smoothstep(6, 16, -x) +
    2.2 * noise2(x * 0.16, 2.2) +
    0.6 * noise2(x * 0.7, 7.1)
  );
}

interface Boulder {
  readonly x: number;
  readonly z: number;
  readonly radius: number;
  /** Top faces as planes through points at their own distance: normal and offset. */
  readonly faces: readonly (readonly [number, number, number, number])[];
}

function makeBoulders(): Boulder[] {
  const next = random(77);
  const boulders: Boulder[] = [];
  const place = (x: number, z: number, radius: number) => {
    const faces = Array.from({ length: 13 }, () => {
      const angle = next() * 2 * Math.PI;
      const up = 0.12 + 0.88 * next();
      const flat = Math.sqrt(1 - up * up);
      return [Math.cos(angle) * flat, up, Math.sin(angle) * flat, radius * (0.72 + 0.28 * next())] as const;
    });
    boulders.push({ x, z, radius, faces });
  };
  // The composition's own: a large group right of the middle, one left, stepping stones into the lake.
  place(6.4, 14.8, 1.9);
  place(8.9, 16.2, 1.5);
  place(4.3, 16.4, 0.95);
  place(3.1, 19.5, 0.7);
  place(6.6, 20.2, 0.8);
  place(-5.6, 15.2, 1.25);
  place(-3.9, 17.2, 0.6);
  place(1.3, 24, 0.55);
  for (let i = 0; i < 420; i++) {
    const x = (next() * 2 - 1) * 22;
    const z = waterline(x) + (next() + next() - 1) * 5 + 0.4;
    if (z > 7) place(x, z, 0.1 + 0.55 * next() ** 4);
  }
  return boulders;
}

const rock = {
  light: srgb('#a89c8c'),
  grey: srgb('#75716c'),
  dark: srgb('#45413d'),
  lichen: srgb('#a9924e'),
  moss: srgb('#54602a'),
};
const soil = { gravel: srgb('#8b7f70'), turf: srgb('#5a5a2a'), dry: srgb('#8d7538') };

export class Shore {
  readonly #boulders = makeBoulders();
  readonly #buckets = new Map<number, Boulder[]>();
  readonly grid: Grid;

  constructor(cell: number) {
    for (const boulder of this.#boulders) {
      for (let i = Math.floor(boulder.x - boulder.radius); i <= boulder.x + boulder.radius; i++) {
        for (let j = Math.floor(boulder.z - boulder.radius); j <= boulder.z + boulder.radius; j++) {
          const key = j * 1000 + i;
          const bucket = this.#buckets.get(key);
          if (bucket) bucket.push(boulder);
          else this.#buckets.set(key, [boulder]);
        }
      }
    }
    this.grid = new Grid({ x0: -26, z0: 6, x1: 26, z1: 58 }, cell, (x, z) =>
      Math.max(this.bank(x, z), this.#stone(x, z)),
    );
  }

  /** The bank without its boulders; falls away under water. */
  bank(x: number, z: number): number {
    const inland = waterline(x) - z;
    const rise = inland > 0 ? 1.25 * (1 - Math.exp(-inland * 0.2)) : Math.max(-3, inland * 0.16);
    return rise + 0.1 * fbm2(x * 0.5, z * 0.5, 4) * smoothstep(-3, 1.5, inland) + 0.025 * noise2(x * 6, z * 6);
  }

  #stone(x: number, z: number): number {
    let top = -10;
    for (const { x: cx, z: cz, radius, faces } of this.#buckets.get(Math.floor(z) * 1000 + Math.floor(x)) ?? []) {
      const dx = x - cx;
      const dz = z - cz;
      if (dx * dx + dz * dz > radius * radius) continue;
      let height = radius;
      for (const [nx, ny, nz, offset] of faces) height = Math.min(height, (offset - nx * dx - nz * dz) / ny);
      const seat = this.bank(cx, cz) - radius * 0.32;
      top = Math.max(top, seat + height + 0.05 * radius * fbm2(x * 3, z * 3, 3));
    }
    return top;
  }

  height(x: number, z: number): number {
    return this.grid.height(x, z);
  }

  normal(x: number, z: number, reach: number): readonly [number, number, number] {
    const e = Math.max(this.grid.cell, reach);
    let nx = (this.height(x - e, z) - this.height(x + e, z)) / (2 * e);
    let nz = (this.height(x, z - e) - this.height(x, z + e)) / (2 * e);
    nx += 0.28 * fbm2(x * 9, z * 9, 3, 0.6);
    nz += 0.28 * fbm2(x * 9 + 50, z * 9, 3, 0.6);
    const length = Math.hypot(nx, 1, nz);
    return [nx / length, 1 / length, nz / length];
  }

  /** True on a boulder, false on the bank. */
  isStone(x: number, y: number, z: number): boolean {
    return y > this.bank(x, z) + 0.05;
  }

  /** Reflectance; everything is darker where the water wets it. */
  albedo(x: number, y: number, z: number, normalY: number): Rgb {
    const spots = fbm2(x * 2.3, z * 2.3 + y * 2, 4, 0.6);
    let colour: Rgb;
    if (this.isStone(x, y, z)) {
      const own = hash(Math.round(x * 0.8), Math.round(z * 0.8), 31);
      colour = blend(blend(rock.grey, rock.light, own), rock.dark, clamp(0.2 + spots, 0, 0.75));
      colour = blend(colour, rock.lichen, smoothstep(0.25, 0.45, fbm2(x * 5 + 9, z * 5, 3)) * 0.7);
      colour = blend(colour, rock.moss, smoothstep(0.75, 0.95, normalY) * smoothstep(0.1, 0.3, spots) * 0.8);
    } else {
      const pebble = hash(Math.floor(x * 11), Math.floor(z * 9), 33);
      const gravel = scale(blend(soil.gravel, rock.grey, pebble), 0.65 + 0.6 * pebble);
      colour = blend(gravel, blend(soil.turf, soil.dry, 0.5 + spots), smoothstep(0.16, 0.42, y + 0.2 * spots));
    }
    const wet = 1 - smoothstep(0.03, 0.16 + 0.06 * spots, y);
    return scale(colour, 1 - 0.55 * wet);
  }
}
