/** Runs in a Web Worker of the browser under test: a run on a small network, and what goes wrong with its device. */
import * as tf from '@tensorflow/tfjs-core';
import { parseRecipe } from '../../shared/recipe';
import type { RecipeInput } from '../../shared/techniques';
import type { BackendName, RunRecord } from '../../web/engine/api';
import { smallEngine } from '../support/smallEngine';
import { landscape } from '../unit/techniques/pictures';
import { believeQuick, spoilReads } from './support/gpuTrouble';

/**
 * `crashed`: the browser's GPU process, by the test. `destroyed`: only our device. `refused`: a command that the GPU does
 * not take. `out of memory`: a buffer that it has no room for. `gone`: destroyed, and no adapter is left.
 */
export type Trouble = 'crashed' | 'destroyed' | 'refused' | 'out of memory' | 'gone';

export interface TroubleTask {
  readonly recipe: RecipeInput;
  /** Of the photo, pixels. */
  readonly photo: readonly [width: number, height: number];
  readonly backend?: BackendName;
  /** Each after so many steps, those that are done again counted twice. */
  readonly troubles?: readonly (readonly [step: number, trouble: Trouble])[];
  /** To be fetched when the GPU process shall crash. */
  readonly crashPath: string;
  /** Numbers that are read from the GPU are wrong, from the start. */
  readonly wrong?: boolean;
}

/** Plain data: it crosses to the page and from there to the test. */
export interface TroubleOutcome {
  readonly record?: RunRecord;
  readonly complete?: boolean;
  /** Different values in the picture. */
  readonly colours?: number;
  /** Of every attempt: its backend, and the step that it began with. */
  readonly attempts: readonly { readonly backend: BackendName; readonly from?: number }[];
  readonly error?: { readonly code: string; readonly message: string };
}

async function provoke(trouble: Trouble, crashPath: string): Promise<void> {
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  if (trouble === 'crashed') await fetch(crashPath);
  if (trouble === 'gone') Reflect.set(navigator.gpu, 'requestAdapter', async () => null);
  if (trouble === 'destroyed' || trouble === 'gone') device.destroy();
  if (trouble === 'refused') device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
  // SwiftShader lends no buffer as large as it says it may be.
  if (trouble === 'out of memory') {
    device.createBuffer({ size: device.limits.maxBufferSize, usage: GPUBufferUsage.STORAGE });
  }
}

async function perform(task: TroubleTask): Promise<TroubleOutcome> {
  const { recipe, photo, backend, troubles = [], crashPath, wrong } = task;
  const attempts: { backend: BackendName; from?: number }[] = [];
  await believeQuick();
  if (wrong) spoilReads();
  const small = smallEngine(backend);
  small.onStep = async (step) => {
    for (const [at, trouble] of troubles) if (at === step) await provoke(trouble, crashPath);
  };
  try {
    const run = small.engine.run(
      { recipe: parseRecipe(recipe), inputs: { content: landscape(...photo), styles: [] } },
      {
        onDevice: (report) => attempts.push({ backend: report.backend }),
        onProgress: ({ phase, step }) => {
          const attempt = attempts.at(-1);
          if (attempt && phase === 'optimise') attempt.from ??= step;
        },
      },
    );
    const { record, complete, pixels } = await run.result;
    return { record, complete, colours: new Set(pixels.data).size, attempts };
  } catch (cause) {
    const { code = 'none', message } = cause as { code?: string; message: string };
    return { attempts, error: { code, message } };
  } finally {
    await small.engine.dispose();
  }
}

self.addEventListener('message', async ({ data }: MessageEvent<TroubleTask>) => {
  self.postMessage(await perform(data));
});
