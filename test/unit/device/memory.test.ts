/** The memory budget: what a device may hold, from what a browser says about it. */
import { describe, expect, it } from 'vitest';
import { limits } from '../../../shared/limits';
import { isMobile, memoryBudget } from '../../../web/engine/device/memory';

const { budget } = limits.device;
const gibibyte = 1024 ** 3;

describe('memoryBudget', () => {
  it('is the same small one on every phone', () => {
    for (const backend of ['webgpu', 'wasm'] as const)
      expect(memoryBudget({ backend, mobile: true, maxBufferSize: 4 * gibibyte, deviceMemory: 8 })).toBe(
        budget.mobileBytes,
      );
  });

  it('grows with the largest buffer of the GPU, between two bounds', () => {
    const of = (maxBufferSize: number) => memoryBudget({ backend: 'webgpu', maxBufferSize, deviceMemory: 8 });
    expect(of(256 * 1024 ** 2)).toBe(budget.webgpuMinBytes);
    expect(of(gibibyte)).toBe(gibibyte);
    expect(of(64 * gibibyte)).toBe(budget.webgpuMaxBytes);
  });

  it('takes at most a quarter of a small machine', () => {
    expect(memoryBudget({ backend: 'wasm', deviceMemory: 2 })).toBe(gibibyte / 2);
    expect(memoryBudget({ backend: 'wasm', deviceMemory: 0.5 })).toBe(gibibyte / 8);
    expect(memoryBudget({ backend: 'wasm' })).toBe(budget.wasmBytes);
  });
});

describe('isMobile', () => {
  it.each([
    ['Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36', 0, true],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Mobile', 5, true],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15', 5, true],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15', 0, false],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36', 0, false],
  ])('tells %s with %i touch points', (userAgent, maxTouchPoints, expected) => {
    expect(isMobile({ userAgent, maxTouchPoints })).toBe(expected);
  });
});
