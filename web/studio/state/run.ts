/** A painting under way and the one that is done. The state machine only; views and shortcuts call in. */
import { computed, signal } from '@preact/signals';
import { fieldError, ReverieError } from '../../../shared/errors';
import type { Recipe, TechniqueName } from '../../../shared/recipe';
import {
  contentSizeOf,
  lacksPictures,
  learnedStylesOf,
  needsPhoto,
  rungsOf,
  startsFromPicture,
  stylesOf,
  wantsGuide,
} from '../../../shared/recipe/about';
import { canContinue, continueRecipe } from '../../../shared/recipe/continue';
import { firstTechnique, techniqueNamed, techniqueOf } from '../../../shared/techniques';
import type { StudioWords } from '../../../shared/words/studio';
import type { Frame, GramData, Job, Phase, Pixels, Progress, RunRecord, RunRequest, RunResult } from '../../engine/api';
import { copyWithin } from '../../page/intake/scale';
import { smallerSize } from '../../page/run/sizes';
import { describeError } from '../../page/words/describe';
import { type KeyFrame, Reel } from '../sharing/reel';
import { device, getEngine, warmUp } from './engine';
import { guide } from './guide';
import { masksInOrder } from './masks';
import { complain, confirm, dismissUnlessOffer, type NoticeAction } from './notice';
import { ownStylesFor } from './ownStyles';
import { type Photo, photo } from './photo';
import { livePreview } from './preview';
import { recipe, setSize } from './recipe';
import { resultLabel, resultName, resultTitle } from './resultLabel';
import { startPicture } from './start';
import { isMeasured, ownStyle } from './styles';

export type RunStatus = 'idle' | 'running' | 'paused' | 'cancelling';

export interface Painting {
  /** As it was asked for; the record's has the hashes. */
  readonly recipe: Recipe;
  readonly pixels: Pixels;
  /** Rungs of a ladder, cells of a mosaic, frames of a film; empty where the result is one picture. */
  readonly frames: readonly Frame[];
  /** Of a Gram matrix. */
  readonly gram?: GramData | undefined;
  /** Key frames of how it was painted, for a share's film. */
  readonly reel: readonly KeyFrame[];
  /** What the run was given; null where it failed before it began. */
  readonly inputs: RunRequest['inputs'] | null;
  /** Null for what was grown from nothing. */
  readonly photo: Photo | null;
  /** What was done, in a few words, for file names. */
  readonly made: (t: StudioWords) => string;
  /** The same, as the label says it. */
  readonly said: (t: StudioWords) => string;
  /** With the photo's name. */
  readonly title: (t: StudioWords) => string;
  /** Null for the last preview of a run that failed. */
  readonly record: RunRecord | null;
  readonly complete: boolean;
}

export const runStatus = signal<RunStatus>('idle');
export const progress = signal<Progress | null>(null);
export const preview = signal<Pixels | null>(null);
export const painting = signal<Painting | null>(null);

/** Of the run under way, which another tab does not change. */
export const runTechnique = signal<TechniqueName>(firstTechnique);

export const busy = computed(() => runStatus.value !== 'idle');
export const phase = computed<Phase | null>(() => (busy.value ? (progress.value?.phase ?? null) : null));

export type Missing = 'photo' | 'style' | 'measured' | 'guide' | 'mask' | 'start';

/** What keeps the current recipe from being run, the first thing first. */
export const missing = computed<Missing | null>(() => {
  const wanted = recipe.value;
  if (!photo.value && needsPhoto(wanted)) return 'photo';
  const styles = stylesOf(wanted);
  if (lacksPictures(wanted) || (styles.some((source) => 'image' in source) && !ownStyle.value)) return 'style';
  if (!isMeasured(styles, wanted.network)) return 'measured';
  if (masksInOrder(styles) === null) return 'mask';
  if (startsFromPicture(wanted) && !startPicture.value) return 'start';
  return wantsGuide(wanted) && !guide.value ? 'guide' : null;
});
export const canPaint = computed(() => missing.value === null);

let run: Job<RunResult> | null = null;

/** Long side of what is sent, relative to the result: enough for the engine's own scaling, little to copy. */
const oversampling = 2;

const copyOf = (pixels: Pixels, maxSide = Number.POSITIVE_INFINITY) => copyWithin(pixels, maxSide);

function stylesToSend(wanted: Recipe): Pixels[] {
  return stylesOf(wanted).flatMap((style) => {
    if ('preset' in style) return [];
    if (!ownStyle.value) throw fieldError('recipe-invalid', 'Recipe', 'styles', 'choose the style picture.');
    return [copyOf(ownStyle.value.pixels)];
  });
}

export function inputsFor(wanted: Recipe, from: Photo | null, start: Pixels | null): RunRequest['inputs'] {
  const most = contentSizeOf(wanted) * oversampling;
  const [styles, learned] = [stylesOf(wanted), learnedStylesOf(wanted)];
  return {
    content: from ? copyOf(from.pixels, most) : null,
    styles: stylesToSend(wanted),
    ...(styles.length > 0 ? { masks: masksInOrder(styles)?.map((mask) => copyOf(mask)) ?? [] } : {}),
    ...(startsFromPicture(wanted) && start ? { start: copyOf(start) } : {}),
    ...(learned.length > 0 ? { own: ownStylesFor(learned) } : {}),
    ...(wantsGuide(wanted) && guide.value ? { guide: copyOf(guide.value.pixels, most) } : {}),
  };
}

