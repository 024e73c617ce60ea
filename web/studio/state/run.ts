/** What is to be painted, and the painting that is done. What drives a run is the page's (page/run/drive.ts). */
import { batch, computed, signal } from '@preact/signals';
import type { ReverieError } from '../../../shared/errors';
import {
  contentSizeOf,
  fastStylesOf,
  lacksPictures,
  needsPhoto,
  photosOf,
  rungsOf,
  startsFromPicture,
  stylesOf,
  wantsGuide,
} from '../../../shared/recipe/about';
import { canContinue, continueRecipe } from '../../../shared/recipe/continue';
import {
  firstTechnique,
  type Recipe,
  type TechniqueName,
  techniqueNamed,
  techniqueOf,
} from '../../../shared/techniques';
import type { StudioWords } from '../../../shared/words/studio';
import type { Engine, Phase, Pixels, RunRequest } from '../../engine/api';
import { copyAgain, copyWithin } from '../../page/intake/scale';
import { busy, drive, type Outcome, preview, progress } from '../../page/run/drive';
import { smallerSize } from '../../page/run/sizes';
import { describeError } from '../../page/words/describe';
import { type KeyFrame, Reel } from '../sharing/reel';
import { livePreview } from './appearance';
import { compared } from './compared';
import { device, warmUp } from './engine';
import { guide } from './guide';
import { masksInOrder } from './masks';
import { complain, confirm, dismissUnlessOffer, type NoticeAction } from './notice';
import { isUnknown, lacksLook, paintingStore } from './ownPaintings';
import { ownStylesFor } from './ownStyles';
import { type Photo, photo } from './photo';
import { arriving, recipe, setSize } from './recipe';
import { resultLabel, resultName, resultTitle } from './resultLabel';
import { startPicture } from './start';
import { isMeasured } from './styles';

export interface Painting extends Outcome {
  /** As it was asked for; the record's has the hashes. */
  readonly recipe: Recipe;
  /** What the controls said: where it was painted in one pass, the slow painter's recipe. */
  readonly controls: Recipe;
  /** Key frames of how it was painted, for a share's film. */
  readonly reel: readonly KeyFrame[];
  /** What the run was given; null where it failed before it began. */
  readonly inputs: RunRequest['inputs'] | null;
  /** Of which it is one frame, where a whole video was painted. */
  readonly video?: Blob;
  /** Null for what was grown from nothing. */
  readonly photo: Photo | null;
  /** What was done, in a few words, for file names. */
  readonly made: (t: StudioWords) => string;
  /** The same, as the label says it. */
  readonly said: (t: StudioWords) => string;
  /** With the photo's name. */
  readonly title: (t: StudioWords) => string;
}

export const painting = signal<Painting | null>(null);
/** The newest result, whether or not it hangs: its photo may have been taken down meanwhile. */
export const made = signal<Painting | null>(null);

/** Of the run under way, which another tab does not change. */
export const runTechnique = signal<TechniqueName>(firstTechnique);

export const phase = computed<Phase | null>(() => (busy.value ? (progress.value?.phase ?? null) : null));

export type Missing = 'photo' | 'style' | 'look' | 'measured' | 'guide' | 'mask' | 'start';

/** What keeps the current recipe from being run, the first thing first. */
export const missing = computed<Missing | null>(() => {
  const wanted = recipe.value;
  if (!photo.value && needsPhoto(wanted)) return 'photo';
  const styles = stylesOf(wanted);
  if (lacksPictures(wanted) || styles.some(isUnknown)) return 'style';
  if (!techniqueOf(wanted).onePass && styles.some(lacksLook)) return 'look';
  if (!isMeasured(styles, wanted.network)) return 'measured';
  if (masksInOrder(styles) === null) return 'mask';
  if (startsFromPicture(wanted) && !startPicture.value) return 'start';
  return wantsGuide(wanted) && !guide.value ? 'guide' : null;
});
export const canPaint = computed(() => missing.value === null);

/** Long side of what is sent, relative to the result: enough for the engine's own scaling, little to copy. */
const oversampling = 2;

const copyOf = (pixels: Pixels, maxSide = Number.POSITIVE_INFINITY) => copyWithin(pixels, maxSide);

