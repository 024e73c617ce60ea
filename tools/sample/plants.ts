/**
 * Plants of the foreground, as strokes: every twig and blade is a short tapered line, lit by where on its plant
 * it grows, and drawn over the traced picture by depth.
 */
import { add, blend, multiply, type Rgb, scale, srgb } from './colour';
import { clamp, fbm2, hash, mix, noise2, random, smoothstep } from './noise';
import type { Frame } from './render';
import { camera, skyLight, sun, sunLight } from './scene';
import { waterline } from './shore';
import type { Vector, World } from './world';

const cos = Math.cos(camera.pitch);
const sin = Math.sin(camera.pitch);

/** Draws a line from `a` to `b`, `width` metres thick at `a` and a third of it at `b`. */
function stroke(frame: Frame, a: Vector, b: Vector, width: number, from: Rgb, to: Rgb): void {
  const { columns, rows, focal, light, depth } = frame;
  const project = ({ x, y, z }: Vector) => {
    const dy = y - camera.y;
    const dz = z - camera.z;
    const deep = dz * cos + dy * sin;
    return {
      u: columns / 2 + (focal * (x - camera.x)) / deep,
      v: rows / 2 - (focal * (dy * cos - dz * sin)) / deep,
      deep,
    };
  };
  const p = project(a);
  const q = project(b);
  if (p.deep < 1 || q.deep < 1) return;
  const steps = Math.max(1, Math.ceil(Math.hypot(q.u - p.u, q.v - p.v) * 1.2));
  for (let n = 0; n <= steps; n++) {
    const t = n / steps;
    const deep = mix(p.deep, q.deep, t);
    const radius = (width * (1 - 0.67 * t) * focal) / deep / 2;
    const u = mix(p.u, q.u, t);
    const v = Math.round(mix(p.v, q.v, t));
    if (v < 0 || v >= rows) continue;
    // Thinner than a sample: lay on less paint instead.
    const paint = Math.min(1, radius * 2);
    const left = Math.max(0, Math.round(u - Math.max(radius, 0.5)));
    const right = Math.min(columns - 1, Math.round(u + Math.max(radius, 0.5) - 1));
    for (let i = left; i <= right; i++) {
      const k = v * columns + i;
      if (deep > (depth[k] as number) + 0.03) continue;
      for (let c = 0; c < 3; c++) {
        const colour = mix(from[c] as number, to[c] as number, t);
        light[k * 3 + c] = mix(light[k * 3 + c] as number, colour, paint);
      }
      if (paint > 0.6) depth[k] = deep;
    }
  }
}

/** Light on a leaf that faces `n` and lets some through from behind. */
function leaf(albedo: Rgb, nx: number, ny: number, nz: number, lit: number, open: number): Rgb {
  const facing = nx * sun.x + ny * sun.y + nz * sun.z;
  const received = lit * (Math.max(0, facing) + 0.35 * Math.max(0, -facing));
  return multiply(albedo, add(scale(sunLight, received + 0.02), scale(skyLight, open)));
}

interface Conifer {
  readonly x: number;
  readonly z: number;
  readonly height: number;
  readonly spread: number;
  readonly golden: boolean;
}

const conifers: readonly Conifer[] = [
  { x: -14.6, z: 26.5, height: 13.6, spread: 2.5, golden: false },
  { x: -11.3, z: 22.4, height: 10.4, spread: 2.1, golden: false },
  { x: -13.2, z: 23.6, height: 6.4, spread: 1.7, golden: true },
  { x: -8.9, z: 20.3, height: 4.3, spread: 1.2, golden: false },
  { x: -10.3, z: 19.2, height: 2.6, spread: 0.9, golden: true },
  { x: 12.9, z: 20.6, height: 8.3, spread: 1.8, golden: false },
  { x: 11.7, z: 18.6, height: 4.4, spread: 1.25, golden: true },
];

const needles = { dark: srgb('#22331d'), fresh: srgb('#4c6130'), gold: srgb('#c08a2c'), rust: srgb('#8f5a1e') };
const wood = srgb('#4a3a2c');

function conifer(frame: Frame, world: World, { x, z, height, spread, golden }: Conifer, next: () => number): void {
  const foot = world.shore.bank(x, z) - 0.1;
  stroke(frame, { x, y: foot, z }, { x, y: foot + height, z }, height * 0.022, scale(wood, 0.5), scale(wood, 0.9));
  const strokes: (() => void)[] = [];
  for (let y = height * 0.07; y < height; y += 0.17 + 0.12 * next()) {
    const t = y / height;
    const reach = spread * (1 - t) ** 0.82 * (0.78 + 0.36 * next()) + 0.06;
    const branches = golden ? 7 : 10;
    const turn = next() * 6.28;
    for (let i = 0; i < branches; i++) {
      const azimuth = turn + (i / branches) * 6.28 + 0.5 * next();
      const ox = Math.sin(azimuth);
      const oz = Math.cos(azimuth);
      const length = reach * (0.7 + 0.45 * next());
      const sag = mix(0.38, -0.5, t) + 0.16 * next();
      const twigs = Math.ceil(length / (golden ? 0.11 : 0.075)) + 1;
      for (let n = 0; n < twigs; n++) {
        const s = (n + next()) / twigs;
        const out = s * length;
        const by = foot + y - sag * out + 0.16 * out * s;
        const side = (next() - 0.5) * 2;
        const size = (0.34 - 0.16 * s) * (0.6 + 0.5 * next()) * (golden ? 0.75 : 1) * Math.min(1, 0.35 + length / 1.4);
        const a = { x: x + ox * out, y: by, z: z + oz * out };
        const b = {
          x: a.x + (ox * 0.55 + oz * side * 0.8) * size,
          y: a.y - size * (golden ? 0.05 + 0.3 * next() : 0.25 + 0.45 * next()),
          z: a.z + (oz * 0.55 - ox * side * 0.8) * size,
        };
        // Inside the crown it is dark; the side towards the sun and the tips are not.
        const outer = clamp(out / (spread * (1 - t) + 0.2), 0, 1);
        const lit = (0.08 + 0.92 * outer ** 1.6) * smoothstep(-0.75, 0.5, ox * sun.x + oz * sun.z + 0.25);
        const tone = next();
        const albedo = golden
          ? blend(needles.rust, needles.gold, 0.25 + tone)
          : blend(needles.dark, needles.fresh, tone * outer);
        const ny = 0.45 + 0.3 * next();
        const colour = leaf(albedo, ox * 0.85, ny, oz * 0.85, lit, 0.16 + 0.5 * outer);
        strokes.push(() => stroke(frame, a, b, golden ? 0.03 : 0.038, scale(colour, 0.8), scale(colour, 1.25)));
      }
    }
  }
  for (const draw of strokes) draw();
}

