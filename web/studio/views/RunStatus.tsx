/** How far a run is: the phases in order, and the numbers of the one under way. */
import type { StudioWords } from '../../../shared/words/studio';
import { type Phase, type Progress, phases } from '../../engine/api';
import { progress, runStatus } from '../../page/run/drive';
import { formatBytes, formatDecimal, formatDuration, formatInteger, formatSize } from '../../page/words/format';
import { livePreview } from '../state/appearance';
import { dictionary } from '../state/language';
import { wasHidden } from '../state/presence';
import { phaseName } from './LiveRegion';

/**
 * Each fact has a place of its own, empty while it is unknown: numbers that come and change move nothing.
 * @returns slot names and texts, in order.
 */
function facts(now: Progress, t: StudioWords): readonly (readonly [string, string])[] {
  const tag = t.tag;
  if (now.phase === 'weights' && now.bytes) {
    const bytes = t.run.bytes(formatBytes(tag, now.bytes.loaded), formatBytes(tag, now.bytes.total));
    return [
      ['bytes', bytes],
      ['source', now.bytes.cached ? t.run.cached : ''],
    ];
  }
  if (now.phase !== 'optimise') return [];
  const { scale, msPerStep, remainingMs, memoryBytes } = now;
  const size = scale && formatSize(tag, scale.width, scale.height);
  const index = scale && t.run.scale(formatInteger(tag, scale.index), formatInteger(tag, scale.count), size ?? '');
  return [
    ['step', t.run.step(formatInteger(tag, now.step), formatInteger(tag, now.steps))],
    ['remaining', remainingMs === undefined ? '' : t.run.remaining(formatDuration(tag, remainingMs))],
    ['scale', index ?? ''],
    ['speed', msPerStep === undefined ? '' : t.run.msPerStep(formatDecimal(tag, msPerStep, msPerStep < 10 ? 1 : 0))],
    ['memory', memoryBytes === undefined ? '' : t.run.memory(formatBytes(tag, memoryBytes))],
  ];
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

function heading(now: Progress, t: StudioWords): string {
  if (runStatus.value === 'paused') return t.run.pausing;
  if (runStatus.value === 'cancelling') return t.run.cancelling;
  return phaseName(now.phase, t);
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
        {facts(now, t).map(([slot, text]) => (
          <span key={slot}>{text}</span>
        ))}
      </p>
      {note && <p class="run-note">{note}</p>}
    </section>
  );
}
