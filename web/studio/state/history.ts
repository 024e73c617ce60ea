/**
 * Nothing is lost: what every run came to stays in a strip, photo and settings come back after a reload. What keeps it
 * (`history/`) is fetched with the first result, or where an earlier visit has left something.
 */
import { effect, signal } from '@preact/signals';
import { photo } from './photo';
import { recipes, technique } from './recipe';
import { made, painting } from './run';
import { remember, remembered } from './storage';

const setting = 'keep-work';
/** Whether photo, settings and results are there again at the next visit. */
export const keepsWork = signal(true);

const keeper = () => import('../history/keeper');

export function chooseKeepsWork(on: boolean): void {
  keepsWork.value = on;
  remember(setting, on ? null : 'off');
  if (!on) void keeper().then(({ forgetAll }) => forgetAll());
}

/** What an earlier visit has left: first of all, before anything else changes the controls. */
export async function restoreWork(): Promise<void> {
  keepsWork.value = remembered(setting) !== 'off';
  if (!keepsWork.value || !remembered('history')) return;
  await keeper()
    .then(({ restore }) => restore())
    // Whatever cannot be read is not worth a visit without a studio.
    .catch(() => undefined);
}

/** A choice that is being made is kept once it rests, milliseconds. */
const restMs = 700;

/** @returns stop. */
export function followHistory(): () => void {
  const stopResults = effect(() => {
    const result = made.value;
    if (result && keepsWork.peek()) void keeper().then(({ keepMade }) => keepMade(result));
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = () => {
    if (keepsWork.peek() && photo.peek()) void keeper().then(({ saveSession }) => saveSession());
  };
  const stopSession = effect(() => {
    // Whatever of it changes.
    const _ = [photo.value, recipes.value, technique.value, painting.value];
    clearTimeout(timer);
    timer = setTimeout(save, restMs);
  });
  const onHide = () => document.hidden && save();
  document.addEventListener('visibilitychange', onHide);
  return () => {
    stopResults();
    stopSession();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onHide);
  };
}
