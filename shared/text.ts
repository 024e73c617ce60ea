/** What people may write for others to read: titles and notes. Everything in it can be seen, and stays in its line. */
import * as v from 'valibot';

/**
 * What shows nothing or changes how the rest is shown: control, format and private characters, halves of surrogate pairs, what
 * Unicode does not have, breaks of lines and paragraphs, fillers and blanks, and selectors and joiners that others hide data in.
 * Joiners and the emoji selector are allowed where they do something (`joined`).
 */
const unseen =
  /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u2800\u2d7f\ufffc\u{1107f}\u{13441}\u{13442}\u{1d159}\u{16fe4}]|(?!\p{Extended_Pictographic})\p{Cn}|(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Cf}\p{Default_Ignorable_Code_Point}]|\p{Noncharacter_Code_Point}/u;
/** What joins, or chooses the picture of a sign: only where there is something to join. */
const joiner = /\u200c|\u200d|\ufe0e|\ufe0f/u;
/** Scripts whose letters change beside others. */
const shaped = [
  ...['Arabic', 'Syriac', 'Nko', 'Mongolian', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil'],
  ...['Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Khmer', 'Myanmar', 'Balinese', 'Javanese'],
]
  .map((script) => `\\p{Script=${script}}`)
  .join('');
/** A joiner between letters that it changes, or between pictures; a selector behind a picture, or within a key's sign: each once. */
const joined = new RegExp(
  [
    `(?<=[\\p{L}\\p{M}])[\\u200c\\u200d](?=[${shaped}])(?=\\p{L})`,
    '(?<=\\p{Extended_Pictographic}|\\p{Emoji_Modifier}|\\ufe0f)\\u200d(?=\\p{Extended_Pictographic})',
    '(?<=\\p{Extended_Pictographic})[\\ufe0e\\ufe0f]',
    '(?<=[0-9#*])\\ufe0f(?=\\u20e3)',
  ].join('|'),
  'gu',
);
const seen = /[\p{L}\p{N}\p{P}\p{S}]/u;
/** Marks above marks, so many that they cover other lines; blanks that push apart; and a mark upon what stands before the text. */
const heap = /\p{M}{5,}|\p{Zs}{5,}|^\p{M}+/gu;

/** Whether every character of it is one that a reader sees, or is needed to show another. */
export function isPlain(text: string): boolean {
  const rest = text.replace(joined, '');
  return !unseen.test(rest) && !joiner.test(rest) && text.search(heap) < 0 && (text === '' || seen.test(text));
}

/** At most so many characters, all of them to be seen; spaces around it are cut off. */
export const plainText = (length: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.check((text) => [...text].length <= length, `expected at most ${length} characters`),
    v.check(isPlain, 'expected only characters that can be seen, in the order of their writing'),
  );

/** What can be shown of a text that was taken before there was this rule. */
export function cleaned(text: string): string {
  const without = [...text].filter((character) => !unseen.test(character) && !joiner.test(character));
  const kept = without.join('').replace(heap, ' ').trim();
  return isPlain(text) ? text : isPlain(kept) ? kept : '';
}
