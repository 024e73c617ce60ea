/** Style transfer's controls and flags. */
import { type Field, networkField, range, seedField, sizeField } from '../contract';
import { optimisers, poolings, type StyleRecipe, styleColours, styleDefaults, styleLosses } from './schema';

type Schedule = StyleRecipe['schedule'];
const { minSize, firstSteps, steps } = styleDefaults.schedule;

/** Steps relative to the default schedule. */
const qualities = { draft: 0.5, normal: 1, fine: 2 } as const;
type Quality = keyof typeof qualities;
const qualityNames = Object.keys(qualities) as Quality[];

const scheduleOf = (quality: Quality): Schedule => ({
  minSize,
  firstSteps: Math.round(firstSteps * qualities[quality]),
  steps: Math.round(steps * qualities[quality]),
});

const qualityOf = ({ schedule }: StyleRecipe): Quality | null =>
  qualityNames.find((name) => {
    const other = scheduleOf(name);
    return (
      other.minSize === schedule.minSize && other.firstSteps === schedule.firstSteps && other.steps === schedule.steps
    );
  }) ?? null;

export const styleFields: readonly Field<StyleRecipe>[] = [
  range('strength', 'strength', [0, 100, 1], 'integer'),
  sizeField,
  {
    kind: 'choice',
    path: 'schedule',
    key: 'quality',
    options: qualityNames,
    tells: (recipe) => qualityOf(recipe) ?? 'custom',
    read: qualityOf,
    write: (_, quality: Quality) => ({ schedule: scheduleOf(quality) }),
  },
  // In octaves: 1 on the slider doubles the strokes.
  range('styleScale', 'style-scale', [-2, 2, 0.25], 'times', { scale: 'octaves' }),

  seedField,
  { kind: 'styles', path: 'styles', flag: 'style', place: 'advanced' },
  { kind: 'masks', path: 'styles', key: 'masks', flag: 'mask', place: 'flag' },
  { kind: 'start', path: 'start', flag: 'start', place: 'advanced' },
  range('grain', 'grain', [0, 8, 0.5], 'decimal', { place: 'advanced' }),
  range('palette', 'palette', [0, 12, 0.5], 'decimal', { place: 'advanced' }),
  // Much of it looks like watercolour on wet paper.
  range('totalVariation', 'tv', [0, 240, 10], 'decimal', { key: 'smoothness', place: 'advanced' }),
  { kind: 'choice', path: 'colours', flag: 'colours', place: 'advanced', options: styleColours },
  { kind: 'choice', path: 'loss', flag: 'loss', place: 'advanced', options: styleLosses, list: true },
  { kind: 'choice', path: 'pooling', flag: 'pooling', place: 'advanced', options: poolings },
  {
    kind: 'choice',
    path: 'optimiser.method',
    key: 'optimiser',
    flag: 'optimiser',
    place: 'advanced',
    options: optimisers,
  },
  { kind: 'weighted-layers', path: 'contentLayers', flag: 'content-layer', place: 'advanced', least: 0 },
  {
    kind: 'weighted-layers',
    path: 'styleLayers',
    flag: 'style-layer',
    place: 'advanced',
    least: 1,
    offered: 'measured',
  },
  networkField,
  // One number: further scales keep the share that the default schedule gives them.
  {
    kind: 'number',
    path: 'schedule.firstSteps',
    key: 'steps',
    flag: 'steps',
    place: 'flag',
    write: ({ schedule }, first: number) => ({
      schedule: { ...schedule, firstSteps: first, steps: Math.round((first * steps) / firstSteps) },
    }),
  },
];
