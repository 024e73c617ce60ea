/** WebGPU in Node: Dawn, from the `webgpu` package, where a Vulkan driver is installed. */

/**
 * Gives this process `navigator.gpu` and WebGPU's constants, as a browser has them. Call before the engine
 * opens a device. Which driver is used is Vulkan's choice: `VK_DRIVER_FILES` names one.
 */
export async function provideWebGPU(): Promise<void> {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const navigator: object = Reflect.get(globalThis, 'navigator') ?? {};
  Object.defineProperty(navigator, 'gpu', { value: create([]), configurable: true });
  // Node 20 has no navigator of its own.
  if (!('navigator' in globalThis)) {
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  }
}
