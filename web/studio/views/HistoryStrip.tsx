/** What was made here, newest first, in a row: press one and it hangs again. All of it, with names, in a dialog. */
import '../state/partWords';
import { addressOf } from '../../page/parts/blobAddress';
import { busy } from '../../page/run/drive';
import type { Entry } from '../history/store';
import { history, historyOpen, openEntry } from '../state/kept';
import { dictionary } from '../state/language';

const keeper = () => import('../history/keeper');

export const open = (entry: Entry) => void keeper().then(({ openResult }) => openResult(entry));

export function HistoryStrip() {
  const t = dictionary.value;
  const entries = history.value;
  if (entries.length === 0) return null;
  return (
    <div class="history" data-testid="history">
      <ul aria-label={t.history.heading}>
        {entries.slice(0, 24).map((entry) => (
          <li key={entry.id}>
            <button
              type="button"
              class="history-item"
              data-testid="history-item"
              disabled={busy.value}
              aria-label={t.history.open(entry.name || entry.title)}
              title={entry.name || entry.title}
              aria-current={entry.id === openEntry.value}
              onClick={() => open(entry)}
            >
              <img src={addressOf(entry.thumbnail)} alt="" width={56} height={56} decoding="async" />
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="quiet"
        data-testid="history-open"
        onClick={() => {
          historyOpen.value = true;
        }}
      >
        {t.history.all}
      </button>
    </div>
  );
}
