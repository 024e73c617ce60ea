/** One ray per sample from the camera, then the plants of the foreground drawn over it by depth. */
import type { Pixels } from '../../web/engine/api';
import { develop } from './film';
import { drawPlants } from './plants';
import { camera } from './scene';
import { createSky } from './sky';
import { World } from './world';

export interface Frame {
  readonly columns: number;
  readonly rows: number;
  /** Linear RGB. */
  readonly light: Float32Array;
  /** Distance along the ray, metres. */
  readonly depth: Float32Array;
  /** Samples per unit of tangent. */
  readonly focal: number;
}

const exposure = 1.0;

/** @param samples per pixel and direction. */
export function renderSample(width: number, height: number, samples: number, log: (text: string) => void): Pixels {
  const columns = width * samples;
  const rows = height * samples;
  const focal = columns / 2 / Math.tan(camera.fieldOfView / 2);
  const frame: Frame = {
    columns,
    rows,
    focal,
    light: new Float32Array(columns * rows * 3),
    depth: new Float32Array(columns * rows),
  };
  log('sky');
  const sky = createSky(Math.min(1300, focal * 0.75));
  log('terrain');
  const world = new World(sky, 1 / focal);
  log('rays');
  const cos = Math.cos(camera.pitch);
  const sin = Math.sin(camera.pitch);
  for (let j = 0; j < rows; j++) {
    const v = (rows / 2 - j - 0.5) / focal;
    for (let i = 0; i < columns; i++) {
      const u = (i + 0.5 - columns / 2) / focal;
      const length = Math.hypot(u, v, 1);
      const d = { x: u / length, y: (v * cos + sin) / length, z: (cos - v * sin) / length };
      const { light, distance } = world.trace(camera, d);
      const k = j * columns + i;
      frame.light.set(light, k * 3);
      frame.depth[k] = distance;
    }
  }
  log('plants');
  drawPlants(frame, world);
  log('film');
  return develop(frame.light, width, height, samples, exposure);
}
