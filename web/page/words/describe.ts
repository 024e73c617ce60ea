/** Any error as one sentence in the reader's language: what happened, with the numbers, and what to do. */
import type { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import type { Dictionary } from '../../../shared/words/index';
import { ImageError, type ImageFault } from '../intake/errors';
import { formatBytes, formatInteger, formatSize } from './format';

function describeFault(fault: ImageFault, t: Dictionary): string {
  const { minSide, maxSide, maxPixels, maxAspect, maxBytes } = limits.image;
  switch (fault.kind) {
    case 'empty':
      return t.image.empty;
    case 'not-an-image':
      return t.errors['image-not-an-image'];
    case 'unsupported':
      return t.image.unsupported(fault.format.toUpperCase());
    case 'heic-failed':
      return t.image.heicFailed;
    case 'truncated':
      return t.image.truncated;
    case 'too-many-bytes':
      return t.image.tooManyBytes(formatBytes(t.tag, fault.bytes), formatBytes(t.tag, maxBytes));
    case 'too-small':
      return t.image.tooSmall(formatSize(t.tag, fault.width, fault.height), formatInteger(t.tag, minSide));
    case 'too-long':
      return t.image.tooLong(formatSize(t.tag, fault.width, fault.height), formatInteger(t.tag, maxAspect));
    case 'too-many-pixels':
      return t.image.tooManyPixels(
        formatSize(t.tag, fault.width, fault.height),
        formatInteger(t.tag, maxSide),
        formatInteger(t.tag, maxPixels / 1e6),
      );
  }
}

/** The field that `parseRecipe` names in its message, if it names one. */
export function recipeField(message: string): string | null {
  return /^Recipe field "([^"]+)"/.exec(message)?.[1] ?? null;
}

/** Layers and channels keep their names; the few words among the labels of frames are said in the reader's language. */
export function frameName(label: string, t: Dictionary): string {
  const words: Readonly<Record<string, string>> = t.frames.words;
  return label === '' ? t.frames.words.photo : (words[label] ?? label);
}

/** What the engine says of a backend that it passed over, and what helps. */
const reasons = [
  [/navigator\.gpu/, 'noWebGpu', 'browser'],
  [/no graphics adapter/, 'noAdapter', 'browser'],
  [/self-test failed/, 'wrong', 'driver'],
  [/in time/, 'late', 'driver'],
  [/failed in mid-run|GPU was lost|GPU refused/, 'failed', 'again'],
] as const;

/** The engine explains itself in English; the reasons that people meet are said in their own language. */
export function describeReason(reason: string, t: Dictionary): { readonly why: string; readonly advice: string } {
  const known = reasons.find(([words]) => words.test(reason));
  if (!known) return { why: reason, advice: t.device.advice.browser };
  const [, why, advice] = known;
  return { why: t.device.reasons[why], advice: t.device.advice[advice] };
}

export function describeError(error: ReverieError, t: Dictionary): string {
  if (error instanceof ImageError) return describeFault(error.fault, t);
  if (error.code === 'recipe-invalid') {
    const field = recipeField(error.message);
    if (field) return t.recipe.field(field);
  }
  return t.errors[error.code];
}
