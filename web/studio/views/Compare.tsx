/**
 * The comparison: a native range input over the two pictures, so that keys, touch and screen readers work
 * as they do everywhere. The input is wider than the frame by one thumb, which puts the thumb's centre
 * exactly at its percentage.
 */

import { Icon } from '../../page/parts/Icon';
import { formatPercent } from '../../page/words/format';
import { dictionary } from '../state/language';
import { comparison, setComparison } from '../state/view';

const largeStep = 10;

/** Page keys and Shift with arrows step by ten in every browser alike. */
function onKeyDown(event: KeyboardEvent): void {
  const up = event.key === 'PageUp' || (event.shiftKey && (event.key === 'ArrowRight' || event.key === 'ArrowUp'));
  const down = event.key === 'PageDown' || (event.shiftKey && (event.key === 'ArrowLeft' || event.key === 'ArrowDown'));
  if (!up && !down) return;
  event.preventDefault();
  setComparison(comparison.value + (up ? largeStep : -largeStep));
}

export function Compare() {
  const t = dictionary.value;
  const percent = comparison.value;
  return (
    <>
      <span class="compare-line" aria-hidden="true">
        <span class="compare-knob">
          <Icon name="drag" />
        </span>
      </span>
      {percent > 12 && (
        <span class="compare-tag before" aria-hidden="true">
          {t.result.before}
        </span>
      )}
      {percent > 12 && percent < 88 && (
        <span class="compare-tag after" aria-hidden="true">
          {t.result.after}
        </span>
      )}
      <input
        class="compare-range"
        data-testid="compare"
        type="range"
        min={0}
        max={100}
        step={1}
        value={percent}
        aria-label={t.result.compare}
        aria-valuetext={t.result.compareValue(
          formatPercent(t.tag, percent / 100),
          formatPercent(t.tag, 1 - percent / 100),
        )}
        onInput={(event) => setComparison(event.currentTarget.valueAsNumber)}
        onKeyDown={onKeyDown}
      />
    </>
  );
}
