/** Of what is kept: recipes, and the records of runs (shared/record.ts). */
export const recipeVersion = 2;
export const recordVersion = 1;
