/**
 * Trouble with a GPU that happens in the thread that calls it. Each stands for itself, so that it can also be put before
 * the script of the engine's worker.
 */
import type { BrowserContext } from 'playwright-core';

/** A driver that computes something else: whatever is read from the GPU is wrong from now on. */
export function spoilReads(): void {
  const { getMappedRange } = GPUBuffer.prototype;
  GPUBuffer.prototype.getMappedRange = function (...bounds) {
    const range = getMappedRange.apply(this, bounds);
    const values = new Float32Array(range);
    values.set(values.map((value) => value * 1.5));
    return range;
  };
}

/** The second time that an adapter is asked for there is none: as while a driver restarts. */
export function goneOnce(): void {
  let asked = 0;
  const { requestAdapter } = GPU.prototype;
  GPU.prototype.requestAdapter = function (...options) {
    asked++;
    return asked === 2 ? Promise.resolve(null) : requestAdapter.apply(this, options);
  };
}

/** Leaves behind what an earlier visit would have measured on a quick GPU: the software one is taken then, unasked for. */
export async function believeQuick(): Promise<void> {
  const info = (await navigator.gpu.requestAdapter())?.info;
  const parts = [info?.vendor, info?.architecture, info?.description].filter((part) => part);
  await new Promise<void>((resolve, reject) => {
    const opening = indexedDB.open('reverie-device');
    opening.onupgradeneeded = () => opening.result.createObjectStore('speeds');
    opening.onerror = reject;
    opening.onsuccess = () => {
      const writing = opening.result.transaction('speeds', 'readwrite');
      writing.objectStore('speeds').put({ webgpuMs: 1, at: Date.now() }, [...new Set(parts)].join(' '));
      writing.oncomplete = () => resolve(opening.result.close());
    };
  });
}

/** Puts trouble before the script of the site's engine, whose worker is not to have started yet. */
export async function troubleEngine(context: BrowserContext, trouble: () => void): Promise<void> {
  await context.route(/\/assets\/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `(${trouble})();\n${await response.text()}` });
  });
}
