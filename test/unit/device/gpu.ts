/** WebGPU for the tests of this folder: by Dawn, on SwiftShader where the machine has no GPU. */
import { provideNodeGpu } from '../../../tools/nodeGpu';

/** Null where there is neither a Vulkan driver nor a Chromium that brings one; the caller's tests then skip themselves. */
export const gpu = await provideNodeGpu();

if (!gpu) console.warn('No Vulkan driver and no Chromium found: the WebGPU tests that run in Node are left out.');
