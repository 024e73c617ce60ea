/** Results below this are painted larger than they will be. */
const paintedLarger = 384;

/**
 * Long side of what is painted for a result of this size. The finest octave of what the network paints is soft, and in a
 * small picture that is where the strokes are: it is painted √2 larger and reduced, so that small and large results look
 * alike (web/engine/techniques/style/README.md).
 */
export const paintedSize = (size: number): number =>
  Math.max(size, Math.min(paintedLarger, Math.round(size * Math.SQRT2)));
