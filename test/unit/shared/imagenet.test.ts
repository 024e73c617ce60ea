import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classesBeginning, classesNamed, kindsAgreement, parseClasses, parseKinds } from '../../../shared/imagenet';
import { architectureOf } from '../../../web/engine/network/architectures';

const text = readFileSync(new URL('../../../shared/imagenet/classes.txt', import.meta.url), 'utf8');
const classes = parseClasses(text);
const numbers = (word: string) => classesBeginning(word, classes).map(({ number }) => number);

describe('kinds of things', () => {
  const kindsText = readFileSync(new URL('../../../shared/imagenet/kinds.txt', import.meta.url), 'utf8');
  it('have a name in both languages, and every class of ImageNet once', () => {
    const [english, korean] = [parseKinds(kindsText, 'en'), parseKinds(kindsText, 'ko')];
    expect([english.length, architectureOf('reverie-kinds').nodes.at(-1)?.layer]).toEqual([
      kindsAgreement.kinds,
      expect.objectContaining({ channels: [96, kindsAgreement.kinds] }),
    ]);
    expect(english[5]).toEqual({ number: 5, names: ['dog', '개'] });
    for (const { names } of korean) expect(names[0]).toMatch(/^[가-힣, ]+$/);
    const numbers = kindsText.split('\n').flatMap((line) =>
      (line.split(' | ')[2] ?? '')
        .split(' ')
        .filter(Boolean)
        .flatMap((range) => {
          const [from = 0, to = from] = range.split('-').map(Number);
          return Array.from({ length: to - from + 1 }, (_, i) => from + i);
        }),
    );
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });
});

describe('the classes of ImageNet', () => {
  it('are a thousand, each with a name', () => {
    expect(classes).toHaveLength(1000);
    for (const { names } of classes) for (const name of names) expect(name.trim()).not.toBe('');
    expect(classes[281]).toEqual({ number: 281, names: ['tabby', 'tabby cat'] });
  });

  it('are found while their names are being typed, those that begin so first', () => {
    expect(numbers('tabb')).toEqual([281]);
    expect(numbers('Great Gr')).toContain(24);
    // An egret, hornbill or owl before those that have the word further on.
    const found = classesBeginning('ow', classes);
    expect(found.flatMap(({ names }) => names).join(' ')).toContain('owl');
    const first = found.findIndex(({ names }) => !names.some((name) => name.toLowerCase().startsWith('ow')));
    expect(found.slice(first).every(({ names }) => !names.some((name) => name.startsWith('ow')))).toBe(true);
  });

  it('are found by number, and by nothing that is not there', () => {
    expect(numbers('281')).toEqual([281]);
    for (const word of ['', ' ', '1000', 'xyzzy']) expect(numbers(word)).toEqual([]);
  });

  it('are named by whole words: a part of one is no name', () => {
    expect(classesNamed('tabb', classes)).toEqual([]);
    expect(classesNamed('penguin', classes).map(({ number }) => number)).toEqual([145]);
  });
});
