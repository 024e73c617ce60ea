/** How far a run is: the phases in order, and the numbers of the one under way. */
import { type Phase, type Progress, phases } from '../../engine/api';
import { formatBytes, formatDecimal, formatDuration, formatInteger, formatSize } from '../i18n/format';
import type { Dictionary } from '../i18n/index';
import { dictionary } from '../state/language';
import { wasHidden } from '../state/presence';
import { livePreview } from '../state/preview';
import { progress, runStatus } from '../state/run';

function facts(now: Progress, t: Dictionary): string[] {
  const tag = t.tag;
  const list: string[] = [];
  if (now.phase === 'optimise') list.push(t.run.step(formatInteger(tag, now.step), formatInteger(tag, now.steps)));
  if (now.bytes && now.phase === 'weights') {
    list.push(t.run.bytes(formatBytes(tag, now.bytes.loaded), formatBytes(tag, now.bytes.total)));
    if (now.bytes.cached) list.push(t.run.cached);
  }
  if (now.remainingMs !== undefined) list.push(t.run.remaining(formatDuration(tag, now.remainingMs)));
  if (now.scale && now.phase === 'optimise') {
    const { index, count, width, height } = now.scale;
    list.push(t.run.scale(formatInteger(tag, index), formatInteger(tag, count), formatSize(tag, width, height)));
  }
  if (now.msPerStep !== undefined)
    list.push(t.run.msPerStep(formatDecimal(tag, now.msPerStep, now.msPerStep < 10 ? 1 : 0)));
  if (now.memoryBytes !== undefined) list.push(t.run.memory(formatBytes(tag, now.memoryBytes)));
  return list;
}

/** 0..1 within the phase, by bytes where there are any. */
function fraction(now: Progress): number {
  if (now.phase === 'weights' && now.bytes && now.bytes.total > 0) return now.bytes.loaded / now.bytes.total;
  return now.steps > 0 ? Math.min(1, now.step / now.steps) : 0;
}

function stateOf(phase: Phase, now: Progress): 'done' | 'now' | 'next' {
  const difference = phases.indexOf(phase) - phases.indexOf(now.phase);
  return difference < 0 ? 'done' : difference === 0 ? 'now' : 'next';
}

function heading(now: Progress, t: Dictionary): string {
  if (runStatus.value === 'paused') return t.run.pausing;
  if (runStatus.value === 'cancelling') return t.run.cancelling;
  return t.run.phases[now.phase];
}

export function RunStatus() {
  const t = dictionary.value;
  const now = progress.value;
  if (!now) return null;
  const note = wasHidden.value ? t.run.hidden : livePreview.value ? null : t.run.previewOff;
  return (
    <section
      class="run"
      aria-label={t.run.region}
      data-testid="run-status"
      data-phase={now.phase}
      data-status={runStatus.value}
    >
      <ol class="phases" aria-hidden="true">
        {phases.map((phase) => (
          <li
            key={phase}
            class={stateOf(phase, now)}
            style={{ '--done': stateOf(phase, now) === 'now' ? fraction(now) : 0 }}
          />
        ))}
      </ol>
      <p class="run-heading">{heading(now, t)}</p>
      <p class="run-facts" data-testid="run-facts">
        {facts(now, t).map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
      {note && <p class="run-facts">{note}</p>}
    </section>
  );
}
