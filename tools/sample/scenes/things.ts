/** The scenes: still lifes, streets, people, animals, boats. Lengths in metres or so; colours are linear. */
import { fbm2, hash, noise2 } from '../noise';
import { add, box, capsule, ellipsoid, type Hit, mix, nearest, type Scene, sphere, type Vec } from './march';

const hit = (distance: number, colour: Vec): Hit => ({ distance, colour });

const day = { sun: [-0.7, 0.8, -0.5], zenith: [0.16, 0.34, 0.72], horizon: [0.62, 0.72, 0.82] } as const;
const evening = { sun: [0.9, 0.35, -0.4], zenith: [0.2, 0.2, 0.42], horizon: [0.95, 0.55, 0.32] } as const;
const window_ = { sun: [-0.8, 0.7, -0.6], zenith: [0.3, 0.3, 0.34], horizon: [0.4, 0.36, 0.32] } as const;

const grass = (p: Vec): Vec => mix([0.05, 0.14, 0.03], [0.25, 0.32, 0.08], 0.5 + 0.5 * fbm2(p[0] * 3, p[2] * 3, 4));
const wood = (p: Vec): Vec =>
  mix([0.16, 0.07, 0.03], [0.42, 0.22, 0.1], 0.5 + 0.5 * Math.sin(p[0] * 9 + 4 * fbm2(p[0] * 2, p[2] * 0.6, 3)));
const ground = (p: Vec, colour: Vec, height = 0): Hit => hit(p[1] - height, colour);

/** A head on shoulders: what people photograph most. */
function bust(skin: Vec, hair: Vec, cloth: Vec, turn: number, backdrop: Vec): Scene {
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  return {
    ...{ name: 'bust', eye: [0, 1.55, -2.3], target: [0, 1.45, 0], tan: 0.25, ...window_ },
    at(p) {
      const q: Vec = [c * p[0] - s * p[2], p[1], s * p[0] + c * p[2]];
      const m: Vec = [Math.abs(q[0]), q[1], q[2]];
      const face = Math.min(
        ellipsoid(q, [0, 1.6, 0], [0.2, 0.27, 0.23]),
        ellipsoid(q, [0, 1.57, -0.23], [0.03, 0.06, 0.05]),
        capsule(q, [0, 1.2, 0.03], [0, 1.45, 0.03], 0.09),
        ellipsoid(m, [0.2, 1.6, 0.02], [0.025, 0.06, 0.04]),
      );
      const locks = 0.012 * Math.sin(q[0] * 60 + 8 * q[1]) + 0.02 * noise2(q[0] * 9, q[1] * 9);
      return nearest(
        hit(face, skin),
        hit(ellipsoid(m, [0.08, 1.64, -0.19], [0.035, 0.018, 0.03]), [0.75, 0.74, 0.7]),
        hit(sphere(m, [0.08, 1.64, -0.212], 0.016), [0.03, 0.02, 0.02]),
        hit(ellipsoid(m, [0.085, 1.69, -0.195], [0.05, 0.01, 0.03]), hair),
        hit(ellipsoid(q, [0, 1.48, -0.19], [0.06, 0.016, 0.04]), [0.45, 0.12, 0.1]),
        hit(
          Math.max(ellipsoid(q, [0, 1.68, 0.05], [0.25, 0.27, 0.26]) + locks, 0.05 - q[2] * 0.6 - (q[1] - 1.66)),
          hair,
        ),
        hit(ellipsoid(q, [0, 0.92, 0.05], [0.48, 0.36, 0.24]) + 0.008 * Math.sin(q[1] * 40), cloth),
        hit(2 - p[2], mix(backdrop, [0.1, 0.1, 0.12], 0.4 + 0.4 * fbm2(p[0], p[1] * 2, 3))),
      );
    },
  };
}

const stillLife: Scene = {
  ...{ name: 'still-life', eye: [0.3, 1.3, -2.6], target: [0, 0.35, 0], tan: 0.4, ...window_ },
  at: (p) =>
    nearest(
      ground(p, wood(p)),
      hit(
        sphere(p, [-0.5, 0.27, -0.2], 0.27),
        mix([0.6, 0.06, 0.04], [0.7, 0.45, 0.1], 0.5 + 0.5 * noise2(p[0] * 5, p[1] * 3)),
      ),
      hit(sphere(p, [-0.05, 0.22, -0.55], 0.22), [0.75, 0.36, 0.04]),
      hit(ellipsoid(p, [0.5, 0.2, -0.5], [0.36, 0.19, 0.2]), [0.72, 0.62, 0.08]),
      hit(Math.max(ellipsoid(p, [0.35, 0.55, 0.3], [0.3, 0.55, 0.3]), p[1] - 0.95), [0.06, 0.16, 0.34]),
      hit(capsule(p, [0.35, 0.95, 0.3], [0.35, 1.15, 0.3], 0.1), [0.08, 0.2, 0.4]),
      hit(box(p, [-0.75, 0.3, 0.6], [0.3, 0.3, 0.2]), [0.3, 0.3, 0.22]),
      hit(1.4 - p[2], mix([0.24, 0.2, 0.16], [0.4, 0.34, 0.26], 0.5 + 0.5 * fbm2(p[0] * 2, p[1] * 2, 4))),
    ),
};

