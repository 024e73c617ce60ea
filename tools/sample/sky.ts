/**
 * The sky with its clouds as one panorama around the view, so that the water can reflect what the camera
 * cannot see. Cumulus is marched through a noise volume with shadows towards the sun; cirrus is a sheet.
 */
import { clearSky } from './atmosphere';
import { add, blend, multiply, type Rgb, scale } from './colour';
import { clamp, fbm2, fbm3, mix, noise3, smoothstep } from './noise';
import { skyLight, sun, sunLight } from './scene';

const base = 1500;
const ceiling = 2900;
const halfAzimuth = 0.62;
const maxElevation = 0.68;

/** Radiance in a direction of unit length. */
export type Sky = (x: number, y: number, z: number) => Rgb;

/** Cloud water at a point, 0..1. Shapes come from low octaves, edges are eaten away by high ones. */
function density(x: number, y: number, z: number, detailed: boolean): number {
  const height = (y - base) / (ceiling - base);
  if (height <= 0 || height >= 1) return 0;
  const cover = fbm2(x * 0.00013 + 3.7, z * 0.00011 - 8.2, 3) * 1.15 + 0.0;
  // Flat bases, round tops.
  const profile = smoothstep(0, 0.12, height) * smoothstep(1, 0.25, height);
  const billow = 1 - Math.abs(noise3(x * 0.0011, y * 0.0013, z * 0.0011)) * 2;
  const shape =
    cover - 0.08 + 0.34 * profile + 0.16 * billow * profile + 0.42 * fbm3(x * 0.0009, y * 0.0012, z * 0.0009, 2) - 0.34;
  if (shape <= -0.18) return 0;
  const detail = detailed ? 0.3 * fbm3(x * 0.0042, y * 0.0046, z * 0.0042, 4, 0.55) : 0;
  return clamp((shape + detail) * 4.2, 0, 1) * profile;
}

function cumulus(x: number, y: number, z: number): { light: Rgb; through: number; distance: number } {
  const from = base / y;
  const to = Math.min(ceiling / y, from + 9000);
  const steps = 40;
  const dt = (to - from) / steps;
  const cos = x * sun.x + y * sun.y + z * sun.z;
  const phase = 0.55 + 0.9 * Math.max(0, cos) ** 6 + 0.12 * cos;
  let through = 1;
  let light: Rgb = [0, 0, 0];
  let weighted = 0;
  for (let i = 0; i < steps && through > 0.02; i++) {
    // A fixed jitter per direction turns banding into grain.
    const t = from + (i + 0.5 + 0.5 * noise3(x * 900, y * 900, z * 900)) * dt;
    const px = x * t;
    const py = y * t;
    const pz = z * t;
    const here = density(px, py, pz, true);
    if (here <= 0.003) continue;
    let shade = 0;
    for (let k = 1; k <= 4; k++) {
      const s = k * k * 55;
      shade += density(px + sun.x * s, py + sun.y * s, pz + sun.z * s, k < 3) * k;
    }
    const lit = Math.exp(-shade * 0.42) * phase + 0.09;
    const height = (py - base) / (ceiling - base);
    const ambient = scale(skyLight, mix(0.42, 0.8, height));
    const glow: Rgb = add(scale(sunLight, lit * 0.62), ambient);
    const absorbed = 1 - Math.exp(-here * dt * 0.0085);
    light = add(light, scale(glow, absorbed * through * 0.62));
    weighted += absorbed * through * t;
    through *= 1 - absorbed;
  }
  return { light, through, distance: through < 1 ? weighted / (1 - through) : to };
}

function radiance(x: number, y: number, z: number): Rgb {
  let sky = clearSky(x, y, z);
  const up = Math.max(y, 0.018);
  const distance = 7500 / up;
  const cx = x * distance;
  const cz = z * distance;
  const bend = fbm2(cx * 0.00007, cz * 0.00007, 3);
  const streak = fbm2(cx * 0.00011 + bend * 1.7, cz * 0.000032 + bend * 0.9 + 4.4, 6, 0.56);
  const veil = smoothstep(0.02, 0.62, streak + 0.1) * smoothstep(0.04, 0.2, y) * 0.42;
  const cos = x * sun.x + y * sun.y + z * sun.z;
  sky = blend(sky, scale(multiply(sunLight, [1, 0.93, 0.95]), 0.17 + 0.3 * Math.max(0, cos) ** 4), veil);
  const { light, through, distance: far } = cumulus(x, up, z);
  // Distant clouds take on the colour of the air before them.
  const clear = Math.exp(-far / 26_000);
  const seen = add(scale(sky, through), light);
  return blend(sky, seen, clear);
}

/** @param quality panorama pixels per radian: about the picture's own. */
export function createSky(quality: number): Sky {
  const width = Math.ceil(2 * halfAzimuth * quality);
  const height = Math.ceil(maxElevation * quality);
  const table = new Float32Array(width * height * 3);
  for (let j = 0; j < height; j++) {
    const elevation = ((j + 0.5) / height) * maxElevation;
    for (let i = 0; i < width; i++) {
      const azimuth = ((i + 0.5) / width) * 2 * halfAzimuth - halfAzimuth;
      table.set(
        radiance(Math.sin(azimuth) * Math.cos(elevation), Math.sin(elevation), Math.cos(azimuth) * Math.cos(elevation)),
        (j * width + i) * 3,
      );
    }
  }
  return (x, y, z) => {
    const u = clamp(((Math.atan2(x, z) + halfAzimuth) / (2 * halfAzimuth)) * width - 0.5, 0, width - 1.001);
    const v = clamp((Math.asin(clamp(y, 0, 1)) / maxElevation) * height - 0.5, 0, height - 1.001);
    const i = Math.floor(u);
    const j = Math.floor(v);
    const fu = u - i;
    const fv = v - j;
    const k = (j * width + i) * 3;
    const read = (c: number) =>
      mix(
        mix(table[k + c] as number, table[k + 3 + c] as number, fu),
        mix(table[k + width * 3 + c] as number, table[k + width * 3 + 3 + c] as number, fu),
        fv,
      );
    return [read(0), read(1), read(2)];
  };
}
