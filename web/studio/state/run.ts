/** A painting under way and the one that is done. The state machine only; views and shortcuts call in. */
import { computed, signal } from '@preact/signals';
import { ReverieError } from '../../../shared/errors';
import type { Phase, Pixels, Progress, Run, RunRecord } from '../../engine/api';
import type { Dictionary } from '../i18n/index';
import { copyWithin } from '../intake/scale';
import { device, getEngine, warmUp } from './engine';
import { complain, dismissNotice, type NoticeAction } from './notice';
import { type Photo, photo } from './photo';
import { livePreview } from './preview';
import { chosenStyle, recipe, setSize } from './recipe';
import { smallerSize } from './sizes';
import { styleLabel } from './styleLabel';
import { ownStyle } from './styles';

export type RunStatus = 'idle' | 'running' | 'paused' | 'cancelling';

export interface Painting {
  readonly pixels: Pixels;
  readonly photo: Photo;
  readonly style: (t: Dictionary) => string;
  /** Null for the last preview of a run that failed. */
  readonly record: RunRecord | null;
  readonly complete: boolean;
}

export const runStatus = signal<RunStatus>('idle');
export const progress = signal<Progress | null>(null);
export const preview = signal<Pixels | null>(null);
export const painting = signal<Painting | null>(null);

export const busy = computed(() => runStatus.value !== 'idle');
export const phase = computed<Phase | null>(() => (busy.value ? (progress.value?.phase ?? null) : null));
export const canPaint = computed(() => {
  const style = chosenStyle.value;
  return photo.value !== null && style !== null && (style !== 'own' || ownStyle.value !== null);
});

let run: Run | null = null;

/** Long side of what is sent, relative to the result: enough for the engine's own scaling, little to copy. */
const oversampling = 2;

function stylesToSend(): Pixels[] {
  return recipe.value.styles.flatMap((style) => {
    if ('preset' in style) return [];
    if (!ownStyle.value) throw new ReverieError('recipe-invalid', 'Recipe field "styles": choose the style picture.');
    return [copyWithin(ownStyle.value.pixels, Number.POSITIVE_INFINITY)];
  });
}

function waysOut(error: ReverieError): NoticeAction[] {
  const actions: NoticeAction[] = [];
  const smaller = smallerSize(recipe.value.size);
  if (smaller && (error.code === 'out-of-memory' || error.code === 'device-lost')) {
    const paintSmaller = () => {
      setSize(smaller);
      void paint();
    };
    actions.push({ label: (t) => t.run.smaller(String(smaller)), act: paintSmaller });
  }
  if (error.retryable) actions.push({ label: (t) => t.run.retry, act: () => void paint() });
  return actions;
}

/** Starts painting what is on the easel; does nothing while a run is under way or something is missing. */
export async function paint(): Promise<void> {
  const from = photo.value;
  if (!from || !canPaint.value || busy.value) return;
  dismissNotice();
  runStatus.value = 'running';
  progress.value = { phase: 'device', step: 0, steps: 1 };
  preview.value = null;
  const style = styleLabel();
  const keep = (pixels: Pixels, record: RunRecord | null, complete: boolean) => {
    // Another photo was hung meanwhile: this one's painting has nowhere to be shown.
    if (photo.value === from) painting.value = { pixels, photo: from, style, record, complete };
  };
  try {
    const engine = await getEngine();
    if (device.value.status !== 'known') void warmUp();
    // Stopped while the engine's code was on its way.
    if (runStatus.peek() === 'cancelling') throw new ReverieError('aborted', 'Stopped before the run began.');
    const content = copyWithin(from.pixels, recipe.value.size * oversampling);
    run = engine.run(
      { recipe: recipe.value, inputs: { content, styles: stylesToSend() } },
      {
        onProgress: (next) => {
          progress.value = next;
        },
        onPreview: async (pixels) => {
          preview.value = pixels;
          // Settles when the browser has drawn it: the engine's next preview waits for that.
          await new Promise((drawn) => requestAnimationFrame(drawn));
        },
      },
    );
    // Paused or stopped during `run`'s own start.
    if (runStatus.peek() === 'paused') run.pause();
    const result = await run.result;
    keep(result.pixels, result.record, result.complete);
  } catch (cause) {
    const error = ReverieError.from(cause);
    // The last image of a run that broke is still the person's to keep.
    if (preview.value) keep(preview.value, null, false);
    if (error.code !== 'aborted') complain(error, { actions: waysOut(error) });
  } finally {
    run = null;
    preview.value = null;
    progress.value = null;
    runStatus.value = 'idle';
  }
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
  if (busy.value) return livePreview.value ? preview.value : null;
  return painting.value?.pixels ?? null;
});
