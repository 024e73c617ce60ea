/** Paintings on offer are measured for some networks; with another one they cannot be painted with, and the button says so. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Photo, photo } from '../../../web/studio/state/photo';
import { chooseOwn, choosePreset, chosenStyle, edit } from '../../../web/studio/state/recipe';
import { missing } from '../../../web/studio/state/run';
import { loadPresets, openingPreset, ownStyle, presets } from '../../../web/studio/state/styles';

const hung: Photo = {
  pixels: { width: 20, height: 16, data: new Uint8ClampedArray(20 * 16 * 4) },
  original: { width: 20, height: 16 },
  notes: [],
  name: () => 'photo.jpg',
};

beforeAll(async () => {
  const index = await readFile(new URL('../../../web/public/presets/index.json', import.meta.url), 'utf8');
  await loadPresets(async () => new Response(index));
  photo.value = hung;
});

describe('before anybody chooses', () => {
  it('a bright painting is chosen, or the first where it is not on offer', () => {
    expect(chosenStyle.value).toEqual({ preset: 'starry-night' });
    const list = presets.value.status === 'ready' ? presets.value.list : [];
    expect(list[0]?.id).not.toBe('starry-night');
    presets.value = { status: 'ready', list: list.filter(({ id }) => id !== 'starry-night') };
    expect(openingPreset()).toBe(list[0]);
    presets.value = { status: 'ready', list };
  });
});

describe('a painting on offer', () => {
  it('is no style for a network that has not seen it', () => {
    choosePreset('starry-night');
    expect(missing.value).toBeNull();
    edit({ network: 'vgg16' });
    expect(missing.value).toBe('measured');
    ownStyle.value = hung;
    chooseOwn();
    expect(missing.value).toBeNull();
  });

  it('that is not offered is not asked about', () => {
    choosePreset('somewhere-else');
    expect(missing.value).toBeNull();
  });
});
