/** What crosses the boundary for one training, over its own port; commands are those of a run (protocol.ts). */
import type { Outcome, Pixels, Progress, TrainResult } from '../api';
import { isFields, isOutcome, isPixels, isProgress } from './protocol';

/** Worker → page. `trained` is the last one. */
export type TrainingMessage =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'samples'; readonly samples: readonly Pixels[]; readonly step: number }
  | { readonly type: 'checkpoint'; readonly checkpoint: Uint8Array<ArrayBuffer>; readonly step: number }
  | { readonly type: 'trained'; readonly outcome: Outcome<TrainResult> };

export function isTrainingMessage(value: unknown): value is TrainingMessage {
  if (!isFields(value)) return false;
  switch (value.type) {
    case 'progress':
      return isProgress(value.progress);
    case 'samples':
      return Array.isArray(value.samples) && value.samples.every(isPixels);
    case 'checkpoint':
      return value.checkpoint instanceof Uint8Array;
    case 'trained':
      return isOutcome(value.outcome);
    default:
      return false;
  }
}
