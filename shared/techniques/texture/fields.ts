/** Texture synthesis' controls and flags. */
import { type Field, networkField, range, seedField, sizeField } from '../contract';
import { type TextureRecipe, textureMethods } from './schema';

const isGram = ({ method }: TextureRecipe) => method === 'gram';

/** Width over height, and what people call it. */
const shapes = {
  '1 : 1': 1,
  '4 : 3': 4 / 3,
  '3 : 2': 3 / 2,
  '16 : 9': 16 / 9,
  '2 : 1': 2,
  '3 : 4': 3 / 4,
  '2 : 3': 2 / 3,
  '9 : 16': 9 / 16,
};

export const textureFields: readonly Field<TextureRecipe>[] = [
  { kind: 'choice', path: 'method', flag: 'method', options: textureMethods },
  // As the paper has them, and what the recipe has besides.
  {
    kind: 'weighted-layers',
    path: 'layers',
    flag: 'layer',
    place: 'advanced',
    when: isGram,
    least: 1,
    offered: 'first of block',
    chips: true,
  },
  range('grain', 'grain', [0, 8, 0.5], 'decimal', { when: isGram }),
  { kind: 'check', path: 'ladder', flag: 'ladder', when: isGram },
  { kind: 'check', path: 'seamless', flag: 'seamless', when: isGram },
  range('steps', 'steps', [25, 600, 25], 'integer', { when: isGram }),
  range('baseline.window', 'window', [3, 31, 2], 'integer', { when: ({ method }) => method === 'efros-leung' }),
  range('baseline.patch', 'patch', [8, 96, 4], 'integer', { when: ({ method }) => method === 'quilting' }),
  { kind: 'choice', path: 'sampleSize', flag: 'sample-size', options: [96, 128, 192, 256, 384, 512], list: true },
  {
    kind: 'choice',
    path: 'aspect',
    flag: 'aspect',
    options: Object.values(shapes),
    labels: Object.keys(shapes),
    list: true,
  },
  sizeField,
  seedField,
  networkField,
  { kind: 'number', path: 'stepSize', flag: 'step-size', place: 'flag' },
];
