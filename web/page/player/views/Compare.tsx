/** A line that is drawn between two pictures: a native range input over both, as in the studio. */

import { Icon } from '../../parts/Icon';
import { formatPercent } from '../../words/format';
import { words } from '../../words/player';
import { comparison, setComparison } from '../state/share';

const largeStep = 10;

/** Page keys and Shift with arrows step by ten in every browser alike. */
function onKeyDown(event: KeyboardEvent): void {
  const up = event.key === 'PageUp' || (event.shiftKey && (event.key === 'ArrowRight' || event.key === 'ArrowUp'));
  const down = event.key === 'PageDown' || (event.shiftKey && (event.key === 'ArrowLeft' || event.key === 'ArrowDown'));
  if (!up && !down) return;
  event.preventDefault();
  setComparison(comparison.value + (up ? largeStep : -largeStep));
}

/** @param left what is shown left of the line, `right` what is right of it, in a word each. */
export function Compare({ left, right }: { readonly left: string; readonly right: string }) {
  const t = words.value;
  const percent = comparison.value;
  const share = (part: number) => formatPercent(t.tag, part / 100);
  return (
    <>
      <span class="compare-line" aria-hidden="true">
        <span class="compare-knob">
          <Icon name="drag" />
        </span>
      </span>
      <span class="compare-tag before" aria-hidden="true" hidden={percent < 15}>
        {left}
      </span>
      <span class="compare-tag after" aria-hidden="true" hidden={percent > 85}>
        {right}
      </span>
      <input
        class="compare-range"
        data-testid="compare"
        type="range"
        min={0}
        max={100}
        step={1}
        value={percent}
        aria-label={`${t.compare.label}: ${left}, ${right}`}
        aria-valuetext={`${left} ${share(percent)}, ${right} ${share(100 - percent)}`}
        onInput={(event) => setComparison(event.currentTarget.valueAsNumber)}
        onKeyDown={onKeyDown}
      />
    </>
  );
}