const petals: readonly Vec[] = [
  [0.7, 0.08, 0.1],
  [0.85, 0.6, 0.06],
  [0.75, 0.3, 0.5],
  [0.85, 0.82, 0.75],
  [0.3, 0.12, 0.5],
];
const flowers: Scene = {
  ...{ name: 'flowers', eye: [0, 1.25, -2.5], target: [0, 0.9, 0], tan: 0.42, ...window_ },
  at(p) {
    const heads = Array.from({ length: 9 }, (_, i): Hit => {
      const angle = i * 2.4;
      const reach = 0.16 + 0.055 * i;
      const centre: Vec = [Math.cos(angle) * reach, 1.15 + 0.35 * hash(i, 1, 2), Math.sin(angle) * reach * 0.7];
      const q = add(p, centre, -1);
      const frill = 0.045 * Math.cos(6 * Math.atan2(q[1], q[0]) + i);
      return hit((sphere(p, centre, 0.2) + frill) * 0.7, petals[i % petals.length] ?? petals[0] ?? [0, 0, 0]);
    });
    const stems = Array.from({ length: 5 }, (_, i) =>
      capsule(p, [0, 0.4, 0], [0.45 * Math.cos(i * 1.3), 1.2, 0.3 * Math.sin(i * 1.3)], 0.02),
    );
    return nearest(
      ground(p, wood(p)),
      ...heads,
      hit(Math.min(...stems), [0.08, 0.22, 0.05]),
      hit(
        ellipsoid(p, [0, 0.36, 0], [0.26, 0.38, 0.26]),
        mix([0.1, 0.24, 0.3], [0.6, 0.62, 0.6], Number(Math.sin(p[1] * 24) > 0.3)),
      ),
      hit(1.5 - p[2], [0.32, 0.22, 0.16]),
    );
  },
};

const facades: readonly Vec[] = [
  [0.5, 0.3, 0.2],
  [0.55, 0.48, 0.34],
  [0.36, 0.4, 0.44],
  [0.5, 0.2, 0.14],
  [0.6, 0.55, 0.46],
];
function street(name: string, light: Pick<Scene, 'sun' | 'zenith' | 'horizon'>, width: number, tall: number): Scene {
  return {
    ...{ name, eye: [0.6, 1.7, -4], target: [-0.2, 2.3, 6], tan: 0.6, ...light },
    at(p) {
      const row = Math.floor(p[2] / 3);
      const houses = [-1, 0, 1].flatMap((d): Hit[] =>
        [-1, 1].map((side) => {
          const k = row + d;
          const height = tall * (1 + 0.9 * hash(k, side, 3));
          const centre: Vec = [side * (width + 2), height / 2, (k + 0.5) * 3];
          const inside =
            Math.abs(((p[2] * 1.3 + 50) % 1) - 0.5) < 0.2 && Math.abs(((p[1] * 0.9 + 0.2) % 1) - 0.5) < 0.28;
          const wall = facades[Math.floor(hash(k, side, 7) * facades.length)] ?? [0.5, 0.5, 0.5];
          return hit(box(p, centre, [2, height / 2, 1.48]), inside ? [0.06, 0.08, 0.1] : wall);
        }),
      );
      const stones = mix([0.18, 0.17, 0.16], [0.34, 0.32, 0.3], 0.5 + 0.5 * fbm2(p[0] * 4, p[2] * 4, 3));
      return nearest(ground(p, stones), ...houses);
    },
  };
}

const trees: Scene = {
  ...{ name: 'trees', eye: [0, 1.5, -6], target: [0, 1.9, 2], tan: 0.45, ...day },
  at(p) {
    const hills = 0.5 * fbm2(p[0] * 0.12 + 3, p[2] * 0.12, 3);
    const all = [
      [-2.2, 0.5],
      [1.6, 1.6],
      [3.6, 4],
      [-4.4, 5],
      [0.2, 7],
    ].flatMap(([x = 0, z = 0], i): Hit[] => {
      const rough = 0.3 * fbm2(p[0] * 2.2 + i, (p[1] + p[2]) * 2.2, 4);
      const leaves = mix([0.06, 0.16, 0.03], [0.4, 0.3, 0.05], hash(i, 2, 5));
      return [
        hit(capsule(p, [x, 0, z], [x + 0.2, 2, z], 0.14), [0.14, 0.09, 0.05]),
        hit((ellipsoid(p, [x + 0.1, 2.7, z], [1.2, 1.1, 1.1]) + rough) * 0.6, leaves),
      ];
    });
    return nearest(hit((p[1] - hills) * 0.8, grass(p)), ...all);
  },
};

