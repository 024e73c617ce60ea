// SIMD kernels of the WASM backend, compiled by AssemblyScript (tools/kernels.ts) to a module that imports
// TensorFlow.js' own WASM memory: every pointer is an address of a tensor there. The module owns no memory,
// has no static data and allocates nothing, so it cannot disturb its host.

export { winogradConv, winogradScratchFloats } from './winograd';
export { moments, affine } from './features';
export {
  channelAffine, channelAffineScratchFloats, channelMoments, channelMomentsScratchFloats,
} from './channels';
export { adam } from './adam';
export { totalVariation } from './variation';
export { filterGrad, filterGradScratchFloats } from './filterGrad';
export { directConv, directScratchFloats } from './direct';
