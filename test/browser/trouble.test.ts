/**
 * Devices that fail in mid-run, for real: the engine in a Web Worker of Chromium, on WebGPU as its software GPU plays it,
 * which crashes, is destroyed, refuses a command, has no memory left, computes wrong numbers, or is gone for good.
 */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecipeInput } from '../../shared/techniques';
import { crashGpu, type Session } from './support/chromium';
import { askWorker, bundleWorker, origin, startSite } from './support/workerBundle';
import type { TroubleOutcome, TroubleTask } from './trouble.worker';

const crashPath = '/crash';
let session: Session;
beforeAll(async () => {
  session = await startSite(await bundleWorker(fileURLToPath(new URL('trouble.worker.ts', import.meta.url))), true);
  await session.context.route(origin + crashPath, async (route) => {
    await crashGpu(session);
    await route.fulfill({ status: 204 });
  });
});
afterAll(() => session?.close());

/** A second's work, but for the shaders that every device compiles anew. */
const dream: Extract<RecipeInput, { technique: 'dream' }> = {
  technique: 'dream',
  version: 2,
  size: 64,
  octaves: 1,
  steps: 5,
  layers: [{ layer: 'relu2' }],
};
const suffer = (task: Partial<TroubleTask>) =>
  askWorker<TroubleOutcome>(session, { recipe: dream, photo: [64, 48], crashPath, ...task });

/** Every attempt but the first began with what was kept when the one before it failed, which is most of what was done. */
function expectResumed({ attempts, record }: TroubleOutcome, ...least: number[]): void {
  const kept = record?.troubles?.map(({ step }) => step) ?? [];
  expect(attempts.map(({ from }) => from)).toEqual([0, ...kept]);
  expect(kept).toHaveLength(least.length);
  for (const [i, step] of kept.entries()) expect(step).toBeGreaterThanOrEqual(least[i] ?? 0);
}

const backendsOf = ({ attempts }: TroubleOutcome) => attempts.map(({ backend }) => backend);

describe('a run on WebGPU', () => {
  it.each(['destroyed', 'crashed'] as const)('goes on from where it was when its GPU is %s', async (trouble) => {
    const outcome = await suffer({ troubles: [[3, trouble]] });
    expect(outcome).toMatchObject({ complete: true, record: { steps: 5, device: { backend: 'webgpu' } } });
    expect(backendsOf(outcome)).toEqual(['webgpu', 'webgpu']);
    expect(outcome.record?.troubles).toMatchObject([{ code: 'device-lost', backend: 'webgpu' }]);
    expectResumed(outcome, 2);
    expect(outcome.colours).toBeGreaterThan(50);
  });

  it('goes on elsewhere when it fails again', async () => {
    const outcome = await suffer({
      troubles: [
        [2, 'destroyed'],
        [4, 'refused'],
      ],
    });
    expect(outcome).toMatchObject({ complete: true, record: { steps: 5 } });
    expect(backendsOf(outcome)).toEqual(['webgpu', 'webgpu', 'wasm']);
    expect(outcome.record?.device).toMatchObject({
      backend: 'wasm',
      rejected: [{ backend: 'webgpu', why: 'failed', reason: 'it failed in mid-run' }],
    });
    expect(outcome.record?.troubles).toMatchObject([
      { code: 'device-lost', message: expect.stringContaining('The GPU was lost') },
      { code: 'device-lost', message: expect.stringContaining('The GPU refused a command') },
    ]);
    expectResumed(outcome, 1, 2);
  });

  it('goes on with smaller tiles when memory runs out, then elsewhere', async () => {
    const outcome = await suffer({
      recipe: { ...dream, size: 256, tile: 256 },
      photo: [256, 32],
      troubles: [
        [2, 'out of memory'],
        [4, 'out of memory'],
      ],
    });
    expect(outcome).toMatchObject({ complete: true, record: { steps: 5, recipe: { tile: 128 } } });
    expect(backendsOf(outcome)).toEqual(['webgpu', 'webgpu', 'wasm']);
    expect(outcome.record?.troubles).toMatchObject([
      { code: 'out-of-memory', backend: 'webgpu', tile: 128 },
      { code: 'out-of-memory', backend: 'webgpu' },
    ]);
    expectResumed(outcome, 1, 2);
  });

  it('ends with its last image and the reason when no device is left', async () => {
    const outcome = await suffer({ backend: 'webgpu', troubles: [[3, 'gone']] });
    expect(outcome.error).toBeUndefined();
    expect(outcome).toMatchObject({ complete: false, record: { failure: { code: 'device-lost' }, width: 64 } });
    expect(outcome.record?.steps).toBeGreaterThanOrEqual(2);
    expect(outcome.colours).toBeGreaterThan(50);
  });

  it('is not begun on a GPU that computes wrong numbers, and the record says so', async () => {
    const outcome = await suffer({ wrong: true });
    expect(outcome).toMatchObject({ complete: true, attempts: [{ backend: 'wasm', from: 0 }] });
    expect(outcome.record?.device.rejected).toEqual([
      { backend: 'webgpu', why: 'wrong', reason: expect.stringContaining('self-test failed') },
    ]);
  });
});
