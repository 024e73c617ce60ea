/** Texture synthesis' controls and flags. */
import { type Field, networkField, seedField, sizeField } from '../contract';
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
    when: isGram,
    ...{ least: 1, offered: 'first of block', chips: true },
  },
  { kind: 'range', path: 'grain', flag: 'grain', when: isGram, min: 0, max: 8, step: 0.5, format: 'decimal' },
  { kind: 'check', path: 'ladder', flag: 'ladder', when: isGram },
  { kind: 'check', path: 'seamless', flag: 'seamless', when: isGram },
  { kind: 'range', path: 'steps', flag: 'steps', when: isGram, min: 25, max: 600, step: 25, format: 'integer' },
  {
    kind: 'range',
    path: 'baseline.window',
    flag: 'window',
    when: ({ method }) => method === 'efros-leung',
    ...{ min: 3, max: 31, step: 2, format: 'integer' },
  },
  {
    kind: 'range',
    path: 'baseline.patch',
    flag: 'patch',
    when: ({ method }) => method === 'quilting',
    ...{ min: 8, max: 96, step: 4, format: 'integer' },
  },
  { kind: 'choice', path: 'sampleSize', flag: 'sample-size', options: [96, 128, 192, 256, 384, 512], list: true },
  {
    kind: 'choice',
    path: 'aspect',
    flag: 'aspect',
    ...{ options: Object.values(shapes), labels: Object.keys(shapes), list: true },
  },
  sizeField,
  seedField,
  networkField,
  { kind: 'number', path: 'stepSize', flag: 'step-size', place: 'flag' },
];
