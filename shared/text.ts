/** What people may write for others to read: titles and notes. Everything in it can be seen, and stays in its line. */
import * as v from 'valibot';

/**
 * What shows nothing or changes how the rest is shown: control, format, private and unassigned characters, halves of
 * surrogate pairs, breaks of lines and paragraphs, fillers, and selectors and joiners that others hide data in. Joiners and
 * the emoji selector are allowed where they join something (`joined`).
 */
const unseen =
  /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u00ad\u115f\u1160\u2800\u3164\uffa0\u{1d159}]|\u034f|\u17b4|\u17b5|[\ufe00-\ufe0d]|[\u{e0100}-\u{e01ef}]|(?!\u200c|\u200d)\p{Cf}|\p{Noncharacter_Code_Point}/u;
/** What joins, or chooses the picture of a sign: only where there is something to join. */
const joiner = /\u200c|\u200d|\ufe0e|\ufe0f/u;
/** A joiner between letters or pictures, the emoji selector behind a picture or a sign: each once. */
const joined =
  /(?<=\p{L}|\p{M}|\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)(?:\u200c|\u200d)(?=[\p{L}\p{Extended_Pictographic}])|(?<=[\p{Extended_Pictographic}\p{Emoji}\p{S}])(?:\ufe0e|\ufe0f)/gu;
const seen = /[\p{L}\p{N}\p{P}\p{S}]/u;
/** Marks above marks, so many that they cover other lines. */
const heap = /\p{M}{5}/u;

/** Whether every character of it is one that a reader sees, or is needed to show another. */
export function isPlain(text: string): boolean {
  const rest = text.replace(joined, '');
  return !unseen.test(rest) && !joiner.test(rest) && !heap.test(text) && (text === '' || seen.test(text));
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
  const kept = without
    .join('')
    .replace(/\p{M}{5,}/gu, '')
    .trim();
  return isPlain(text) ? text : isPlain(kept) ? kept : '';
}
