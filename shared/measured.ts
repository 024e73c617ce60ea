import * as v from 'valibot';

/**
 * What a view tells in numbers beside its picture: the rank correlation with shuffled weights, a fooling change's deviation in
 * levels of 255, the largest fall of an answer and the part that was cut out (shares), the strongest pair's cosine.
 */
export const measures = ['correlation', 'change', 'fall', 'part', 'pair'] as const;

export type Measured = Readonly<Partial<Record<(typeof measures)[number], number>>>;

/** By names that are there, each at most once: as a record of them it could not be told in OpenAPI. */
export const measuredSchema = v.strictObject(
  v.entriesFromList(measures, v.exactOptional(v.pipe(v.number(), v.finite()))),
);
