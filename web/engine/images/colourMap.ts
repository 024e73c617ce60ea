/** Numbers as colours. */

/**
 * The colour map magma (van der Walt & Smith, matplotlib 2015), from black through violet and orange to cream: equal
 * steps look equal, and in grey too. Polynomials fitted by Matt Zucker (CC0), red, green and blue, lowest power first.
 */
const magmaPolynomials = [
  [-0.0021364851, 0.2516605407, 8.3537172792, -27.6687330858, 52.1761398123, -50.7685253647, 18.6557050659],
  [-0.0007496551, 0.6775232437, -3.577719515, 14.264730781, -27.9436060717, 29.0465828213, -11.48977352],
  [-0.0053861279, 2.4940265993, 0.314467903, -13.6492132182, 12.9441694424, 4.2341529938, -5.6019615087],
] as const;

type Colour = readonly [red: number, green: number, blue: number];

/** Finer than the 256 levels of a picture; a mosaic of a layer asks for millions of colours. */
const steps = 1023;
const table = Array.from({ length: steps + 1 }, (_, step): Colour => {
  const [red = 0, green = 0, blue = 0] = magmaPolynomials.map((powers) => {
    const value = powers.reduceRight<number>((sum, factor) => sum * (step / steps) + factor, 0);
    return Math.min(1, Math.max(0, value));
  });
  return [red, green, blue];
});
const noColour: Colour = [Number.NaN, Number.NaN, Number.NaN];

/** @param value 0..1, clamped @returns RGB in 0..1; NaN for NaN */
export const magma = (value: number): Colour => table[Math.round(Math.min(1, Math.max(0, value)) * steps)] ?? noColour;
