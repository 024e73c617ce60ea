/** Ids of styles that people taught a network themselves. Apart from the schemas: pages that check nothing import this. */

/** No server knows what begins so. */
const prefix = 'own-';

/** @param sha256 of the style's numbers as its file keeps them */
export const ownStyleId = (sha256: string): string => prefix + sha256.slice(0, 16);

export const isOwnStyle = (id: string): boolean => id.startsWith(prefix);
