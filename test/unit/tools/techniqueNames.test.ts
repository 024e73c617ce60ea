/** Nothing outside a technique's folders asks for its name. */
import { expect, it } from 'vitest';
import { placesIn, techniqueNamePlaces } from '../../../tools/check/techniqueNames';

const names = ['style', 'dream'];

it.each([
  "if (recipe.technique === 'style') {",
  "technique.value !== 'dream' && x",
  "return 'style' === recipe.technique;",
  "    case 'dream':",
  'case "style": {',
  "isRecipeOf('style', recipe)",
  "['style', 'dream'].includes(recipe.technique)",
  'const labels: Record<TechniqueName, string> = {',
])('finds %s', (line) => {
  expect(placesIn(`// a line before\n${line}`, names)).toEqual([{ line: 2, text: line.trim() }]);
});

it.each([
  "recipe.colours === 'style'",
  "technique.value === 'other'",
  'techniqueOf(recipe).needsPhoto',
  "import { dream } from './dream/traits';",
  "phase === 'style'",
])('passes %s', (line) => {
  expect(placesIn(line, names)).toEqual([]);
});

it('finds none in the sources', () => {
  expect(techniqueNamePlaces()).toEqual([]);
});
