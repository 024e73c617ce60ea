import { expect, it } from 'vitest';
import { isVideo } from '../../../web/page/many/paint';
import { apart } from '../../../web/page/many/zip';

it('gives every file of a ZIP a name of its own', () => {
  expect(apart(['a.png', 'A.png', 'a.png', 'b', 'b', '한글.webm', '.png'])).toEqual([
    ...['a.png', 'A-2.png', 'a-3.png', 'b', 'b-2', '한글.webm', '.png'],
  ]);
});

it.each([
  ['clip.mov', '', true],
  ['clip', 'video/quicktime', true],
  ['CLIP.MP4', '', true],
  ['photo.jpg', 'image/jpeg', false],
  ['moving.gif', 'image/gif', false],
])('tells a video from a photo: %s %s', (name, type, video) => {
  expect(isVideo(new File([], name, { type }))).toBe(video);
});
