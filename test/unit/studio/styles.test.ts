/** Paintings on offer are measured for some networks; with another one they cannot be painted with, and the button says so. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { ownPaintings } from '../../../web/studio/state/ownPaintings';
import { type Photo, photo } from '../../../web/studio/state/photo';
import { chooseOwn, choosePreset, chooseTechnique, chosenStyle, edit, editOf } from '../../../web/studio/state/recipe';
import { missing } from '../../../web/studio/state/run';
import { loadPresets, openingPreset, presets } from '../../../web/studio/state/styles';

const hung: Photo = {
  pixels: { width: 20, height: 16, data: new Uint8ClampedArray(20 * 16 * 4) },
  original: { width: 20, height: 16 },
  notes: [],
  name: () => 'photo.jpg',
};

const said = { aspect: 1, addedAt: '', statistics: {}, thumbnail: null };
const mine = { ...said, id: 'own-1', image: 'a'.repeat(64), name: 'Mine', picture: new Blob() };
const fromFile = { ...said, id: 'own-2', image: 'b'.repeat(64), name: 'From a file', picture: null };

beforeAll(async () => {
  const index = await readFile(new URL('../../../web/public/presets/index.json', import.meta.url), 'utf8');
  await loadPresets(async () => new Response(index));
  photo.value = hung;
});

describe('before anybody chooses', () => {
  it('a bright painting is chosen, or the first where it is not on offer', () => {
    expect(chosenStyle.value).toEqual({ preset: 'starry-night' });
    const list = presets.value.status === 'ready' ? presets.value.list : [];
    presets.value = { status: 'ready', list: list.filter(({ id }) => id !== 'starry-night') };
    expect(openingPreset()?.id).toBe('great-wave');
    presets.value = { status: 'ready', list };
  });
});

describe('a painting on offer', () => {
  it('is no style for a network that has not seen it', () => {
    choosePreset('starry-night');
    expect(missing.value).toBeNull();
    edit({ network: 'vgg16' });
    expect(missing.value).toBe('measured');
    ownPaintings.value = [fromFile, mine];
    chooseOwn(mine.image);
    expect(missing.value).toBeNull();
    chooseOwn(fromFile.image);
    expect(missing.value).toBe('look');
    chooseTechnique('any');
    editOf('any', { styles: [{ image: fromFile.image, weight: 1 }] });
    expect(missing.value).toBeNull();
    chooseTechnique('style');
  });

  it('that is not offered is not asked about', () => {
    choosePreset('somewhere-else');
    expect(missing.value).toBeNull();
  });
});