const blade = { green: srgb('#56672f'), straw: srgb('#97855a'), deep: srgb('#37461f'), rust: srgb('#9a5b2a') };
const petals = [srgb('#b8328a'), srgb('#c9489c'), srgb('#e9e2d2'), srgb('#d9a520')] as const;

/** True where plants can stand: on the bank, above the water, not on a boulder. */
function fertile(world: World, x: number, z: number): number | null {
  const y = world.shore.bank(x, z);
  if (y < 0.2 || z > waterline(x) - 0.35) return null;
  return world.shore.height(x, z) > y + 0.06 ? null : y;
}

function meadow(frame: Frame, world: World, next: () => number): void {
  for (let n = 0; n < 90_000; n++) {
    // Even in the picture rather than on the ground: far blades are small and need not be many.
    const z = 6.4 / (1 - 0.72 * next());
    const x = (next() * 2 - 1) * z * 0.6;
    const tuft = fbm2(x * 0.9, z * 0.9, 3) + 0.35 * noise2(x * 4, z * 4);
    if (tuft + 0.42 < next() * 0.9) continue;
    const y = fertile(world, x, z);
    if (y === null) continue;
    const size = (0.1 + 0.26 * next() ** 1.5) * (0.75 + 0.9 * clamp(tuft + 0.2, 0, 1)) * smoothstep(0.15, 0.7, y + 0.1);
    const lean = (next() - 0.5) * 1.1 + 0.25;
    const tip = { x: x + lean * size, y: y + size * (1 - 0.3 * Math.abs(lean)), z: z + (next() - 0.5) * size };
    const dry = clamp(0.45 + 0.8 * fbm2(x * 0.5 + 20, z * 0.5, 2) + (next() - 0.5) * 0.7, 0, 1);
    let albedo = blend(blade.green, blade.straw, dry);
    if (next() < 0.12) albedo = blend(albedo, blade.rust, 0.7);
    const lit = world.shoreSun(x, y + size * 0.7, z) * (0.45 + 0.4 * next());
    const colour = leaf(albedo, sun.x * 0.8, 0.4, sun.z * 0.8, lit, 0.42);
    stroke(
      frame,
      { x, y: y - 0.02, z },
      tip,
      0.011,
      scale(multiply(colour, [0.6, 0.75, 0.55]), 0.5),
      scale(colour, 1.2),
    );
  }
}

function flowers(frame: Frame, world: World, next: () => number): void {
  for (let n = 0; n < 900; n++) {
    const z = 6.6 / (1 - 0.6 * next());
    const x = (next() * 2 - 1) * z * 0.58;
    const patch = noise2(x * 0.45 + 11, z * 0.45);
    if (patch < 0.02 + 0.2 * next()) continue;
    const y = fertile(world, x, z);
    if (y === null) continue;
    const tall = hash(n, 5) < 0.6;
    const size = tall ? 0.3 + 0.3 * next() : 0.1 + 0.12 * next();
    const tip = { x: x + (next() - 0.4) * 0.15, y: y + size, z };
    const lit = world.shoreSun(x, y + size, z);
    stroke(
      frame,
      { x, y, z },
      tip,
      0.01,
      scale(leaf(blade.deep, 0, 0.5, 0, lit * 0.5, 0.4), 1),
      leaf(blade.green, 0, 0.8, 0, lit, 0.5),
    );
    const petal = petals[tall ? (next() < 0.5 ? 0 : 1) : next() < 0.55 ? 2 : 3] ?? petals[0];
    const heads = tall ? 16 : 1;
    for (let i = 0; i < heads; i++) {
      const t = tall ? 0.45 + 0.55 * (i / heads) : 1;
      const width = tall ? 0.03 * (1.35 - t * 0.75) : 0.034;
      const spread = tall ? 0.035 * (1.4 - t) : 0;
      const at = {
        x: mix(x, tip.x, t) + (next() - 0.5) * spread * 2,
        y: mix(y, tip.y, t),
        z: z + (next() - 0.5) * spread,
      };
      const colour = leaf(petal, sun.x, 0.3, sun.z, lit * (0.5 + 0.4 * next()), 0.6);
      stroke(frame, at, { x: at.x + 0.012, y: at.y - width * 0.7, z: at.z }, width, colour, scale(colour, 0.8));
    }
  }
}

/** Draws all of them, from far to near where they overlap by more than depth can tell. */
export function drawPlants(frame: Frame, world: World): void {
  const next = random(4242);
  for (const tree of [...conifers].sort((a, b) => b.z - a.z)) conifer(frame, world, tree, next);
  meadow(frame, world, next);
  flowers(frame, world, next);
}
