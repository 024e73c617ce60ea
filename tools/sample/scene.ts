/** Where things are and how the light falls: the numbers that make the composition. Metres; y up, z into the picture. */
import type { Rgb } from './colour';

const degrees = Math.PI / 180;

export const camera = { x: 0, y: 3.6, z: 0, pitch: 3.2 * degrees, fieldOfView: 56 * degrees } as const;

/** Left of the frame and a little behind the camera: raking light that models every slope. */
export const sun = direction(-97 * degrees, 12 * degrees);

function direction(azimuth: number, elevation: number) {
  return {
    x: Math.sin(azimuth) * Math.cos(elevation),
    y: Math.sin(elevation),
    z: Math.cos(azimuth) * Math.cos(elevation),
    tan: Math.tan(elevation),
  };
}

/** Light of the sun that reaches the ground, and of the sky above it, relative radiance. */
export const sunLight: Rgb = [5.8, 3.6, 1.85];
export const skyLight: Rgb = [0.34, 0.47, 0.74];
