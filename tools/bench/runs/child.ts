/** Whole runs of the engine as the command line starts them, with what they leave behind. */
import * as tf from '@tensorflow/tfjs-core';
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import type { Engine } from '../../../web/engine/api';
import { createLocalEngine } from '../../../web/engine/host/engine';
import { pixelsOf } from '../../../web/engine/images/pictures';
import { assets } from '../../files';
import { localFetch } from '../../weights/localFetch';
import { landscape, painting } from '../engine/problem';
import { serve } from '../process';

const size = 96;

export interface Held {
  readonly tensors: number;
  readonly buffers: number;
  readonly bytes: number;
  readonly heapBytes: number;
}

let engine: Engine | null = null;

const handlers = {
  /** One run over a pyramid of two scales; what is held when it has ended. */
  async run(seed: number): Promise<Held> {
    tf.env().set('PROD', true);
    engine ??= createLocalEngine({
      baseUrl: 'http://localhost',
      backend: 'wasm',
      fetch: localFetch(assets),
    });
    const recipe = parseRecipe({
      technique: 'style',
      version: recipeVersion,
      size,
      seed,
      // From noise, so that no run repeats another.
      start: 'noise',
      styles: [{ image: null }],
      schedule: { minSize: 64, firstSteps: 3, steps: 2 },
    });
    const inputs = { content: pixelsOf(landscape(size, 72)), styles: [pixelsOf(painting(size, size))] };
    const { complete } = await engine.run({ recipe, inputs }).result;
    if (!complete) throw new Error('The run did not complete.');
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    const { wasm } = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } };
    return { tensors: numTensors, buffers: numDataBuffers, bytes: numBytes, heapBytes: wasm.HEAPU8.byteLength };
  },
};

export type RunHandlers = typeof handlers;
serve(handlers);
