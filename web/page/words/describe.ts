/** Any error as one sentence in the reader's language: what happened, with the numbers, and what to do. */
import type { DeviceReport, Rejection } from '../../../shared/backends';
import type { ErrorCode, ErrorData, ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { museumName, type StudioWords } from '../../../shared/words/studio';
import { formatBytes, formatDuration, formatInteger, formatSize } from './format';

/** Layers, channels and numbers stay; the words among the labels of frames are said in the reader's language. */
export function frameName(label: string, t: StudioWords): string {
  const words: Readonly<Record<string, string>> = t.frames.words;
  if (label === '') return t.frames.words.photo;
  // `difference ×10`, `step 12 · rms 3.1/255`: a word, and what it says.
  return label
    .split(' · ')
    .map((part) => words[part] ?? part.replace(/^\w+/, (word) => words[word] ?? word))
    .join(' · ');
}

/** What helps against a backend's being passed over. */
const advice: Readonly<Record<Rejection, keyof StudioWords['device']['advice']>> = {
  noWebGpu: 'browser',
  noAdapter: 'browser',
  slow: 'browser',
  wrong: 'driver',
  late: 'driver',
  failed: 'again',
};

/** The reasons that people meet are said in their own language; others as the engine says them, in English. */
export function describeRejection({ why, reason }: DeviceReport['rejected'][number], t: StudioWords) {
  if (!why) return { why: reason, advice: t.device.advice.browser };
  return { why: t.device.reasons[why], advice: t.device.advice[advice[why]] };
}

const { maxSide, maxPixels, maxAspect, maxBytes } = limits.image;

/** How an error of a code is said when it carries its data; all others are said as the dictionary has them by code. */
const described: { readonly [C in keyof ErrorData]?: (data: ErrorData[C], t: StudioWords) => string } = {
  'image-not-an-image': ({ bytes }, t) => (bytes === 0 ? t.image.empty : t.errors['image-not-an-image']),
  // Of a format that can be opened, it is the decoder that failed.
  'image-unsupported': ({ format }, t) =>
    format === 'heic' ? t.image.heicFailed : t.image.unsupported(format.toUpperCase()),
  'image-too-small': ({ needed, ...size }, t) => t.image.tooSmall(sizeIn(t, size), formatInteger(t.tag, needed)),
  'image-too-large': (data, t) =>
    'bytes' in data
      ? t.image.tooManyBytes(formatBytes(t.tag, data.bytes), formatBytes(t.tag, maxBytes))
      : t.image.tooManyPixels(sizeIn(t, data), formatInteger(t.tag, maxSide), formatInteger(t.tag, maxPixels / 1e6)),
  'image-too-long': (size, t) => t.image.tooLong(sizeIn(t, size), formatInteger(t.tag, maxAspect)),
  'recipe-invalid': ({ path }, t) => t.recipe.field(path),
  'out-of-memory': ({ fittingSize }, t) =>
    fittingSize > 0 ? t.run.fits(formatInteger(t.tag, fittingSize)) : t.errors['out-of-memory'],
  'weights-network': (data, t) =>
    'work' in data ? t.run.lacksStyle(museumName(t, data.work)) : t.run.lacksNetwork(data.network),
  'layer-unknown': ({ layer }, t) => t.recipe.layer(layer),
  'rate-limited': ({ retryAfter }, t) => comeBack('rate-limited', retryAfter, t),
  'uploads-disabled': ({ retryAfter }, t) => comeBack('uploads-disabled', retryAfter, t),
};

const sizeIn = (t: StudioWords, { width, height }: { readonly width: number; readonly height: number }) =>
  formatSize(t.tag, width, height);

const comeBack = (code: ErrorCode, seconds: number, t: StudioWords) =>
  t.share.retryAfter(t.errors[code], formatDuration(t.tag, seconds * 1000));

export function describeError({ code, data }: ReverieError, t: StudioWords): string {
  const say = (described as Partial<Record<ErrorCode, (data: unknown, t: StudioWords) => string>>)[code];
  return data !== undefined && say ? say(data, t) : t.errors[code];
}
