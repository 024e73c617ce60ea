export { registerWasmKernels } from './register';
export { onSharedMemory } from './sharedMemory';
