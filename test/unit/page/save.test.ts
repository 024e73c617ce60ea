/** Names of saved files. */
import { describe, expect, it } from 'vitest';
import { fileName } from '../../../web/page/output/save';

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
