/** The dictionaries: complete, different, and sensible in every function; language choice; number formats. */
import { describe, expect, it } from 'vitest';
import { errorCodes, fieldError, ReverieError } from '../../../shared/errors';
import { chooseLanguage, languageName, languages } from '../../../shared/words';
import { pageWords } from '../../../shared/words/pages';
import { playerWords } from '../../../shared/words/player';
import { museumName, studioWords } from '../../../shared/words/studio';
import { workWords } from '../../../shared/words/works';
import { readPresets } from '../../../tools/build/indexes';
import { describeError, describeRejection } from '../../../web/page/words/describe';
import { formatBytes, formatDuration, formatInteger, formatPercent, formatSize } from '../../../web/page/words/format';

const [en, ko] = await Promise.all([studioWords('en'), studioWords('ko')]);

type Entry = { readonly path: string; readonly value: unknown };

function entries(value: unknown, path = ''): Entry[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([key, child]) => entries(child, path ? `${path}.${key}` : key));
}

/** Texts that choose by their argument instead of saying it, or take a list. */
const choosing = new Set([
  'device.why',
  'and',
  'facts.timeValue',
  'techniques.style.facts.strength.value',
  'techniques.fast.facts.strength.value',
  'techniques.any.facts.strength.value',
]);

/** Calls a text function with marks in place of its arguments. */
function filled(value: unknown): string {
  if (typeof value !== 'function') return String(value);
  return String(value(...Array.from({ length: value.length }, (_, index) => `‹${index}›`)));
}

const hangul = /\p{Script=Hangul}/u;

const load = { studio: studioWords, player: playerWords, pages: pageWords };
const parts = ['studio', 'player', 'pages'] as const;
const others = languages.filter((tag) => tag !== 'en').flatMap((tag) => parts.map((part) => [tag, part] as const));
/** What museums call paintings is a list of those that have another name. */
const said = (dictionary: object) => entries(dictionary).filter(({ path }) => !path.startsWith('works.'));

describe.each(others)('the dictionary %s/%s', (tag, part) => {
  const both = async () => {
    const [english, other] = [await load[part]('en'), await load[part](tag)];
    return [said(english), new Map(said(other).map(({ path, value }) => [path, value]))] as const;
  };

  it('has the keys that English has, no empty text, and no argument left out', async () => {
    const [english, other] = await both();
    expect([...other.keys()].sort()).toEqual(english.map(({ path }) => path).sort());
    for (const { path, value } of english) {
      for (const each of [value, other.get(path)]) {
        const text = filled(each);
        expect(text.trim(), path).not.toBe('');
        if (typeof each === 'function' && !choosing.has(path)) {
          for (let index = 0; index < each.length; index++) expect(text, path).toContain(`‹${index}›`);
        }
      }
      if (typeof value === 'function') expect(other.get(path), path).toHaveLength(value.length);
    }
  });
});

describe('dictionaries', () => {
  it.each(parts)('say everything in Korean that is said in words: %s', async (part) => {
    const wordless = new Set(['tag', 'run.progressTitle', 'site', 'facts.backends.webgpu']);
    const named = /optimiser\.(value|options)\.(adam|lbfgs)$/;
    for (const { path, value } of said(await load[part]('ko'))) {
      const text = filled(value);
      if (/\p{Letter}/u.test(text) && !wordless.has(path) && !named.test(path)) expect(text, path).toMatch(hangul);
    }
    for (const { path, value } of said(await load[part]('en'))) expect(filled(value), path).not.toMatch(hangul);
  });

  it('call each other by name', () => {
    expect(en.switchTo(languageName('ko', 'en'))).toBe('Switch to Korean');
    expect(ko.switchTo(languageName('en', 'ko'))).toBe('영어로 바꾸기');
  });

  it('have a text for every error code', () => {
    for (const code of Object.keys(errorCodes)) {
      expect(Object.keys(en.errors)).toContain(code);
      expect(Object.keys(ko.errors)).toContain(code);
    }
  });
});