/**
 * What a run of the recipe is given.
 * @throws ReverieError `not-found` for a painting of one's own that is gone; what measuring one throws
 */
export async function requestFor(
  engine: Engine,
  wanted: Recipe,
  from: Photo | null,
  start: Pixels | null = null,
): Promise<RunRequest> {
  if (!stylesOf(wanted).some((style) => 'image' in style))
    return { recipe: wanted, inputs: inputsFor(wanted, from, start) };
  const { recipe, styles } = await (await paintingStore()).withPaintings(engine, wanted);
  return { recipe, inputs: { ...inputsFor(wanted, from, start), styles } };
}

function inputsFor(wanted: Recipe, from: Photo | null, start: Pixels | null): RunRequest['inputs'] {
  const most = contentSizeOf(wanted) * oversampling;
  const [styles, learned] = [stylesOf(wanted), fastStylesOf(wanted)];
  return {
    content: from ? copyAgain(from.pixels, most) : null,
    ...(styles.length > 0 ? { masks: masksInOrder(styles)?.map((mask) => copyOf(mask)) ?? [] } : {}),
    ...(startsFromPicture(wanted) && start ? { start: copyOf(start) } : {}),
    ...(learned.length > 0 ? { own: ownStylesFor(learned) } : {}),
    ...(photosOf(wanted).length > 0 ? { photos: compared.value.map((each) => copyOf(each)) } : {}),
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

type Named = 'recipe' | 'controls' | 'photo' | 'made' | 'said' | 'title';

/** What a result is called, by what the controls say now. */
export const named = (wanted: Recipe, used: Photo | null): Pick<Painting, Named> => ({
  recipe: wanted,
  controls: recipe.peek(),
  photo: used,
  made: resultLabel(wanted),
  said: resultName(wanted),
  title: resultTitle(wanted, used),
});

/** Hangs a result that was made beside the run that people ask for, or before. */
export function hang(
  wanted: Recipe,
  used: Photo | null,
  result: Omit<Painting, Named>,
  which: 'new' | 'kept' = 'new',
): void {
  const next = { ...named(wanted, used), ...result };
  batch(() => {
    painting.value = next;
    if (which === 'new') made.value = next;
  });
}

/** A run that leaves the controls as they are. */
export interface Once {
  readonly recipe: Recipe;
  readonly start: Pixels;
}

/** Starts painting what is on the easel; does nothing while a run is under way or something is missing. */
export async function paint(once?: Once): Promise<void> {
  if (arriving && !once) await arriving;
  const from = photo.value;
  if (busy.value || !(once || canPaint.value)) return;
  const wanted = once?.recipe ?? recipe.value;
  dismissUnlessOffer();
  runTechnique.value = wanted.technique;
  const used = needsPhoto(wanted) ? from : null;
  const names = named(wanted, used);
  const reel = new Reel();
  let inputs: RunRequest['inputs'] | null = null;
  let kept: Painting | null = null;
  let begun = false;
  const error = await drive({
    prepare: async (engine) => {
      if (device.peek().status !== 'known') void warmUp();
      const request = await requestFor(engine, wanted, used, once?.start ?? startPicture.peek());
      inputs = request.inputs;
      return request;
    },
    onDevice: (report) => {
      if (begun) confirm((t) => t.run.goesOn);
      begun = true;
      device.value = { status: 'known', report };
    },
    onPreview: (pixels, now) => reel.take(pixels, now?.step ?? 0, now?.loss),
    keep: (outcome) => {
      const { pixels, record } = outcome;
      const film = record ? reel.finish(pixels, record.steps, record.losses.at(-1)?.loss) : [];
      kept = { ...names, ...outcome, reel: film, inputs };
      made.value = kept;
      // Where another photo was hung meanwhile, this one's painting is in the history only.
      if (photo.peek() === from) painting.value = kept;
    },
  });
  if (!error) return;
  const text = (t: StudioWords) => `${describeError(error, t)}${kept ? ` ${t.run.kept}` : ''}`;
  complain(error, { text, actions: waysOut(error, kept) });
}

/** Takes a result as many steps further as its recipe had at its last size. @param rung of a ladder */
export async function paintOn(made: Recipe, from: Pixels, rung?: string): Promise<void> {
  await paint({ recipe: continueRecipe(made, undefined, rung), start: from });
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
