/**
 * The device layer in a real Web Worker of a real Chromium, bundled as the site bundles it: which backend is chosen
 * with and without WebGPU, what is downloaded for it, and what happens when the GPU goes.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../shared/limits';
import type { DeviceOutcome, DeviceTask } from './device.worker';
import type { Session } from './support/chromium';
import { believeQuick } from './support/gpuTrouble';
import { askWorker, bundleWorker, type Served, startIsolatedSite, startSite } from './support/workerBundle';

let served: Served;

/** In a fresh worker, with the paths that it made the browser fetch. */
async function perform(session: Session, task: DeviceTask): Promise<DeviceOutcome & { fetched: string[] }> {
  session.requests.length = 0;
  const outcome = await askWorker<DeviceOutcome>(session, task);
  return { ...outcome, fetched: session.requests.map((request) => path.basename(request.path)) };
}

/** Runs `use` with a browser of its own. */
async function withBrowser(webgpu: boolean, use: (session: Session) => Promise<void>): Promise<void> {
  const session = await startSite(served, webgpu);
  try {
    await use(session);
  } finally {
    await session.close();
  }
}

function expectSame(actual: DeviceOutcome, expected: DeviceOutcome): void {
  expect(expected.gram).toHaveLength(9);
  expect(actual.gram).toHaveLength(9);
  for (const [index, value] of (expected.gram ?? []).entries()) expect(actual.gram?.[index]).toBeCloseTo(value, 3);
}

beforeAll(async () => {
  served = await bundleWorker(fileURLToPath(new URL('device.worker.ts', import.meta.url)));
});

describe('the device in a browser that has WebGPU', () => {
  it('is WebGPU with kernels of our own, and downloads no WebAssembly', () =>
    withBrowser(true, async (session) => {
      await session.page.evaluate(believeQuick);
      const outcome = await perform(session, { options: {} });
      expect(outcome).toMatchObject({ report: { backend: 'webgpu', rejected: [] }, own: true });
      expect(outcome.report?.description).toMatch(/swiftshader/i);
      expect(outcome.memory).toEqual({ tensors: 0, bytes: 0, allocatedBytes: 0 });
      expect(outcome.budget).toBeGreaterThanOrEqual(limits.device.budget.webgpuMinBytes);
      expect(outcome.fetched.some((name) => name.startsWith('webgpuBackend'))).toBe(true);
      expect(outcome.fetched.filter((name) => /wasm|cpuBackend/.test(name))).toEqual([]);

      expectSame(outcome, await perform(session, { options: { backend: 'cpu' } }));
      expect(session.errors).toEqual([]);
    }));

  it('is WASM where the processor plays the GPU: by its name, or by a measurement that the next visit remembers', () =>
    withBrowser(true, async (session) => {
      const known = await perform(session, { options: {} });
      expect(known).toMatchObject({
        own: true,
        report: { backend: 'wasm', rejected: [{ backend: 'webgpu', why: 'slow' }] },
      });
      expect(known.report?.rejected[0]?.reason).toMatch(/swiftshader.* plays a graphics card/i);
      const nameless = { options: {}, nameless: true };
      const first = await perform(session, nameless);
      expect(first).toMatchObject({
        own: true,
        report: { backend: 'wasm', rejected: [{ backend: 'webgpu', why: 'slow' }] },
      });
      expect(first.report?.rejected[0]?.reason).toMatch(/Some GPU takes \d+ ms for what WASM does in \d+ ms/i);
      // What would have computed was not even downloaded where the name told.
      expect(first.fetched.filter((name) => name.endsWith('.js') && !known.fetched.includes(name))).not.toEqual([]);
      // Measured anew, the milliseconds would be others.
      const second = await perform(session, nameless);
      expect(second.report).toEqual(first.report);
      expect(session.errors).toEqual([]);
    }));

  it('says so when the GPU is lost in the middle of work, and opens again', () =>
    withBrowser(true, async (session) => {
      const outcome = await perform(session, { options: { backend: 'webgpu' }, destroy: true });
      expect(outcome).toMatchObject({ lost: 'device-lost', checked: 'device-lost', report: { backend: 'webgpu' } });
    }));
});

describe('the device in a browser without WebGPU', () => {
  it('is WASM, says why, downloads no WebGPU code, and computes the same', () =>
    withBrowser(false, async (session) => {
      const outcome = await perform(session, { options: {} });
      expect(
        outcome.report?.rejected.map(({ backend }) => backend),
        JSON.stringify(outcome),
      ).toEqual(['webgpu']);
      expect(outcome.report).toMatchObject({ backend: 'wasm', description: 'WASM SIMD' });
      expect(outcome.report?.rejected).toHaveLength(1);
      expect(outcome.report?.rejected[0]?.reason).toMatch(/no navigator\.gpu|no graphics adapter/);
      expect(outcome.report?.rejected[0]?.why).toMatch(/^no(WebGpu|Adapter)$/);
      expect(outcome).toMatchObject({ own: true, memory: { tensors: 0, bytes: 0 } });
      expect(outcome.fetched.filter((name) => name.endsWith('.wasm'))).toEqual([
        expect.stringContaining('tfjs-backend-wasm-simd'),
      ]);

      expectSame(outcome, await perform(session, { options: { backend: 'cpu' } }));
      expect(session.errors).toEqual([]);
    }));

  it('shares its work among threads where the page is isolated, and computes the same', async () => {
    const session = await startIsolatedSite(served);
    try {
      const alone = await perform(session, { options: { backend: 'wasm', wasm: { threads: 1 } } });
      const shared = await perform(session, {
        options: { backend: 'wasm', wasm: { threads: 3, pool: { leastWork: 100 } } },
        threads: true,
      });
      expect(shared).toMatchObject({ report: { description: 'WASM SIMD, 3 threads' }, running: 2 });
      expect([shared.gram, alone.running]).toEqual([alone.gram, 0]);
      expect(session.errors).toEqual([]);
    } finally {
      await session.close();
    }
  });

  it('refuses to be WebGPU', () =>
    withBrowser(false, async (session) => {
      const { error } = await perform(session, { options: { backend: 'webgpu' } });
      expect(error?.code).toBe('backend-unavailable');
      expect(error?.message).toContain('webgpu: ');
    }));
});
