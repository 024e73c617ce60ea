/** The end of what takes its time, told by the system where the person wants it so: they may be in another window. */
import { signal } from '@preact/signals';

const exists = 'Notification' in globalThis;

/** The person was not asked yet. */
export const canAsk = signal(exists && Notification.permission === 'default');

/** By a press only: nobody is asked unasked. */
export async function mayAsk(): Promise<void> {
  canAsk.value = false;
  await Notification.requestPermission().catch(() => undefined);
}

/** Says nothing to who is looking, or did not allow it. */
export async function tellEnd(text: string): Promise<void> {
  if (!exists || Notification.permission !== 'granted' || !document.hidden) return;
  const options = { body: text, icon: '/icon-192.png', tag: 'run' };
  // Phones take it from a service worker only.
  const worker = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  if (worker) await worker.showNotification('Reverie', options);
  else new Notification('Reverie', options);
}
