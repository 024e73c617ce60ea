/** Conditions of requests, every kind of them (RFC 9110, section 13); over every kind of answer: test/edge/never5xx. */
import { describe, expect, it } from 'vitest';
import { statusFor } from '../../../worker/conditions';

const etag = '"b1946ac9"';

describe.each([etag, `W/${etag}`])('what has the tag %s', (own) => {
  const isWeak = own.startsWith('W/');
  it.each([
    [{ 'If-None-Match': etag }, 304],
    [{ 'If-None-Match': `W/${etag}` }, 304],
    [{ 'If-None-Match': `"x", ${etag}` }, 304],
    [{ 'If-None-Match': `"x",W/${etag} ,, "y"` }, 304],
    [{ 'If-None-Match': '*' }, 304],
    [{ 'If-None-Match': ' * ' }, 304],
    [{ 'If-None-Match': '"x"' }, 200],
    [{ 'If-None-Match': '""' }, 200],
    [{ 'If-Match': etag }, isWeak ? 412 : 200],
    [{ 'If-Match': `"x", ${etag}` }, isWeak ? 412 : 200],
    [{ 'If-Match': '*' }, 200],
    [{ 'If-Match': '"x"' }, 412],
    [{ 'If-Match': `W/${etag}` }, 412],
    [{ 'If-Match': '"x"', 'If-None-Match': etag }, 412],
    [{ 'If-Match': '*', 'If-None-Match': etag }, 304],
    [{ 'If-Modified-Since': 'Mon, 30 Nov 2099 08:00:00 GMT' }, 200],
  ])('is answered by conditions: %j', (headers, status) => {
    expect(statusFor(new Headers(headers as Record<string, string>), own)).toBe(status);
  });
});

it.each(['garbage', '"unterminated', 'W/"', 'w/"a"', '"a" "b"', '*, "a"', '**', ',', '"a",*', "'a'", 'W/ "a"'])(
  'passes over what is no condition: %s',
  (malformed) => {
    for (const name of ['If-None-Match', 'If-Match']) {
      expect(statusFor(new Headers({ [name]: malformed }), etag)).toBe(200);
    }
  },
);
