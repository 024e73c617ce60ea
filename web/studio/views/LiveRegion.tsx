/** A run, said: on a change of phase, at its milestones and at its end, never per step. */
import { useSignal, useSignalEffect } from '@preact/signals';
import type { StudioWords } from '../../../shared/words/studio';
import type { Phase } from '../../engine/api';
import { runStatus } from '../../page/run/drive';
import { dictionary } from '../state/language';
import { painting, phase, runTechnique } from '../state/run';

/** The main phase is called by what is being made. */
export const phaseName = (phase: Phase, t: StudioWords): string =>
  phase === 'optimise' ? t.techniques[runTechnique.value].doing : t.run.phases[phase];

/** Speaks for the run to screen readers: on a change of phase and at its end, never per step. */
export function LiveRegion() {
  const said = useSignal('');
  const wasBusy = useSignal(false);
  useSignalEffect(() => {
    const t = dictionary.value;
    const status = runStatus.value;
    const now = phase.value;
    if (status === 'paused') said.value = t.run.pausing;
    else if (status === 'cancelling') said.value = t.run.cancelling;
    else if (now) said.value = phaseName(now, t);
    else if (wasBusy.peek()) said.value = painting.peek()?.complete ? t.run.done : painting.peek() ? t.run.stopped : '';
    wasBusy.value = status !== 'idle';
  });
  return (
    <p class="visually-hidden" role="status" aria-live="polite" data-testid="live">
      {said.value}
    </p>
  );
}
