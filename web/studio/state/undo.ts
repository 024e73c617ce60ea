/** Undo and redo of what the controls say: a gesture is one step, however many values it goes through. */
import { batch, computed, effect, signal } from '@preact/signals';
import { recipes, technique } from './recipe';

interface Standing {
  readonly recipes: typeof recipes.value;
  readonly technique: typeof technique.value;
}

/** A slider that rests this long was another gesture, milliseconds. */
const gestureMs = 600;
const most = 100;

const past = signal<readonly Standing[]>([]);
const future = signal<readonly Standing[]>([]);
let now: Standing | null = null;

export const canUndo = computed(() => past.value.length > 0);
export const canRedo = computed(() => future.value.length > 0);

/** From here on: what stands now is where undo ends. @returns stop. */
export function followChanges(): () => void {
  let changedAt = Number.NEGATIVE_INFINITY;
  return effect(() => {
    const next: Standing = { recipes: recipes.value, technique: technique.value };
    const before = now;
    now = next;
    if (!before || (before.recipes === next.recipes && before.technique === next.technique)) return;
    const at = performance.now();
    if (at - changedAt > gestureMs) past.value = [...past.peek(), before].slice(-most);
    if (future.peek().length > 0) future.value = [];
    changedAt = at;
  });
}

function go(from: typeof past, to: typeof past): void {
  const next = from.peek().at(-1);
  if (!next || !now) return;
  const current = now;
  // Before the effect sees the change: going back is no new step.
  now = next;
  batch(() => {
    from.value = from.peek().slice(0, -1);
    to.value = [...to.peek(), current];
    recipes.value = next.recipes;
    technique.value = next.technique;
  });
}

export const undo = () => go(past, future);
export const redo = () => go(future, past);
