/** A recipe in words, for people and crawlers: what was done, and its parameters as pairs of name and value. */

import { kindsAgreement, kindsPercent } from '../../shared/imagenet';
import { type Measured, measures } from '../../shared/measured';
import { kindsNetwork } from '../../shared/networks';
import { isOwnStyle } from '../../shared/ownStyle';
import type { PresetNames } from '../../shared/pageParts';
import { isTechnique, type Recipe, techniqueOf } from '../../shared/techniques';
import type { Fact, Named } from '../../shared/techniques/contract';
import type { Language } from '../../shared/words';
import type { PageWords } from '../../shared/words/pages';

/** A row of the page's table. */
export type Line = readonly [name: string, value: string];

export interface Description {
  /** One line, e.g. `Style transfer after The Starry Night by Vincent van Gogh`. */
  readonly made: string;
  readonly facts: readonly Line[];
}

interface Speech {
  readonly t: PageWords;
  readonly language: Language;
  readonly presets: PresetNames;
}

/** What the words of a technique may be, whichever it is. */
interface Told {
  readonly title: string;
  readonly made: Sentence;
  readonly facts: Readonly<Record<string, { readonly name: string; readonly value?: Sentence }>>;
}
type Sentence = string | ((...of: string[]) => string) | { readonly [word: string]: Sentence };

/** By language: to make one costs more than to use it a hundred times. */
const formats = new Map<string, Intl.NumberFormat>();

function number({ t: { tag } }: Speech, value: number): string {
  const format = formats.get(tag) ?? new Intl.NumberFormat(tag, { maximumFractionDigits: 2 });
  formats.set(tag, format);
  return format.format(value);
}

function nameOf(named: Named, { t, presets, language }: Speech): string {
  if ('layer' in named) return named.channels ? t.facts.channels(named.layer, named.channels.join(', ')) : named.layer;
  if ('image' in named || 'statistics' in named) return t.ownStyle;
  const id = 'preset' in named ? named.preset : named.style;
  const preset = presets[id];
  if (preset) return t.work(preset.work[language], preset.painter[language]);
  return 'style' in named && isOwnStyle(id) ? t.trainedStyle : id;
}

/** All pictures of the author's own go by the same words, which are said once. */
const namesOf = (all: readonly Named[], speech: Speech): string =>
  speech.t.and([...new Set(all.map((named) => nameOf(named, speech)))]);

function say(sentence: Sentence | undefined, of: readonly string[]): string {
  if (sentence === undefined) return of.join(', ');
  if (typeof sentence === 'string') return sentence;
  if (typeof sentence === 'function') return sentence(...of);
  const [word = '', ...rest] = of;
  return say(sentence[word], rest);
}

function factOf([key, ...of]: Fact, told: Told, speech: Speech): Line {
  const texts = of.map((part) => {
    if (typeof part === 'number') return number(speech, part);
    return typeof part === 'string' ? part : namesOf(part, speech);
  });
  const words = told.facts[key];
  return [words?.name ?? key, say(words?.value, texts)];
}

function describeTechnique(recipe: Recipe, speech: Speech): Description & { readonly title: string } {
  const { t } = speech;
  // A technique that came after this page was written is still shown, without its parameters.
  if (!isTechnique(recipe.technique))
    return { title: String((recipe as Recipe).technique), made: t.madeOther, facts: [] };
  const technique = techniqueOf(recipe);
  const told: Told = t.techniques[recipe.technique];
  const variant = technique.variant?.(recipe);
  const named = namesOf(technique.subject(recipe), speech);
  return {
    title: told.title,
    made: say(told.made, variant === undefined ? [named] : [variant, named]),
    facts: technique.facts(recipe).map((fact) => factOf(fact, told, speech)),
  };
}

/** Shares are told in percent. */
const inPercent: readonly string[] = ['fall', 'part'] satisfies (keyof Measured)[];

const measuredLines = (measured: Measured, speech: Speech): Line[] =>
  measures.flatMap((key) => {
    const [told, words] = [measured[key], speech.t.facts.measured[key]];
    return told === undefined
      ? []
      : [[words.name, words.value(number(speech, inPercent.includes(key) ? 100 * told : told))]];
  });

/** How well the network that names kinds does is told wherever it speaks. */
function networkOf({ network }: Recipe, speech: Speech): string {
  if (network !== kindsNetwork) return network;
  return speech.t.facts.kinds(network, number(speech, kindsPercent(kindsAgreement.among)));
}

/** What the author's device told of the run. */
export interface RunFacts {
  readonly measured?: Measured | undefined;
  readonly steps: number;
  readonly seconds: number;
  readonly backend: string;
}

export function describe(
  recipe: Recipe,
  size: { readonly width: number; readonly height: number },
  run: RunFacts,
  speech: Speech,
): Description {
  const { title, made, facts } = describeTechnique(recipe, speech);
  const { facts: f } = speech.t;
  const plain = (value: number) => String(Math.round(value));
  const backends: Readonly<Record<string, string>> = f.backends;
  return {
    made,
    facts: [
      [f.technique, title],
      ...facts,
      ...measuredLines(run.measured ?? {}, speech),
      [f.size, f.sizeValue(plain(size.width), plain(size.height))],
      [f.seed, String(recipe.seed)],
      [f.network, networkOf(recipe, speech)],
      [
        f.time,
        f.timeValue(
          number(speech, run.steps),
          number(speech, Math.round(run.seconds * 10) / 10),
          backends[run.backend] ?? run.backend,
        ),
      ],
    ],
  };
}