/** @param kept what the run came to */
function waysOut(error: ReverieError, kept: Painting | null): NoticeAction[] {
  const actions: NoticeAction[] = [];
  const smaller = smallerSize(recipe.value.size);
  if (smaller && (error.code === 'out-of-memory' || error.code === 'device-lost')) {
    const paintSmaller = () => {
      setSize(smaller);
      void paint();
    };
    actions.push({ label: (t) => t.run.smaller(String(smaller)), act: paintSmaller });
  }
  const made = kept?.record?.recipe;
  if (kept && made && canContinue(made) && rungsOf(made).length === 0) {
    actions.push({ label: (t) => t.result.goOn, act: () => void paintOn(made, kept.pixels) });
  }
  if (error.retryable) actions.push({ label: (t) => t.run.retry, act: () => void paint() });
  return actions;
}

type Named = 'recipe' | 'photo' | 'made' | 'said' | 'title';

/** What a result is called, by what the controls say now. */
const named = (wanted: Recipe, used: Photo | null): Pick<Painting, Named> => ({
  recipe: wanted,
  photo: used,
  made: resultLabel(wanted),
  said: resultName(wanted),
  title: resultTitle(wanted, used),
});

/** Hangs a result that was made beside the run that people ask for. */
export function hang(wanted: Recipe, used: Photo | null, result: Omit<Painting, Named>): void {
  painting.value = { ...named(wanted, used), ...result };
}

/** A run that leaves the controls as they are. */
export interface Once {
  readonly recipe: Recipe;
  readonly start: Pixels;
}

/** Starts painting what is on the easel; does nothing while a run is under way or something is missing. */
export async function paint(once?: Once): Promise<void> {
  const from = photo.value;
  if (busy.value || !(once || canPaint.value)) return;
  const wanted = once?.recipe ?? recipe.value;
  dismissUnlessOffer();
  runStatus.value = 'running';
  runTechnique.value = wanted.technique;
  progress.value = { phase: 'device', step: 0, steps: 1 };
  preview.value = null;
  const used = needsPhoto(wanted) ? from : null;
  const names = named(wanted, used);
  const reel = new Reel();
  let inputs: RunRequest['inputs'] | null = null;
  let kept = false;
  let begun = false;
  const keep = (
    { pixels, frames = [], gram }: Pick<RunResult, 'pixels' | 'gram'> & Partial<Pick<RunResult, 'frames'>>,
    record: RunRecord | null,
    complete: boolean,
  ) => {
    // Another photo was hung meanwhile: this one's painting has nowhere to be shown.
    if (photo.value !== from) return;
    const film = record ? reel.finish(pixels, record.steps, record.losses.at(-1)?.loss) : [];
    kept = true;
    painting.value = { ...names, pixels, frames, gram, reel: film, inputs, record, complete };
  };
  try {
    const engine = await getEngine();
    if (device.value.status !== 'known') void warmUp();
    // Stopped while the engine's code was on its way.
    if (runStatus.peek() === 'cancelling') throw new ReverieError('aborted', 'Stopped before the run began.');
    inputs = inputsFor(wanted, used, once?.start ?? startPicture.value);
    run = engine.run(
      { recipe: wanted, inputs },
      {
        onProgress: (next) => {
          progress.value = next;
        },
        onDevice: (report) => {
          if (begun) confirm((t) => t.run.goesOn);
          begun = true;
          device.value = { status: 'known', report };
        },
        onPreview: async (pixels) => {
          preview.value = pixels;
          reel.take(pixels, progress.peek()?.step ?? 0, progress.peek()?.loss);
          // Settles when the browser has drawn it: the engine's next preview waits for that.
          await new Promise((drawn) => requestAnimationFrame(drawn));
        },
      },
    );
    // Paused or stopped during `run`'s own start.
    if (runStatus.peek() === 'paused') run.pause();
    const result = await run.result;
    keep(result, result.record, result.complete);
    const { failure } = result.record;
    if (failure) throw ReverieError.fromRecord(failure);
  } catch (cause) {
    const error = ReverieError.from(cause);
    // The last image of a run that broke is still the person's to keep.
    if (preview.value && !kept) keep({ pixels: preview.value }, null, false);
    const text = (t: StudioWords) => `${describeError(error, t)}${kept ? ` ${t.run.kept}` : ''}`;
    if (error.code !== 'aborted') complain(error, { text, actions: waysOut(error, kept ? painting.value : null) });
  } finally {
    run = null;
    preview.value = null;
    progress.value = null;
    runStatus.value = 'idle';
  }
}

/** Takes a result as many steps further as its recipe had at its last size. @param rung of a ladder */
export async function paintOn(made: Recipe, from: Pixels, rung?: string): Promise<void> {
  await paint({ recipe: continueRecipe(made, undefined, rung), start: from });
}

export function togglePause(): void {
  if (runStatus.value === 'running') {
    runStatus.value = 'paused';
    run?.pause();
  } else if (runStatus.value === 'paused') {
    runStatus.value = 'running';
    run?.resume();
  }
}

/** Stops within one step and keeps the last image. */
export function cancel(): void {
  if (!busy.value || runStatus.value === 'cancelling') return;
  runStatus.value = 'cancelling';
  run?.cancel();
}

/** What the frame shows over the photo: the growing painting, or the finished one of this photo. */
export const shown = computed<Pixels | null>(() => {
  const done = painting.value;
  if (!busy.value) return done?.pixels ?? null;
  if (!livePreview.value) return null;
  // Until the slow painter has something to show, what one pass made of the same photo.
  const sketch = done && techniqueOf(done.recipe).onePass && done.photo === photo.value ? done.pixels : null;
  return preview.value ?? (techniqueNamed(runTechnique.value).sketch ? sketch : null);
});
