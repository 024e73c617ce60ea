/**
 * A run and the world around the page: the screen is kept awake, the tab's title tells how far it is, and
 * a tab that was hidden says that it went on.
 */
import { effect, signal } from '@preact/signals';
import { busy, progress } from '../../page/run/drive';
import { formatPercent } from '../../page/words/format';
import { dictionary } from './language';
import { painting } from './run';

/** True from the moment the tab was hidden during a run until the run ends. */
export const wasHidden = signal(false);

let lock: WakeLockSentinel | null = null;

async function keepAwake(on: boolean): Promise<void> {
  try {
    if (!on) {
      await lock?.release();
      lock = null;
    } else if (document.visibilityState === 'visible' && 'wakeLock' in navigator && (!lock || lock.released)) {
      lock = await navigator.wakeLock.request('screen');
    }
  } catch {
    // Low battery or policy: the run goes on, the screen may dim.
  }
}

function titleFor(): string {
  const t = dictionary.value;
  const now = progress.value;
  if (busy.value && now?.phase === 'optimise' && now.steps > 0) {
    return t.run.progressTitle(formatPercent(t.tag, now.step / now.steps));
  }
  if (!busy.value && painting.value?.complete && document.hidden) return t.run.doneTitle;
  return t.title;
}

/** After the first painting, not before: browsers grant it to pages that are used, and Safari forgets others in a week. */
async function keepStorage(): Promise<void> {
  try {
    if (!(await navigator.storage.persisted())) await navigator.storage.persist();
  } catch {
    // Blocked storage: the network is fetched again next time.
  }
}

/** @returns stop. */
export function followRun(): () => void {
  const stopTitle = effect(() => {
    document.title = titleFor();
  });
  const stopAwake = effect(() => {
    if (!busy.value) wasHidden.value = false;
    void keepAwake(busy.value);
  });
  const stopStorage = effect(() => {
    if (painting.value?.complete) void keepStorage();
  });
  const onVisibility = () => {
    if (document.hidden && busy.value) wasHidden.value = true;
    // The system drops the lock with visibility; ask again when the tab is back.
    if (!document.hidden && busy.value) void keepAwake(true);
    document.title = titleFor();
  };
  // What is under way would be lost; the browser asks in its own words.
  const onLeave = (event: BeforeUnloadEvent) => {
    if (busy.value) event.preventDefault();
  };
  document.addEventListener('visibilitychange', onVisibility);
  addEventListener('beforeunload', onLeave);
  return () => {
    stopTitle();
    stopAwake();
    stopStorage();
    document.removeEventListener('visibilitychange', onVisibility);
    removeEventListener('beforeunload', onLeave);
  };
}
