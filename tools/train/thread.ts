/** One thread of a training: a backend of its own, asked for gradients over comlink. */
import { parentPort } from 'node:worker_threads';
import { expose, transfer } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { PerceptualGradient, Picture } from '../../web/engine/train/gradient';
import type { TransformerParameters } from '../../web/engine/transformer/parameters';
import { openSource, type Setting } from './setting';

let source: PerceptualGradient | undefined;

const thread = {
  async open(setting: Setting): Promise<void> {
    source = await openSource(setting);
  },
  async gradient(parameters: TransformerParameters, pictures: readonly Picture[]) {
    if (!source) throw new Error('The thread is not open.');
    const result = await source.gradient(parameters, pictures);
    return transfer(result, [result.gradient.buffer]);
  },
};
export type Thread = typeof thread;

if (parentPort) expose(thread, nodeEndpoint(parentPort));
