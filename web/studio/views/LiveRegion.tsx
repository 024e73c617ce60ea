/** A run, said: on a change of phase, at its milestones and at its end, never per step. */
import { computed, useSignal, useSignalEffect } from '@preact/signals';
import type { StudioWords } from '../../../shared/words/studio';
import type { Phase } from '../../engine/api';
import { progress, runStatus } from '../../page/run/drive';
import { formatPercent } from '../../page/words/format';
import { dictionary } from '../state/language';
import { painting, phase, runTechnique } from '../state/run';

/** The main phase is called by what is being made. */
export const phaseName = (phase: Phase, t: StudioWords): string =>
  phase === 'optimise' ? t.techniques[runTechnique.value].doing : t.run.phases[phase];

/** Quarters of the main phase that are done: 0 to 3. */
const quarters = computed(() => {
  const now = progress.value;
  return now?.phase === 'optimise' && now.steps > 3 ? Math.min(3, Math.floor((4 * now.step) / now.steps)) : 0;
});

/** Speaks for the run to screen readers: on a change of phase, at every quarter and at its end, never per step. */
export function LiveRegion() {
  const said = useSignal('');
  const wasBusy = useSignal(false);
  useSignalEffect(() => {
    const t = dictionary.value;
    const status = runStatus.value;
    const now = phase.value;
    if (status === 'paused') said.value = t.run.pausing;
    else if (status === 'cancelling') said.value = t.run.cancelling;
    else if (now) {
      const percent = quarters.value > 0 ? formatPercent(t.tag, quarters.value / 4) : '';
      said.value = [phaseName(now, t), percent].join(' ').trim();
    } else if (wasBusy.peek())
      said.value = painting.peek()?.complete ? t.run.done : painting.peek() ? t.run.stopped : '';
    wasBusy.value = status !== 'idle';
  });
  return (
    <p class="visually-hidden" role="status" aria-live="polite" data-testid="live">
      {said.value}
    </p>
  );
}
