/** onnxruntime-web in Node, on its WASM provider: the other runtime that our own is compared with. */
import * as ort from 'onnxruntime-web';
import { type OnnxSize, onnxInput, onnxOutput } from './transformer';

export interface OnnxSession {
  /** `[3, H, W]` to the same. */
  run(image: Float32Array, size: OnnxSize): Promise<Float32Array>;
  release(): Promise<void>;
}

/**
 * @param threads of this process' sessions: the first call decides. Without, what onnxruntime-web takes by itself.
 */
export async function openOnnx(model: Uint8Array, threads?: number): Promise<OnnxSession> {
  if (threads !== undefined) ort.env.wasm.numThreads = threads;
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  });
  return {
    async run(image, { height, width }) {
      const input = new ort.Tensor('float32', image, [1, 3, height, width]);
      const results = await session.run({ [onnxInput]: input });
      const data = results[onnxOutput]?.data;
      if (!(data instanceof Float32Array)) throw new Error('onnxruntime-web gave no picture back.');
      return data;
    },
    release: () => session.release(),
  };
}

/** What the sessions run on, for people; asked after a session was opened. */
export const onnxThreads = (): number => ort.env.wasm.numThreads ?? 1;
export const onnxVersion = ort.env.versions.web ?? 'unknown';
