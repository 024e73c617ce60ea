// SIMD kernels of the WASM backend, compiled by AssemblyScript (tools/kernels.ts) to a module that imports
// TensorFlow.js' own WASM memory: every pointer is an address of a tensor there. The module owns no memory,
// has no static data and allocates nothing, so it cannot disturb its host.

//
// A kernel that may be divided takes `first, end, scratch` last: the part of it that is to be done, and where.

export { winogradConv, winogradFilterFloats, winogradFilters, winogradScratchFloats } from './winograd';
export { affine, moments, momentsEnd, momentsFloats, momentsSlice } from './features';
export { covarianceError, covarianceSlopes, enlarge, enlargeScratchFloats, settle } from './heads';
export {
  channelAffine, channelAffineScratchFloats, channelAffineUnit,
  channelMoments, channelMomentsBlocks, channelMomentsEnd, channelMomentsSlice, positionGain,
} from './channels';
export { adam } from './adam';
export { averagePool, averagePoolGrad } from './pooling';
export { spline, splineScratchFloats } from './spline';
export { zero } from './vector';
export { totalVariation } from './variation';
export { filterGrad, filterGradBlocks, filterGradScratchFloats } from './filterGrad';
export { directConv, directFilter, directFilterFloats, directScratchFloats } from './direct';
