/** Linear RGB as plain triples: allocation is cheap enough at one picture, readability is not. */
import { clamp } from './noise';

export type Rgb = readonly [number, number, number];

export const black: Rgb = [0, 0, 0];
export const scale = (a: Rgb, k: number): Rgb => [a[0] * k, a[1] * k, a[2] * k];
export const add = (a: Rgb, b: Rgb): Rgb => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const multiply = (a: Rgb, b: Rgb): Rgb => [a[0] * b[0], a[1] * b[1], a[2] * b[2]];

export function blend(a: Rgb, b: Rgb, t: number): Rgb {
  const k = clamp(t, 0, 1);
  return [a[0] + (b[0] - a[0]) * k, a[1] + (b[1] - a[1]) * k, a[2] + (b[2] - a[2]) * k];
}

/** A colour as a person writes it, `#rrggbb` in sRGB, in linear light. */
export function srgb(hex: string): Rgb {
  const channel = (from: number) => {
    const s = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}
