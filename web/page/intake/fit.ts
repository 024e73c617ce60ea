/** Sizes that keep a picture's shape. Apart from the rest of the intake, for the page's first load has it too. */

/** The largest size of the same shape whose long side is at most `maxSide`; never larger than given. */
export function fitWithin(width: number, height: number, maxSide: number): { width: number; height: number } {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
