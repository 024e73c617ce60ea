/** Keeps results as they are made, and where the person is; hangs what was kept. A chunk of its own. */
import '../state/partWords';
import { batch } from '@preact/signals';
import { parseRecipe } from '../../../shared/recipe';
import { isTechnique } from '../../../shared/techniques';
import type { Pixels } from '../../engine/api';
import { history, isKept, openEntry } from '../state/kept';
import { dictionary } from '../state/language';
import { keyOf, masks } from '../state/masks';
import { complain, confirmWith } from '../state/notice';
import { decodeNamed, type Photo, photo } from '../state/photo';
import { putAll, recipes, technique } from '../state/recipe';
import { hang, type Painting, painting } from '../state/run';
import { settle } from '../state/sketch';
import {
  allEntries,
  beyondBounds,
  dropAll,
  dropEntry,
  dropUnusedPhotos,
  type Entry,
  keepPhoto,
  keepResult,
  keepSession,
  lastSession,
  photoOf,
  picturesOf,
  renameEntry,
} from './store';

/** Of photos that were kept or opened from there; what is not in it is not kept yet. */
const photoIds = new WeakMap<Photo, string>();
const entryIds = new WeakMap<Painting, string>();

const newId = () => crypto.randomUUID();

async function idOfPhoto(of: Photo | null): Promise<string | null> {
  if (!of) return null;
  const known = photoIds.get(of);
  if (known) return known;
  const id = newId();
  photoIds.set(of, id);
  const { original, pixels } = of;
  isKept.value = await keepPhoto(id, pixels, { original, name: of.name(dictionary.peek()) });
  return id;
}

/** What one pass paints of a photo after the same paintings takes the place of the one before: settings are undone, not collected. */
function idOfResult(result: Painting, photoId: string | null): string {
  const { recipe, record, video } = result;
  if (!record || video || record.steps > 1 || !('styles' in recipe)) return newId();
  const names = recipe.styles.map((style) => ('style' in style ? style.style : keyOf(style)));
  return `pass-${photoId}-${names.sort().join('+')}`;
}

/** One after another: a result that comes meanwhile waits. */
let last: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work);
  last = mine.catch(() => undefined);
  return mine;
}

export const keepMade = (result: Painting): Promise<void> =>
  inTurn(async () => {
    const photoId = await idOfPhoto(result.photo);
    const id = idOfResult(result, photoId);
    const name = history.peek().find((entry) => entry.id === id)?.name ?? '';
    const title = result.title(dictionary.peek());
    const { entry, kept } = await keepResult(id, result, { photo: photoId, title, name });
    entryIds.set(result, id);
    const others = history.peek().filter((each) => each.id !== id);
    const beyond = beyondBounds([entry, ...others]);
    for (const old of beyond) await dropEntry(old.id);
    batch(() => {
      history.value = [entry, ...others].filter((each) => !beyond.includes(each));
      isKept.value = kept;
      if (painting.peek() === result) openEntry.value = id;
    });
  });

interface Session {
  readonly photo: string | null;
  readonly recipes: unknown;
  readonly technique: string;
  readonly entry: string | null;
  readonly scroll: readonly [page: number, panel: number];
  readonly masks: Readonly<Record<string, Pixels>>;
}

const panel = () => document.querySelector('.panel-scroll');

export const saveSession = (): Promise<void> =>
  inTurn(async () => {
    const hanging = painting.peek();
    const session: Session = {
      photo: await idOfPhoto(photo.peek()),
      recipes: recipes.peek(),
      technique: technique.peek(),
      entry: (hanging && entryIds.get(hanging)) ?? null,
      scroll: [scrollY, panel()?.scrollTop ?? 0],
      masks: masks.peek(),
    };
    await keepSession(session);
  });

/** Everything is read before anything on the page changes. */
export async function restore(): Promise<void> {
  history.value = await allEntries();
  const session = await lastSession<Session>();
  if (!session) return;
  const restored = session.photo === null ? null : await openKeptPhoto(session.photo);
  batch(() => {
    masks.value = session.masks;
    if (restored) photo.value = restored;
    putAll(session.recipes, parseRecipe);
    if (isTechnique(session.technique)) technique.value = session.technique;
  });
  const entry = history.peek().find(({ id }) => id === session.entry);
  if (entry) await hangEntry(entry, restored);
  await dropUnusedPhotos(new Set([session.photo, ...history.peek().map(({ photo: id }) => id)]));
  requestAnimationFrame(() => {
    scrollTo(0, session.scroll[0]);
    panel()?.scrollTo(0, session.scroll[1]);
  });
}

/** Null where it is gone. */
async function openKeptPhoto(id: string): Promise<Photo | null> {
  const hanging = photo.peek();
  if (hanging && photoIds.get(hanging) === id) return hanging;
  const kept = await photoOf(id);
  if (!kept) return null;
  const decoded = await decodeNamed(kept.picture, kept.name);
  const opened = { ...decoded, original: kept.original, notes: [] };
  photoIds.set(opened, id);
  return opened;
}

async function hangEntry(entry: Entry, of: Photo | null): Promise<void> {
  const kept = await picturesOf(entry.id);
  if (!kept) return;
  const pixelsOf = async (blob: Blob) => (await decodeNamed(blob, '')).pixels;
  const pixels = await pixelsOf(kept.picture);
  const frames: { label: string; pixels: Pixels }[] = [];
  for (const { label, picture } of kept.frames) frames.push({ label, pixels: await pixelsOf(picture) });
  const { record, complete, looks, video } = kept;
  const result = { pixels, frames, reel: [], inputs: null, record, complete, ...looks, ...(video && { video }) };
  batch(() => {
    if (of) photo.value = of;
    hang(entry.recipe, of, result, 'kept');
    settle();
  });
  const hung = painting.peek();
  if (hung) entryIds.set(hung, entry.id);
  openEntry.value = entry.id;
}

/** A result from the strip: with its photo, its recipe in the controls, and its tab. */
export async function openResult(entry: Entry): Promise<void> {
  try {
    const of = entry.photo === null ? null : await openKeptPhoto(entry.photo);
    batch(() => {
      putAll([entry.controls], parseRecipe);
      technique.value = entry.controls.technique;
    });
    await hangEntry(entry, of);
  } catch (cause) {
    complain(cause);
  }
}

export async function renameResult(entry: Entry, name: string): Promise<void> {
  const renamed = { ...entry, name: name.trim().slice(0, 80) };
  history.value = history.peek().map((each) => (each.id === entry.id ? renamed : each));
  await renameEntry(entry, renamed.name);
}

/** With a way back for as long as the notice is there: only then it is really gone. */
export function deleteResult(entry: Entry): void {
  const before = history.peek();
  history.value = before.filter(({ id }) => id !== entry.id);
  let undone = false;
  const undo = () => {
    undone = true;
    history.value = before;
  };
  confirmWith((t) => t.history.deleted, [{ label: (t) => t.yours.undo, act: undo }]);
  setTimeout(() => void (undone || dropEntry(entry.id)), undoMs);
}
const undoMs = 8_000;

export async function forgetAll(): Promise<void> {
  await inTurn(dropAll);
  batch(() => {
    history.value = [];
    openEntry.value = null;
    isKept.value = true;
  });
}
