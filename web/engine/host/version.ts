/**
 * The engine's version: written into every run's record, and compared between page and worker so that a
 * page left open across a deployment never talks to a newer worker. Kept equal to package.json by a test.
 */
export const engineVersion = '1.0.0';
