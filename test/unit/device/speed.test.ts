/** Whether WebGPU is worth having: measured against WASM, remembered for the device, and said. */
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { openDevice } from '../../../web/engine/device';
import { openCpu } from '../../../web/engine/device/cpuBackend';
import type { DeviceOptions, OpenBackend } from '../../../web/engine/device/device';
import { rememberSpeeds, workMs } from '../../../web/engine/device/speed';
import { eventually } from '../../support/eventually';

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A machine whose backends take so long; all are the CPU backend in truth. */
function machine(webgpuMs: number, wasmMs: number | null, description = 'some GPU') {
  const opened: string[] = [];
  const time = vi.fn(async () => webgpuMs);
  const compile = vi.fn(async () => {});
  const webgpu: OpenBackend = async (_, glance) => {
    opened.push('webgpu');
    await glance?.(description);
    return { ...(await openCpu()), description, time, compile };
  };
  const wasm: OpenBackend = async () => {
    opened.push('wasm');
    if (wasmMs === null) throw new ReverieError('backend-unavailable', 'no SIMD');
    return { ...(await openCpu()), description: 'WASM SIMD', time: async () => wasmMs };
  };
  const visit = async (options: DeviceOptions = {}) => {
    const device = await openDevice(options, { webgpu, wasm });
    device.dispose();
    return device.report;
  };
  return { visit, opened, time, compile };
}

const { quickMs, speedDays } = limits.device;

describe('the choice between WebGPU and WASM', () => {
  it('is WebGPU, without a look at WASM, where it is quick', async () => {
    const { visit, opened } = machine(quickMs, 0.1);
    expect(await visit()).toEqual({ backend: 'webgpu', description: 'some GPU', rejected: [] });
    expect(opened).toEqual(['webgpu']);
  });

  it('is WASM where that is faster, and says by how much; no shader is compiled for the test of what is too slow', async () => {
    const { visit, compile } = machine(326.4, 2.5, 'A Name That Tells Nothing');
    expect(await visit()).toEqual({
      backend: 'wasm',
      description: 'WASM SIMD',
      rejected: [
        {
          backend: 'webgpu',
          why: 'slow',
          reason: 'slower than the processor: A Name That Tells Nothing takes 326 ms for what WASM does in 3 ms',
        },
      ],
    });
    expect(compile).not.toHaveBeenCalled();
  });

  it.each([
    ['is slower still', 60],
    ['is not there', null],
  ])('is a slow WebGPU where WASM %s', async (_, wasmMs) => {
    const { visit, opened } = machine(50, wasmMs);
    expect(await visit()).toEqual({ backend: 'webgpu', description: 'some GPU', rejected: [] });
    expect(opened).toEqual(['webgpu', 'wasm']);
  });

  it.each([
    ['quick', 1, 1, 'webgpu'],
    ['slow', 50, 1, 'wasm'],
  ])('is remembered for a device that is %s, for a while', async (_, webgpuMs, wasmMs, backend) => {
    const { visit, time } = machine(webgpuMs, wasmMs);
    const first = await visit();
    expect(first.backend).toBe(backend);
    expect(await visit()).toEqual(first);
    expect(time).toHaveBeenCalledOnce();
    vi.setSystemTime(Date.now() + speedDays * 86_400_000 + 1);
    await visit();
    expect(time).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['', 1, 'wasm', ['webgpu', 'wasm']],
    [', and is what there is where WASM is not', null, 'webgpu', ['webgpu', 'wasm', 'webgpu']],
  ] as const)('is none where a processor says that it plays the card%s', async (_, wasmMs, backend, order) => {
    const { visit, opened, time } = machine(1, wasmMs, 'google swiftshader');
    const report = await visit();
    expect(report.backend).toBe(backend);
    expect(report.rejected).toMatchObject([
      backend === 'wasm' ? { backend: 'webgpu', why: 'slow' } : { backend: 'wasm' },
    ]);
    expect([opened, time.mock.calls]).toEqual([order, []]);
  });

  it('is what it was measured to be, whatever it is called', async () => {
    await rememberSpeeds('llvmpipe', { webgpuMs: 1, at: Date.now() });
    expect((await machine(1, 1, 'llvmpipe').visit()).backend).toBe('webgpu');
  });

  it('is made anew for another device', async () => {
    await machine(50, 1).visit();
    expect((await machine(1, 1, 'another GPU').visit()).backend).toBe('webgpu');
  });

  it('is made at every visit where nothing can be kept', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const { visit, time } = machine(50, 1);
    await visit();
    expect((await visit()).backend).toBe('wasm');
    expect(time).toHaveBeenCalledTimes(2);
  });

  it.each<[string, DeviceOptions]>([
    ['one was asked for', { backend: 'webgpu' }],
    ['WASM has failed before', { exclude: ['wasm'] }],
  ])('is none where %s', async (_, options) => {
    const { visit, time } = machine(50, 1);
    expect((await visit(options)).backend).toBe('webgpu');
    expect(time).not.toHaveBeenCalled();
  });

  it('passes over a WebGPU that does not answer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { visit, time } = machine(50, 1);
    time.mockReturnValue(new Promise(() => {}));
    const visiting = visit();
    await eventually(() => expect(time).toHaveBeenCalled());
    await vi.advanceTimersByTimeAsync(limits.device.selfTestTimeoutMs);
    expect((await visiting).rejected).toMatchObject([{ backend: 'webgpu', why: 'late' }]);
  });
});

describe('the time that work takes', () => {
  it('has no part of waiting for the answer, and none of compiling', async () => {
    vi.useFakeTimers();
    // As Firefox does it: whatever it was, it is told at the next tick of 100 ms.
    const told = (ms: number) => sleep(Math.ceil(ms / 100) * 100);
    let compiled = 0;
    const measured = (ms: number) => {
      compiled = 0;
      return workMs(
        () => told(1),
        () => told(ms + (compiled++ === 0 ? 3_000 : 0)),
      );
    };
    const gpu = measured(3);
    await vi.runAllTimersAsync();
    expect(await gpu).toBe(0);
    const software = measured(320);
    await vi.runAllTimersAsync();
    expect(await software).toBe(300);
  });
});
