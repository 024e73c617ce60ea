/** How large what hangs is to be on paper, and the painting of it. A chunk of its own. */
import '../state/partWords';
import { useSignal } from '@preact/signals';
import { limits } from '../../../shared/limits';
import { type Paper, papers, printSize } from '../../page/output/paper';
import { describeError } from '../../page/words/describe';
import { formatDuration, formatPercent, formatSize } from '../../page/words/format';
import { print, printing, stopPrinting } from '../print/session';
import { dictionary } from '../state/language';
import { printOpen, shownPixels } from '../state/view';
import { Dialog } from './Dialog';
import { ChoiceField, SelectField } from './fields/controls';

const own = 'own';
const dots = [150, 200, 300] as const;

export default function PrintDialog() {
  const t = dictionary.value;
  const paper = useSignal<Paper | typeof own>('a4');
  const centimetres = useSignal(40);
  const dpi = useSignal<number>(200);
  const shown = shownPixels.value?.pixels;
  const state = printing.value;
  const size = shown && printSize(shown, paper.value === own ? 10 * centimetres.value : paper.value, dpi.value);
  const names = [...(Object.keys(papers) as Paper[]), own] as const;
  const isLargest = size && Math.max(size.width, size.height) === limits.print.maxSide;
  return (
    <Dialog
      name="print"
      testId="print-dialog"
      class="print-dialog"
      heading={t.print.heading}
      data={{ 'data-state': state.at }}
      onClose={() => {
        printOpen.value = false;
      }}
    >
      <SelectField
        label={t.print.paper}
        help={t.print.help}
        testId="print-paper"
        choices={names.map((name) => ({
          value: name,
          label: name === 'letter' || name === own ? t.print.papers[name] : name.toUpperCase(),
        }))}
        value={paper.value}
        onValue={(name) => {
          paper.value = name as Paper | typeof own;
        }}
      />
      {paper.value === own && (
        <div class="field">
          <label for="print-side">{t.print.side}</label>
          <input
            id="print-side"
            data-testid="print-side"
            type="number"
            min={5}
            max={200}
            value={centimetres.value}
            onInput={({ currentTarget: { valueAsNumber: value } }) => {
              if (value >= 5 && value <= 200) centimetres.value = value;
            }}
          />
        </div>
      )}
      <ChoiceField
        label={t.print.dpi}
        help={t.print.dpiHelp}
        testId="print-dpi"
        choices={dots.map((value) => ({ value, label: String(value) }))}
        value={dpi.value}
        onValue={(value) => {
          dpi.value = value;
        }}
      />
      {size && (
        <p role="status" data-testid="print-size">
          {t.print.size(formatSize(t.tag, size.width, size.height))} {isLargest && t.print.largest}
        </p>
      )}
      {state.at === 'failed' && (
        <p class="share-error" role="alert" data-testid="print-error" data-code={state.error.code}>
          {state.error.code === 'unavailable' ? t.print.unwritten : describeError(state.error, t)}
        </p>
      )}
      {state.at === 'done' && (
        <p role="status" data-testid="print-done">
          {t.print.done}
        </p>
      )}
      {state.at === 'painting' ? (
        <div class="print-under-way">
          <p role="status">
            {t.print.painting(formatPercent(t.tag, state.share))}
            {state.remainingMs !== undefined && ` · ${t.status.remaining(formatDuration(t.tag, state.remainingMs))}`}
          </p>
          <progress class="share-progress" max={1} value={state.share} aria-label={t.print.heading} />
          <button type="button" class="wide" data-testid="print-stop" onClick={stopPrinting}>
            {t.run.cancel}
          </button>
        </div>
      ) : (
        <button
          type="button"
          class="primary wide"
          data-testid="print-start"
          disabled={!size}
          onClick={() => size && void print(size, dpi.value)}
        >
          {t.print.start}
        </button>
      )}
    </Dialog>
  );
}
