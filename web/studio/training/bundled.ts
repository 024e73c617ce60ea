/** Pictures to learn on for who has none at hand: all computed by this project's own code, so nobody's rights are involved. */
const scenes = 11;

export const trainingPhotos: readonly string[] = [
  '/sample.jpg',
  ...Array.from({ length: scenes }, (_, i) => `/training/${String(i + 1).padStart(2, '0')}.webp`),
];
