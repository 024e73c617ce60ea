/** The end of a long run, told by the system: only where it is allowed, and to nobody who is looking. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const shown: string[] = [];
const asked = vi.fn(async () => 'granted');

async function open(permission: string, { hidden = true, worker = false } = {}) {
  class Notification {
    static permission = permission;
    static requestPermission = asked;
    constructor(_: string, { body }: { body: string }) {
      if (worker) throw new TypeError('Illegal constructor');
      shown.push(`page: ${body}`);
    }
  }
  vi.stubGlobal('Notification', Notification);
  vi.stubGlobal('document', { hidden });
  const showNotification = async (_: string, { body }: { body: string }) => void shown.push(`worker: ${body}`);
  const getRegistration = async () => (worker ? { showNotification } : undefined);
  vi.stubGlobal('navigator', { serviceWorker: { getRegistration } });
  return import('../../../web/studio/output/notify');
}

beforeEach(() => {
  vi.resetModules();
  shown.length = 0;
});
afterEach(() => vi.unstubAllGlobals());

it.each([
  ['by the page', 'granted', {}, ['page: Done.']],
  ['by the service worker, where only that may', 'granted', { worker: true }, ['worker: Done.']],
  ['to nobody who is looking', 'granted', { hidden: false }, []],
  ['to nobody who did not allow it', 'denied', {}, []],
  ['to nobody who was not asked', 'default', {}, []],
])('is told %s', async (_, permission, more, told) => {
  await (await open(permission, more)).tellEnd('Done.');
  expect(shown).toEqual(told);
});

it('is offered until the person was asked once, and asks by itself never', async () => {
  const { canAsk, mayAsk } = await open('default');
  expect(canAsk.value).toBe(true);
  expect(asked).not.toHaveBeenCalled();
  await mayAsk();
  expect(asked).toHaveBeenCalledTimes(1);
  expect(canAsk.value).toBe(false);
  vi.resetModules();
  expect((await open('denied')).canAsk.value).toBe(false);
});
