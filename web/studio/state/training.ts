/** What a training looks like on the page. What carries it out (`training/session.ts`) comes with the first. */
import { computed, signal } from '@preact/signals';
import type { ReverieError } from '../../../shared/errors';
import type { TrainedPart } from '../../../shared/ownStyle';
import type { Pixels } from '../../engine/api';

export type TrainingStatus = 'preparing' | 'running' | 'paused' | 'stopping';

/** What an eye follows a training by. */
export interface Watched {
  /** Small; null until it is read. */
  readonly painting: Pixels | null;
  /** The photos that are painted on the way, and what they look like now. */
  readonly photos: readonly Pixels[];
  readonly samples: readonly Pixels[];
}

/** The training under way. */
export interface Training extends Watched {
  readonly id: string;
  readonly name: string;
  readonly trains: TrainedPart;
  readonly status: TrainingStatus;
  readonly step: number;
  readonly steps: number;
  readonly remainingMs: number | null;
  readonly curve: readonly { readonly step: number; readonly loss: number }[];
  /** False when only this page has it: storage is full or blocked. */
  readonly kept: boolean;
}

/** A style that was learned while its dialog was open. */
export interface Trained extends Watched {
  /** In recipes. */
  readonly id: string;
  readonly name: string;
  readonly kept: boolean;
}

export const training = signal<Training | null>(null);
export const trained = signal<Trained | null>(null);
export const trainOpen = signal(false);
/** Said in the dialog, which lies over the page's own notices. */
export const trainError = signal<ReverieError | null>(null);

/** The device is at work for it. */
export const isTraining = computed(() => training.value !== null && training.value.status !== 'paused');

export const openTraining = () => {
  trainError.value = null;
  trained.value = null;
  trainOpen.value = true;
};
