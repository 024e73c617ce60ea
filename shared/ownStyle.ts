/** Styles of people's own: their ids, and what moves while one is trained. Apart from the schemas: pages that check nothing import this. */

/** No server knows what begins so. */
const prefix = 'own-';

/** @param sha256 of the style's numbers as its file keeps them */
export const ownStyleId = (sha256: string): string => prefix + sha256.slice(0, 16);

export const isOwnStyle = (id: string): boolean => id.startsWith(prefix);

/**
 * What moves. `all`: everything. `output`: the last filter and the style's scales and shifts, while the other filters stay
 * those of the network begun from. `style`: scales and shifts only, as style files were first made.
 */
export const trainedParts = ['all', 'output', 'style'] as const;
export type TrainedPart = (typeof trainedParts)[number];
