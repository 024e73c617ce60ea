/** Names of saved files, and what becomes of those that the system's sheet is offered. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fileName, shareFiles } from '../../../web/page/output/save';

describe('fileName', () => {
  it('joins photo and style', () => {
    expect(fileName('Holiday 2024.JPG', 'The Starry Night', 'png')).toBe('holiday-2024-the-starry-night.png');
    expect(fileName('a.heic', 'Udnie', 'jpeg')).toBe('a-udnie.jpg');
  });

  it('keeps Korean and leaves out what file systems refuse', () => {
    expect(fileName('여름 사진.png', '절규', 'png')).toBe('여름-사진-절규.png');
    expect(fileName('../..\\x:y*?.png', '', 'png')).toBe('x-y.png');
    expect(fileName('...', '???', 'png')).toBe('reverie.png');
  });
});

describe('the sheet for files', () => {
  afterEach(() => vi.unstubAllGlobals());
  const files = ['a.png', 'b.mp4'].map((name) => new File(['x'], name));

  it.each([
    ['takes them', true, async () => {}, true],
    ['is closed by the person', true, () => Promise.reject(new DOMException('', 'AbortError')), true],
    ['does not take these', true, () => Promise.reject(new DOMException('', 'NotAllowedError')), false],
    ['is a desktop’s', false, async () => {}, false],
  ])('%s', async (_, coarse, answer, kept) => {
    const share = vi.fn(answer);
    vi.stubGlobal('matchMedia', () => ({ matches: coarse }));
    vi.stubGlobal('navigator', { canShare: () => true, share });
    expect(await shareFiles(files)).toBe(kept);
    expect(share.mock.calls).toEqual(coarse ? [[{ files }]] : []);
  });
});
