/** The worker's side of one training: tied to its port, as `expose.ts` ties runs to theirs. */
import type { Engine, TrainRequest } from '../api';
import { isCommandMessage, toOutcome } from './protocol';
import type { TrainingMessage } from './trainingProtocol';

/** Returns when it has begun; the outcome follows on the port. */
export function carryTraining(engine: Engine, request: TrainRequest, port: MessagePort): void {
  const post = (message: TrainingMessage, transfer: Transferable[] = []) => port.postMessage(message, transfer);
  let taken = () => {};
  const training = engine.train(request, {
    onProgress: (progress) => post({ type: 'progress', progress }),
    onSamples: (samples, step) => {
      const buffers = samples.map(({ data }) => data.buffer);
      post({ type: 'samples', samples, step }, buffers);
      return new Promise<void>((resolve) => {
        taken = resolve;
      });
    },
    onCheckpoint: (checkpoint, step) => post({ type: 'checkpoint', checkpoint, step }, [checkpoint.buffer]),
  });
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (!isCommandMessage(data)) return;
    if (data.type === 'preview-taken') taken();
    else training[data.type]();
  };
  toOutcome(() => training.result).then((outcome) => post({ type: 'trained', outcome }));
}
