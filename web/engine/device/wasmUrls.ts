/** Where the bundler put the WebAssembly binaries. Only ever imported in browsers: Node cannot import URLs. */
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';

export const wasmUrls = {
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  // setWasmPaths wants all three; wasmBackend.ts turns threads off, so this one is never asked for.
  'tfjs-backend-wasm-threaded-simd.wasm': simd,
};