describe('describeError', () => {
  it('gives the numbers of a refused picture in the reader’s language', () => {
    const error = new ReverieError('image-too-long', 'x', { data: { width: 12_000, height: 500 } });
    expect(describeError(error, en)).toContain('12,000 × 500');
    expect(describeError(error, en)).toContain('16');
    expect(describeError(error, ko)).toContain('12,000 × 500');
    expect(describeError(error, ko)).toMatch(hangul);
  });

  it('names the field of a recipe that is wrong', () => {
    const error = fieldError('recipe-invalid', 'Recipe', 'optimiser.stepSize', 'Invalid value');
    expect(describeError(error, en)).toContain('optimiser.stepSize');
    expect(describeError(error, ko)).toContain('optimiser.stepSize');
    const whole = fieldError('recipe-invalid', 'Recipe', null, 'Invalid value');
    expect(describeError(whole, en)).toBe(en.errors['recipe-invalid']);
  });

  it.each<[ReverieError, string]>([
    [new ReverieError('image-not-an-image', 'x', { data: { bytes: 0 } }), 'empty'],
    [new ReverieError('image-unsupported', 'x', { data: { format: 'svg' } }), 'SVG'],
    [new ReverieError('image-unsupported', 'x', { data: { format: 'heic' } }), 'HEIC photo could not'],
    [new ReverieError('image-too-small', 'x', { data: { width: 3, height: 40, needed: 16 } }), 'at least 16'],
    [new ReverieError('image-too-large', 'x', { data: { bytes: 1e9 } }), '1 GB'],
    [new ReverieError('out-of-memory', 'x', { data: { bytes: 9, budgetBytes: 3, fittingSize: 512 } }), 'At 512 pixels'],
    [new ReverieError('layer-unknown', 'x', { data: { layer: 'relu9_9', known: [] } }), 'relu9_9'],
    [new ReverieError('rate-limited', 'x', { data: { retryAfter: 60 } }), 'in 1 min'],
    [new ReverieError('uploads-disabled', 'x', { data: { retryAfter: 7200 } }), 'in 2 hr'],
  ])('says what an error carries, on either side of a boundary: %s', (error, words) => {
    const crossed = ReverieError.fromRecord(structuredClone(error.toRecord()));
    expect(describeError(error, en)).toContain(words);
    expect(describeError(crossed, ko)).toBe(describeError(error, ko));
    expect(describeError(new ReverieError(error.code, 'x'), en)).toBe(en.errors[error.code]);
  });

  it('says in the reader’s language why a backend was passed over, where it can', () => {
    const late = { backend: 'webgpu', why: 'late', reason: 'did not start in time (1 ms)' } as const;
    expect(describeRejection(late, ko)).toEqual({ why: ko.device.reasons.late, advice: ko.device.advice.driver });
    expect(describeRejection({ backend: 'webgpu', reason: 'odd' }, en).why).toBe('odd');
  });

  it('speaks by code for everything else', () => {
    expect(describeError(new ReverieError('device-lost', 'x'), en)).toBe(en.errors['device-lost']);
  });
});

describe('chooseLanguage', () => {
  it('takes the first wish it speaks, by primary tag', () => {
    expect(chooseLanguage(['ko'])).toBe('ko');
    expect(chooseLanguage([null, undefined, 'ko-KR', 'en'])).toBe('ko');
    expect(chooseLanguage(['de-DE', 'en-GB', 'ko'])).toBe('en');
    expect(chooseLanguage(['kok', 'tlh'])).toBe('en');
    expect(chooseLanguage([])).toBe('en');
  });
});

describe('formats', () => {
  it('write bytes in decimal units without false precision', () => {
    expect(formatBytes('en', 812)).toBe('812 byte');
    expect(formatBytes('en', 64_400)).toBe('64 kB');
    expect(formatBytes('en', 1_620_000)).toBe('1.6 MB');
    expect(formatBytes('en', 999_700)).toBe('1 MB');
    expect(formatBytes('en', 212e6)).toBe('212 MB');
    expect(formatBytes('en', 1.1e9)).toBe('1.1 GB');
  });

  it('write durations from seconds to hours', () => {
    expect(formatDuration('en', 0)).toBe('0 sec');
    expect(formatDuration('en', 30)).toBe('0.1 sec');
    expect(formatDuration('ko', 440)).toBe('0.4초');
    expect(formatDuration('en', 949)).toBe('0.9 sec');
    expect(formatDuration('en', 950)).toBe('1 sec');
    expect(formatDuration('en', 42_000)).toBe('42 sec');
    expect(formatDuration('en', 185_000)).toBe('3 min 5 sec');
    expect(formatDuration('en', 754_000)).toBe('12 min');
    expect(formatDuration('en', 3_720_000)).toBe('1 hr 2 min');
    expect(formatDuration('ko', 185_000)).toBe('3분 5초');
  });

  it('write sizes, percents and integers', () => {
    expect(formatSize('en', 1024, 768)).toBe('1024 × 768');
    expect(formatSize('en', 12_000, 500)).toBe('12,000 × 500');
    expect(formatPercent('en', 0.306)).toBe('31%');
    expect(formatInteger('ko', 1234.4)).toBe('1,234');
  });
});

describe('what is told of a work', () => {
  it('is two sentences of every preset in every language, and of nothing else', async () => {
    const ids = readPresets('web/public').presets.map(({ id }) => id);
    expect(ids.length).toBeGreaterThanOrEqual(24);
    for (const language of languages) {
      const told = await workWords(language);
      expect(Object.keys(told).sort()).toEqual([...ids].sort());
      for (const [id, text] of Object.entries(told)) {
        expect(text.split(/(?<=[.!?])\s/), `${language} ${id}`).toHaveLength(2);
        expect(hangul.test(text), id).toBe(language === 'ko');
      }
    }
  });
});

describe('museumName', () => {
  it('translates known works and keeps unknown ones', () => {
    expect(museumName(ko, 'The Starry Night')).toBe('별이 빛나는 밤');
    expect(museumName(ko, 'Untitled')).toBe('Untitled');
    expect(museumName(en, 'The Starry Night')).toBe('The Starry Night');
  });

  it('knows every work and every painter of the presets that are served', () => {
    const { presets } = readPresets('web/public');
    expect(presets.length).toBeGreaterThan(0);
    for (const { work, painter } of presets) {
      expect(museumName(ko, work), work).toMatch(hangul);
      expect(museumName(ko, painter), painter).toMatch(hangul);
    }
  });
});
