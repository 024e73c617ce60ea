/** What a result is called. */
import { expect, it } from 'vitest';
import { studioWords } from '../../../shared/words/studio';
import { loadRecipe } from '../../../web/studio/state/loadRecipe';
import { classNames } from '../../../web/studio/state/networks';
import { resultLabel } from '../../../web/studio/state/resultLabel';
import { classLists } from '../../../web/studio/views/fields/classNames';

const [en, ko] = await Promise.all([studioWords('en'), studioWords('ko')]);

const looksAt = (layer: string, channel?: number) => {
  const recipe = { version: 2, technique: 'see', view: 'saliency', network: 'squeezenet1_1', layer, channel } as const;
  return resultLabel(loadRecipe(JSON.stringify(recipe)));
};

it('is a class by its name, once the names are there', () => {
  expect(looksAt('classifier', 281)(en)).toBe('what classifier:281 looks at');
  classNames.value = classLists;
  expect(looksAt('classifier', 281)(en)).toBe('what tabby looks at');
  expect(looksAt('classifier', 281)(ko)).toContain('tabby');
  expect(looksAt('classifier')(en)).toBe('what classifier looks at');
  expect(looksAt('fire4', 281)(en)).toBe('what fire4:281 looks at');
});
