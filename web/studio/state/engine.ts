/** What the engine found out about the device, and what a run would need. */
import { effect, signal } from '@preact/signals';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { lacksPictures, needsPhoto } from '../../../shared/recipe/about';
import type { DeviceReport, MemoryEstimate } from '../../engine/api';
import { getEngine, isPhone } from '../../page/run/engine';
import { startingSize } from '../../page/run/sizes';
import { photo } from './photo';
import { recipe, suggestSize } from './recipe';

export type DeviceState =
  | { readonly status: 'unknown' }
  | { readonly status: 'finding' }
  | { readonly status: 'known'; readonly report: DeviceReport }
  | { readonly status: 'failed'; readonly error: ReverieError };

export const device = signal<DeviceState>({ status: 'unknown' });
export const estimate = signal<MemoryEstimate | null>(null);
/** Largest size that fits this device for the photo at hand; null until known. */
export const largestSize = signal<number | null>(null);

/** People who pay by the byte get the network only when they press Paint. */
export function savesData(): boolean {
  return 'connection' in navigator && (navigator.connection as { saveData?: boolean } | undefined)?.saveData === true;
}

/** While one pass is being painted unasked (sketch.ts): what else is to be fetched waits for it. */
export const sketching = signal(false);

function sketchEnds(): Promise<void> {
  return new Promise((resolve) => {
    const stop = sketching.subscribe((still) => {
      if (still) return;
      resolve();
      // Called at once where it is over already: before there is anything to stop.
      queueMicrotask(() => stop());
    });
  });
}

/** Looks at the device and fetches the network ahead of the run. Failures wait until the run, which reports them. */
export async function warmUp(): Promise<void> {
  if (device.value.status === 'finding' || device.value.status === 'known') return;
  device.value = { status: 'finding' };
  try {
    const report = await (await getEngine()).device();
    device.value = { status: 'known', report };
    suggestSize(startingSize(report.backend, isPhone()));
  } catch (cause) {
    device.value = { status: 'failed', error: ReverieError.from(cause, 'backend-unavailable') };
    return;
  }
  if (!savesData()) {
    await sketchEnds();
    const ready = (await getEngine()).prepare(recipe.value.network);
    await ready.result.catch(() => undefined);
  }
}

/** The newest question; answers to older ones are dropped. */
let question = 0;

/** Keeps `estimate` and `largestSize` in step with the recipe and the photo. @returns stop. */
export function followEstimate(): () => void {
  return effect(() => {
    const [shown, wanted] = [photo.value, recipe.value];
    if (device.value.status !== 'known' || lacksPictures(wanted)) return;
    if (!shown && needsPhoto(wanted)) return;
    const from = shown?.original ?? { width: wanted.size, height: wanted.size };
    question += 1;
    const mine = question;
    const ask = async () => {
      // An estimate fetches the recipe's network, which one pass has no need of.
      await sketchEnds();
      if (mine !== question) return;
      const running = await getEngine();
      const now = await running.estimate(wanted, from);
      const most = await running.estimate({ ...wanted, size: limits.run.maxSize }, from);
      if (mine !== question) return;
      estimate.value = now;
      largestSize.value = most.fittingSize;
    };
    // Without an estimate every size stays on offer, and the run itself reports what does not fit.
    ask().catch(() => undefined);
  });
}
