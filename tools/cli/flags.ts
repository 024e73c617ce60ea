/**
 * The flags of a technique, out of its fields (shared/techniques): how each is called, what help says of it, and what its
 * words are in a recipe. A technique that is added has its flags without a line here.
 */

import { readFileSync } from 'node:fs';
import { Option } from '@commander-js/extra-typings';
import { ReverieError } from '../../shared/errors';
import { classesNamed, parseClasses, parseKinds } from '../../shared/imagenet';
import { limits } from '../../shared/limits';
import { kindsNetwork } from '../../shared/networks';
import { type Recipe, type TechniqueName, techniqueNamed } from '../../shared/techniques';
import type { Field } from '../../shared/techniques/contract';
import { defaultOf, fieldsOf, keyOf } from '../../shared/techniques/values';
import { commandLine, techniques } from '../../shared/words/en/techniques';
import { collect, misuse, toNumber } from '../commandLine';
import { layerName } from './inputs';

export type AnyField = Field<Recipe>;
type Flagged = AnyField & { readonly flag: string };

interface Kind {
  /** How help calls the value; none for a switch. */
  readonly value?: string | ((field: AnyField, name: TechniqueName) => string);
  /** May be given several times, and lists with commas between. */
  readonly many?: true;
  /** The words as the recipe has them; what brings a picture is read by pictures.ts. */
  readonly read?: (words: string[], flag: string, field: AnyField) => unknown;
}

const number: Kind = { value: 'N', read: ([word = ''], flag) => toNumber(flag, word) };
const optionsOf = (field: AnyField) => ('options' in field ? field.options : []);

const kinds: Readonly<Partial<Record<AnyField['kind'], Kind>>> = {
  range: number,
  number,
  size: number,
  seed: number,
  channel: number,
  network: { value: 'ID', read: ([word]) => word },
  check: { read: () => true },
  choice: {
    value: (field) => (isNumeric(field) ? 'N' : optionsOf(field).join('|')),
    // Which words there are is the schema's to say.
    read: ([word = ''], flag, field) => (isNumeric(field) ? toNumber(flag, word) : word),
  },
  layer: { value: 'LAYER', read: ([word = '']) => layerName(word) },
  layers: { value: 'LAYER', many: true, read: (words) => words.map(layerName) },
  'weighted-layers': {
    value: 'LAYER[:WEIGHT]',
    many: true,
    read: (words, flag) => words.map((word) => parseLayer(word, flag)),
  },
  channels: { value: 'N', many: true, read: (words, flag) => words.map((word) => toNumber(flag, word)) },
  class: { value: 'NAME', read: ([word = '']) => word },
  place: { value: 'X,Y', read: ([word = ''], flag) => parsePlace(word, flag) },
  styles: { value: 'FILE|PRESET[:WEIGHT]', many: true },
  'learned-styles': { value: 'STYLE[:WEIGHT]', many: true },
  masks: { value: 'FILE', many: true },
  guide: { value: 'FILE' },
  'strength-map': { value: 'FILE' },
  photos: { value: 'FILE', many: true },
  // A picture of one's own is a file here.
  start: {
    value: (field, name) =>
      [...Object.keys(wordsOf(name, techniques).fields?.[keyOf(field)]?.options ?? {}), 'FILE']
        .filter((word) => word !== 'image')
        .join('|'),
  },
};

const isNumeric = (field: AnyField) => optionsOf(field).every((option) => typeof option === 'number');

/** Those that bring pictures first, as they are said. */
export const flagged = (name: TechniqueName): Flagged[] => {
  const fields = fieldsOf(name).filter(
    (field): field is Flagged => field.flag !== undefined && Boolean(kinds[field.kind]),
  );
  const brings = ({ kind }: AnyField) => Number(kinds[kind]?.read === undefined);
  return fields.toSorted((a, b) => brings(b) - brings(a));
};

/** `style-scale` as commander calls its value. */
export const attributeOf = (flag: string): string =>
  flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

export function optionOf(name: TechniqueName, field: Flagged): Option {
  const { value, many } = kinds[field.kind] ?? {};
  const metavar = typeof value === 'function' ? value(field, name) : value;
  const option = new Option(`--${field.flag}${metavar ? ` <${metavar}>` : ''}`, helpOf(name, field));
  return many ? option.argParser(collect) : option;
}

type Phrases = Readonly<Record<string, string>>;
interface Words {
  readonly summary?: string;
  readonly help?: string;
  readonly flags?: Phrases;
  readonly fields?: Readonly<Record<string, { readonly help: string | Phrases; readonly options?: Phrases }>>;
}
const wordsOf = (name: string, of: object): Words => (of as Readonly<Record<string, Words>>)[name] ?? {};