const boats: Scene = {
  ...{ name: 'boats', eye: [0, 1.2, -5], target: [0, 1, 3], tan: 0.42, ...evening },
  at(p) {
    const waves = 0.05 * Math.sin(p[0] * 3 + 2 * noise2(p[0], p[2])) + 0.04 * Math.sin(p[2] * 7 + p[0]);
    const fleet = [
      [-1.2, 0.2, 1],
      [1.5, 1.8, 1.2],
      [0.1, 6, 1],
    ].flatMap(([x = 0, z = 0, k = 1], i): Hit[] => {
      const slope = Math.abs(p[0] - x - 0.1) * 1.6 + (p[1] - 0.3) * 0.62 - 1.3 * k;
      const sail = Math.max(slope * 0.5, Math.abs(p[2] - z) - 0.02, 0.35 - p[1]);
      return [
        hit(Math.max(ellipsoid(p, [x, 0.2, z], [0.9 * k, 0.3, 0.3]), p[1] - 0.25), [0.2, 0.08, 0.05]),
        hit(sail, i === 1 ? [0.55, 0.12, 0.08] : [0.7, 0.64, 0.52]),
      ];
    });
    return nearest(hit((p[1] - waves) * 0.8, mix([0.05, 0.12, 0.2], [0.5, 0.3, 0.2], 0.5 + 5 * waves)), ...fleet);
  },
};

const dog: Scene = {
  ...{ name: 'dog', eye: [-1.7, 0.9, -2.1], target: [0, 0.55, 0], tan: 0.36, ...day },
  at(p) {
    const fur = 0.015 * noise2(p[0] * 18, p[1] * 18 + p[2] * 9);
    const legs = [
      [-0.4, -0.14],
      [-0.35, 0.14],
      [0.4, -0.14],
      [0.38, 0.14],
    ].map(([x = 0, z = 0]) => capsule(p, [x, 0.05, z], [x, 0.5, z], 0.07));
    const body = Math.min(
      capsule(p, [-0.38, 0.6, 0], [0.4, 0.62, 0], 0.2),
      capsule(p, [-0.45, 0.7, 0], [-0.62, 0.95, -0.02], 0.12),
      sphere(p, [-0.66, 1, -0.02], 0.16),
      capsule(p, [-0.7, 0.97, -0.03], [-0.88, 0.92, -0.08], 0.07),
      capsule(p, [0.5, 0.7, 0], [0.75, 0.95, 0.05], 0.04),
      ...legs,
    );
    const patch = fbm2(p[0] * 3 + 7, p[1] * 3, 2) > 0.12;
    return nearest(
      hit((body + fur) * 0.8, patch ? [0.2, 0.11, 0.06] : [0.62, 0.52, 0.4]),
      hit(ellipsoid(p, [-0.62, 1, -0.17], [0.05, 0.13, 0.03]), [0.14, 0.08, 0.05]),
      hit(sphere(p, [-0.94, 0.93, -0.1], 0.03), [0.02, 0.02, 0.02]),
      hit(sphere(p, [-0.78, 1.05, -0.11], 0.022), [0.02, 0.02, 0.02]),
      ground(p, grass(p)),
    );
  },
};

const arches: Scene = {
  ...{ name: 'arches', eye: [0.3, 1.6, -3], target: [0, 1.8, 5], tan: 0.55, ...evening },
  at(p) {
    const z = p[2] - 2.4 * Math.round(p[2] / 2.4);
    const x = Math.abs(p[0]) - 1.7;
    const column = Math.max(Math.hypot(x, z) - 0.24 - 0.02 * Math.cos(12 * Math.atan2(z, x)), p[1] - 2.4);
    const vault = Math.max(2.4 - p[1], -(Math.hypot(z, p[1] - 2.4) - 0.95), Math.abs(x) - 0.3);
    const tiles = (Math.floor(p[0] * 1.2) + Math.floor(p[2] * 1.2)) % 2 === 0;
    return nearest(
      hit(column, [0.6, 0.5, 0.38]),
      hit(vault * 0.8, mix([0.5, 0.38, 0.26], [0.62, 0.5, 0.38], 0.5 + 0.5 * fbm2(p[2] * 3, p[1] * 3, 3))),
      ground(p, tiles ? [0.5, 0.46, 0.4] : [0.16, 0.1, 0.09]),
    );
  },
};

export const scenes: readonly Scene[] = [
  bust([0.62, 0.38, 0.27], [0.06, 0.035, 0.02], [0.12, 0.2, 0.38], 0.35, [0.3, 0.32, 0.26]),
  bust([0.32, 0.17, 0.1], [0.015, 0.012, 0.012], [0.6, 0.42, 0.1], -0.5, [0.2, 0.3, 0.42]),
  bust([0.7, 0.48, 0.38], [0.45, 0.3, 0.12], [0.45, 0.1, 0.12], 0.05, [0.42, 0.4, 0.36]),
  stillLife,
  flowers,
  street('street', day, 2.2, 4),
  street('alley', evening, 1.2, 3.4),
  trees,
  boats,
  dog,
  arches,
];
