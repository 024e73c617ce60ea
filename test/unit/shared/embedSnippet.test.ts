/** The line that a blog's author pastes. */
import { expect, it } from 'vitest';
import { embedSnippet } from '../../../shared/embedSnippet';

it('reserves the picture’s box before any script, and escapes the title', () => {
  const snippet = embedSnippet(
    { id: 'A-1', width: 640, height: 480, title: '<b>"Waves" & more' },
    'https://edge.example',
  );
  expect(snippet).toBe(
    '<script async src="https://edge.example/embed.js"></script>' +
      '<reverie-embed share="A-1" width="640" height="480" style="display:block;max-width:100%;width:640px;aspect-ratio:640/480">' +
      '<a href="https://edge.example/s/A-1">&lt;b&gt;&quot;Waves&quot; &amp; more</a></reverie-embed>',
  );
});