export const summaryOf = (name: TechniqueName): string =>
  wordsOf(name, commandLine).summary ?? wordsOf(name, techniques).help ?? name;

/** Of flags that every technique has. */
const sharedHelp = (kind: AnyField['kind'], name: TechniqueName): string | undefined => {
  switch (kind) {
    case 'size':
      return `long side of the result in pixels, ${limits.run.minSize} to ${limits.run.maxSize}`;
    case 'seed':
      return 'the same seed gives the same picture';
    case 'network':
      return `the network to ${techniqueNamed(name).network === 'paints' ? 'paint with' : 'look through'}`;
    default:
      return undefined;
  }
};

function helpOf(name: TechniqueName, field: Flagged): string {
  const key = keyOf(field);
  const help =
    wordsOf(name, commandLine).flags?.[key] ??
    wordsOf(name, techniques).fields?.[key]?.help ??
    sharedHelp(field.kind, name);
  const said = typeof help === 'object' ? Object.values(help).join(' ') : (help ?? key);
  const fallback = shownDefault(name, field);
  return fallback === undefined ? said : `${said} (default ${fallback})`;
}

function shownDefault(name: TechniqueName, field: Flagged): string | undefined {
  if (
    [
      'channels',
      'place',
      'class',
      'masks',
      'strength-map',
      'guide',
      'photos',
      'styles',
      'learned-styles',
      'check',
    ].includes(field.kind)
  )
    return undefined;
  const value = defaultOf(name, field);
  if (Array.isArray(value)) return value.map((each) => (typeof each === 'string' ? each : each.layer)).join();
  return typeof value === 'number' || typeof value === 'string' ? String(value) : undefined;
}

/** `a,b` and flags that are given several times, as one list. */
export const listOf = (words: readonly string[]): string[] =>
  words
    .flatMap((word) => word.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** What a flag's value is in the recipe. @throws ReverieError `usage` */
export function recipeValue(field: Flagged, value: unknown): unknown {
  const { read, many } = kinds[field.kind] ?? {};
  const words = Array.isArray(value) ? value.map(String) : [String(value)];
  return read?.(many ? listOf(words) : words, field.flag, field);
}

/** `relu4_1:0.5`, or a name alone with weight 1. @throws ReverieError `usage` */
export function parseWeighted(word: string, flag: string): { name: string; weight: number } {
  const [name = word, weight = '1'] = word.split(':');
  if (weight.trim() !== '' && Number.isFinite(Number(weight))) return { name, weight: Number(weight) };
  throw misuse(`--${flag} ${word}: the weight after the colon must be a number.`);
}

/** A word of `--layer`. @throws ReverieError `usage` */
export function parseLayer(word: string, flag = 'layer'): { layer: string; weight: number } {
  const { name, weight } = parseWeighted(word, flag);
  return { layer: layerName(name), weight };
}

/** `0.25,0.5`. @throws ReverieError `usage` */
function parsePlace(word: string, flag: string): { x: number; y: number } {
  const [x = Number.NaN, y = Number.NaN, ...more] = word
    .split(',')
    .map((part) => (part.trim() ? Number(part) : Number.NaN));
  if (more.length === 0 && Number.isFinite(x) && Number.isFinite(y)) return { x, y };
  throw misuse(`--${flag} takes two shares of width and height, e.g. 0.25,0.5, not "${word}".`);
}

/** How many candidates an error names. */
const named = 8;

const textOf = (file: string) => readFileSync(new URL(`../../shared/imagenet/${file}.txt`, import.meta.url), 'utf8');

/** Whether a word, and no number, is the name of a kind that `reverie-kinds` knows. */
export const isKind = (word: string): boolean =>
  !/^\s*\d*\s*$/.test(word) && classesNamed(word, parseKinds(textOf('kinds'), 'en')).length === 1;

/**
 * @param word a class' number, one of its names, or a part of one that fits no other class; case does not matter.
 * @throws ReverieError `usage`, naming the classes that fit where several do.
 */
export function findClass(word: string, network?: string): number {
  const ofKinds = network === kindsNetwork;
  const classes = ofKinds ? parseKinds(textOf('kinds'), 'en') : parseClasses(textOf('classes'));
  const found = classesNamed(word, classes);
  const [first, ...others] = found;
  if (first && others.length === 0) return first.number;
  if (!first) {
    const known = ofKinds ? `${network} knows` : 'ImageNet has';
    const last = classes.length - 1;
    throw new ReverieError('usage', `--class ${word}: ${known} no such class; give a name of one, or 0 to ${last}.`);
  }
  const some = found.slice(0, named).map(({ number, names }) => `${number} ${names[0]}`);
  const more = found.length > named ? `, and ${found.length - named} more` : '';
  throw new ReverieError('usage', `--class ${word} fits several: ${some.join(', ')}${more}. Give one of the numbers.`);
}
