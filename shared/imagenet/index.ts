/**
 * The 1,000 classes of ImageNet's challenge (Russakovsky et al. 2015) by name, in the order in which every classifier
 * trained on it has them. `classes.txt`: a class a line, its synonyms with commas between, as in
 * @tensorflow-models/mobilenet 2.1.1 (Apache-2.0). Whoever asks brings that text: Node reads it, the page fetches it.
 */

export interface ImagenetClass {
  readonly number: number;
  /** The usual one first. */
  readonly names: readonly string[];
}

export const parseClasses = (text: string): readonly ImagenetClass[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line, number) => ({ number, names: line.split(', ') }));

/**
 * The kinds of things that `reverie-kinds` tells apart. `kinds.txt`: a kind a line, in English, in Korean, and the classes of
 * ImageNet that are of it, all 1,000 in one each.
 * @param language whose name is the usual one
 */
export const parseKinds = (text: string, language: string): readonly ImagenetClass[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line, number) => {
      const [english = '', korean = ''] = line.split(' | ');
      return { number, names: language === 'ko' ? [korean, english] : [english, korean] };
    });

/**
 * How well it does: of photographs that its training was not shown (every tenth), among whose first five kinds the teacher's first
 * one was; and how many that would be if it always named the five most frequent. Told wherever it speaks.
 */
export const kindsAgreement = { kinds: 37, photographs: 138, among: 96, byFrequency: 58 } as const;

/** Of those photographs, in whole percent. */
export const kindsPercent = (count: number) => Math.round((100 * count) / kindsAgreement.photographs);

/** The class of that number; else those that have the word for a name; else those in whose names it stands as a word. */
export function classesNamed(word: string, classes: readonly ImagenetClass[]): readonly ImagenetClass[] {
  const wanted = fold(word);
  const numbered = /^\d+$/.test(wanted) ? classes[Number(wanted)] : undefined;
  if (numbered) return [numbered];
  const whole = classes.filter(({ names }) => names.some((name) => fold(name) === wanted));
  // `owl` is in `great grey owl`, not in `bowl`.
  return whole.length > 0 ? whole : classes.filter((each) => wanted !== '' && hasWord(each, `${wanted} `));
}

/** For who is still typing: those in whose names a word begins so, the ones that begin with it themselves first. */
export function classesBeginning(text: string, classes: readonly ImagenetClass[]): readonly ImagenetClass[] {
  const wanted = fold(text);
  if (wanted === '' || /^\d+$/.test(wanted)) return classesNamed(text, classes);
  const begins = ({ names }: ImagenetClass) => names.some((name) => fold(name).startsWith(wanted));
  const found = classes.filter((each) => hasWord(each, wanted));
  return [...found.filter(begins), ...found.filter((each) => !begins(each))];
}

const fold = (text: string) => text.trim().toLowerCase();

const hasWord = ({ names }: ImagenetClass, wanted: string) =>
  names.some((name) => ` ${fold(name)} `.includes(` ${wanted}`));
