/**
 * The page's side of the service worker: installed once the page is there, told to keep the engine once it is used,
 * and replaced by a new build only when the person says so.
 */
import '../../engine/trusted';
import { effect, signal } from '@preact/signals';
import { type OfflineMessage, workerFile } from '../../../shared/offlineBuild';
import { busy } from '../../page/run/drive';
import { device } from '../state/engine';
import { notice } from '../state/notice';
import { painting } from '../state/run';

/** False while the browser knows of no network. */
export const online = signal(navigator.onLine);
/** A new build that waits for the person. */
const waiting = signal<ServiceWorker | null>(null);

const tell = (worker: ServiceWorker | null, message: OfflineMessage) => worker?.postMessage(message);

function takeOver(worker: ServiceWorker): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  tell(worker, 'take-over');
}

function follow(registration: ServiceWorkerRegistration): void {
  const look = () => {
    // Without a controller it is the first install, and nothing is replaced.
    if (registration.waiting && navigator.serviceWorker.controller) waiting.value = registration.waiting;
  };
  look();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
  // What is on the page would be lost by a reload: offered only while there is nothing to lose, nor anything to read.
  effect(() => {
    const next = waiting.value;
    if (!next || busy.value || painting.value || notice.value) return;
    waiting.value = null;
    notice.value = {
      text: (t) => t.offline.update,
      actions: [{ label: (t) => t.offline.reload, act: () => takeOver(next) }],
    };
  });
}

async function keepEngineWhenUsed(): Promise<void> {
  const { active } = await navigator.serviceWorker.ready;
  effect(() => {
    if (device.value.status === 'known') tell(active, 'keep-engine');
  });
}

async function register(): Promise<void> {
  try {
    follow(await navigator.serviceWorker.register(`/${workerFile}`, { updateViaCache: 'none' }));
    await keepEngineWhenUsed();
  } catch {
    // Private windows and blocked storage: the page works while there is a network.
  }
}

/** Once, at the page's start. */
export function startOffline(): void {
  addEventListener('online', () => {
    online.value = true;
  });
  addEventListener('offline', () => {
    online.value = false;
  });
  if (!('serviceWorker' in navigator)) return;
  if (document.readyState === 'complete') void register();
  else addEventListener('load', () => void register(), { once: true });
}
