/** How far a run is, in one line; the phases in order; the numbers of the one under way for who wants them. */
import '../state/partWords';
import { useEffect } from 'preact/hooks';
import type { StudioWords } from '../../../shared/words/studio';
import { type Phase, type Progress, phases } from '../../engine/api';
import { busy, progress, runStatus } from '../../page/run/drive';
import {
  formatBytes,
  formatDecimal,
  formatDuration,
  formatInteger,
  formatPercent,
  formatSize,
} from '../../page/words/format';
import { canAsk, mayAsk, tellEnd } from '../output/notify';
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
    const bytes = t.status.bytes(formatBytes(tag, now.bytes.loaded), formatBytes(tag, now.bytes.total));
    return [
      ['bytes', bytes],
      ['source', now.bytes.cached ? t.status.cached : ''],
    ];
  }
  if (now.phase !== 'optimise') return [];
  const { scale, msPerStep, memoryBytes } = now;
  const size = scale && formatSize(tag, scale.width, scale.height);
  const index = scale && t.status.scale(formatInteger(tag, scale.index), formatInteger(tag, scale.count), size ?? '');
  return [
    ['step', t.status.step(formatInteger(tag, now.step), formatInteger(tag, now.steps))],
    ['scale', index ?? ''],
    ['speed', msPerStep === undefined ? '' : t.status.msPerStep(formatDecimal(tag, msPerStep, msPerStep < 10 ? 1 : 0))],
    ['memory', memoryBytes === undefined ? '' : t.status.memory(formatBytes(tag, memoryBytes))],
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

/** Below, nobody goes away meanwhile, milliseconds. */
const longMs = 30_000;

export function RunStatus() {
  const t = dictionary.value;
  const now = progress.value;
  useEffect(() => {
    const begun = performance.now();
    return () => {
      if (!busy.peek() && performance.now() - begun > longMs) void tellEnd(dictionary.peek().run.done);
    };
  }, []);
  if (!now) return null;
  const { remainingMs } = now;
  const done = formatPercent(t.tag, fraction(now));
  const left = remainingMs === undefined ? '' : t.status.remaining(formatDuration(t.tag, remainingMs));
  const line = [heading(now, t), now.steps > 1 || now.bytes ? done : '', left]
    .filter((part) => part !== '')
    .join(' · ');
  const note = wasHidden.value ? t.status.hidden : livePreview.value ? null : t.status.previewOff;
  return (
    <section
      class="run"
      aria-label={t.status.region}
      data-testid="run-status"
      data-phase={now.phase}
      data-status={runStatus.value}
    >
      <div
        class="phases"
        role="progressbar"
        aria-label={heading(now, t)}
        aria-valuenow={Math.round(100 * fraction(now))}
        aria-valuetext={line}
        data-testid="run-bar"
      >
        {phases.map((phase) => (
          <span
            key={phase}
            class={stateOf(phase, now)}
            style={{ '--done': stateOf(phase, now) === 'now' ? fraction(now) : 0 }}
          />
        ))}
      </div>
      <p class="run-heading">{line}</p>
      {remainingMs !== undefined && remainingMs > longMs && canAsk.value && (
        <button type="button" class="link small" data-testid="tell-end" onClick={() => void mayAsk()}>
          {t.status.tell}
        </button>
      )}
      <details class="run-details">
        <summary>{t.status.details}</summary>
        <p class="run-facts" data-testid="run-facts">
          {facts(now, t).map(([slot, text]) => (
            <span key={slot}>{text}</span>
          ))}
        </p>
      </details>
      {note && <p class="run-note">{note}</p>}
    </section>
  );
}
