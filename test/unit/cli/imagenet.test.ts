import { describe, expect, it } from 'vitest';
import { findClass } from '../../../tools/cli/flags';

describe('a class of ImageNet', () => {
  it.each([
    ['tench', 0],
    ['Great Grey Owl', 24],
    ['Strix nebulosa', 24],
    ['king penguin', 145],
    ['zebra', 340],
    ['starfish', 327],
    ['toilet tissue', 999],
    [' 388 ', 388],
  ])('should be found by %j', (word, number) => {
    expect(findClass(word)).toBe(number);
  });

  it('should be found by a part of its name that no other has', () => {
    expect(findClass('penguin')).toBe(145);
  });

  it.each([
    ['crane', /fits several: 134 crane, 517 crane\. Give one/],
    ['terrier', /fits several: .* and \d+ more/],
    ['1000', /no such class/],
    ['', /no such class/],
    ['ow', /no such class/],
  ])('should be refused for %j', (word, message) => {
    expect(() => findClass(word)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
  });
});
