/** Runs in a Web Worker of the browser under test: one load through the real loader, and what came of it. */
import { ReverieError } from '../../shared/errors';
import { indexedDbStore, loadWeights, type WeightsProgress } from '../../web/engine/weights';

/** Plain data: it crosses to the page and from there to the test. */
export interface LoadReport {
  readonly error: string | null;
  readonly fromCache: boolean;
  readonly parameters: number;
  /** Sum of all absolute values: tells decoded weights from zeros. */
  readonly magnitude: number;
  readonly progress: readonly WeightsProgress[];
}

async function report(id: string): Promise<LoadReport> {
  const progress: WeightsProgress[] = [];
  const failed = { fromCache: false, parameters: 0, magnitude: 0, progress };
  try {
    const { parameters, fromCache } = await loadWeights({
      baseUrl: location.origin,
      id,
      store: indexedDbStore(),
      onProgress: (record) => progress.push(record),
    });
    const values = [...parameters.values()].flatMap((parameter) => [...parameter.values]);
    const magnitude = values.reduce((sum, value) => sum + Math.abs(value), 0);
    return { error: null, fromCache, parameters: values.length, magnitude, progress };
  } catch (cause) {
    return { ...failed, error: ReverieError.from(cause).code };
  }
}

self.addEventListener('message', async ({ data }: MessageEvent<string>) => {
  self.postMessage(await report(data));
});
