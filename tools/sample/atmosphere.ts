/**
 * The clear sky: single scattering by air, haze and ozone along the ray (Nishita et al. 1993; ozone as in
 * Bruneton 2008), with a share added for light scattered more than once. Tabulated over elevation and
 * azimuth; the phase functions are applied when the table is read, so the glow stays sharp.
 */
import type { Rgb } from './colour';
import { clamp } from './noise';
import { sun } from './scene';

const earth = 6_360_000;
const top = 6_420_000;
const rayleigh: Rgb = [5.8e-6, 13.5e-6, 33.1e-6];
const mie = 5e-6;
const ozone: Rgb = [0.65e-6, 1.88e-6, 0.085e-6];
const sunPower = 22;
/** Anisotropy of haze (Henyey–Greenstein). */
const haze = 0.78;

const elevations = 72;
const azimuths = 48;
/** Per direction: air r g b, haze r g b. */
const table = new Float64Array(elevations * azimuths * 6);

/** Air, haze and ozone along a ray from radius `r` with cosine `mu` to the zenith; null when the ground is in the way. */
function depth(r: number, mu: number): Rgb | null {
  const b = r * mu;
  if (mu < 0 && r * r * (1 - mu * mu) < earth * earth) return null;
  const length = -b + Math.sqrt(b * b + top * top - r * r);
  const steps = 12;
  let air = 0;
  let dust = 0;
  let o3 = 0;
  for (let i = 0; i < steps; i++) {
    const t = ((i + 0.5) / steps) ** 2 * length;
    const dt = (((i + 1) / steps) ** 2 - (i / steps) ** 2) * length;
    const height = Math.sqrt(r * r + 2 * b * t + t * t) - earth;
    air += Math.exp(-height / 8000) * dt;
    dust += Math.exp(-height / 1200) * dt;
    o3 += Math.max(0, 1 - Math.abs(height - 25_000) / 15_000) * dt;
  }
  return [air, dust, o3];
}

for (let i = 0; i < elevations; i++) {
  const elevation = ((i / (elevations - 1)) ** 2 * Math.PI) / 2;
  for (let j = 0; j < azimuths; j++) {
    const azimuth = (j / (azimuths - 1)) * Math.PI;
    const y = Math.sin(elevation);
    const flatSun = Math.hypot(sun.x, sun.z);
    const toSun = Math.cos(elevation) * Math.cos(azimuth) * flatSun + y * sun.y;
    const out = (i * azimuths + j) * 6;
    const r0 = earth + 300;
    const length = -r0 * y + Math.sqrt(r0 * r0 * y * y + top * top - r0 * r0);
    const steps = 28;
    const passed = [0, 0, 0];
    for (let k = 0; k < steps; k++) {
      const t = ((k + 0.5) / steps) ** 2 * length;
      const dt = (((k + 1) / steps) ** 2 - (k / steps) ** 2) * length;
      const r = Math.sqrt(r0 * r0 + 2 * r0 * y * t + t * t);
      const height = r - earth;
      const here = [
        Math.exp(-height / 8000) * dt,
        Math.exp(-height / 1200) * dt,
        Math.max(0, 1 - Math.abs(height - 25_000) / 15_000) * dt,
      ] as const;
      for (let c = 0; c < 3; c++) passed[c] = (passed[c] as number) + (here[c] as number);
      const lit = depth(r, (r0 * sun.y + t * toSun) / r);
      if (!lit) continue;
      for (let c = 0; c < 3; c++) {
        const extinction =
          (rayleigh[c] as number) * ((passed[0] as number) + lit[0]) +
          1.1 * mie * ((passed[1] as number) + lit[1]) +
          (ozone[c] as number) * ((passed[2] as number) + lit[2]);
        const light = Math.exp(-extinction) * sunPower;
        table[out + c] = (table[out + c] as number) + light * here[0] * (rayleigh[c] as number);
        table[out + 3 + c] = (table[out + 3 + c] as number) + light * here[1] * mie;
      }
    }
  }
}

/** Clear sky in a direction (unit length), relative radiance. Below the horizon: the horizon's own. */
export function clearSky(x: number, y: number, z: number): Rgb {
  const flat = Math.hypot(x, z) || 1e-9;
  const flatSun = Math.hypot(sun.x, sun.z);
  const azimuth = Math.acos(clamp((x * sun.x + z * sun.z) / (flat * flatSun), -1, 1));
  const elevation = Math.asin(clamp(y, 0, 1));
  const fi = Math.min(elevations - 1.001, Math.sqrt(elevation / (Math.PI / 2)) * (elevations - 1));
  const fj = Math.min(azimuths - 1.001, (azimuth / Math.PI) * (azimuths - 1));
  const i = Math.floor(fi);
  const j = Math.floor(fj);
  const u = fi - i;
  const v = fj - j;
  const cos = x * sun.x + y * sun.y + z * sun.z;
  const airPhase = (3 / (16 * Math.PI)) * (1 + cos * cos);
  const hazePhase = (1 - haze * haze) / (4 * Math.PI * (1 + haze * haze - 2 * haze * cos) ** 1.5);
  const read = (k: number) => {
    const a = (i * azimuths + j) * 6 + k;
    const b = a + azimuths * 6;
    const near = (table[a] as number) * (1 - v) + (table[a + 6] as number) * v;
    const far = (table[b] as number) * (1 - v) + (table[b + 6] as number) * v;
    return near * (1 - u) + far * u;
  };
  // What was scattered twice comes from everywhere: a third of the air's share without a phase.
  const channel = (c: number) => read(c) * (airPhase + 0.035) + read(c + 3) * (hazePhase + 0.02);
  return [channel(0), channel(1), channel(2)];
}
