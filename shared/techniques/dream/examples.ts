/** Dreams that people ask for by name: fields that are not the defaults. */
import type { DreamRecipe } from './schema';

const amplifying = (layer: string, channel?: number) => ({
  layers: [{ layer, weight: 1, ...(channel !== undefined && { channels: [channel] }) }],
});

export const dreamExamples: Readonly<Record<string, Partial<DreamRecipe>>> = {
  eyes: {},
  strokes: amplifying('relu3_1'),
  speckles: amplifying('relu2_2'),
  arches: amplifying('relu3_3'),
  bars: amplifying('relu4_1'),
  cells: amplifying('relu4_1', 80),
  blocks: amplifying('relu4_1', 74),
  columns: amplifying('relu4_1', 2),
  feathers: amplifying('relu3_3', 29),
};
