/** What a technique is asked for by name: recipes that can be run, called something in every language, each with its picture. */
import { existsSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import { techniqueNames } from '../../../shared/techniques';
import { exampleFields, exampleRecipe, examplesOf } from '../../../shared/techniques/examples';
import { seeViews } from '../../../shared/techniques/see/schema';
import { languages } from '../../../shared/words';
import { studioWords } from '../../../shared/words/studio';

const named = techniqueNames.filter((name) => examplesOf[name]);

describe.each(named)('the examples of %s', (name) => {
  const examples = Object.keys(examplesOf[name] ?? {});

  it('are recipes, no two alike', () => {
    const recipes = examples.map((example) => JSON.stringify(parseRecipe(exampleRecipe(name, example))));
    expect(new Set(recipes).size).toBe(examples.length);
  });

  it('each undo what another has set', () => {
    const touched = examples.map((example) => Object.keys(exampleFields(name, example)).sort().join());
    expect(new Set(touched).size).toBe(1);
  });

  it('have a name in every language, and a picture in one row', async () => {
    for (const language of languages) {
      const { [name]: words } = (await studioWords(language)).examples as unknown as Record<string, object>;
      expect(Object.keys(words ?? {}).sort()).toEqual([...examples].sort());
    }
    const file = `web/public/examples/${name}.webp`;
    expect(existsSync(file)).toBe(true);
    const { width = 0, height = 0 } = await sharp(file).metadata();
    expect(width).toBe(examples.length * height);
  });
});

it('says of every view how its picture is read', async () => {
  for (const language of languages) {
    expect(Object.keys((await studioWords(language)).reads.see).sort()).toEqual([...seeViews].sort());
  }
});

it('four techniques have some', () => {
  expect(named).toEqual(['dream', 'invert', 'texture', 'see']);
});
