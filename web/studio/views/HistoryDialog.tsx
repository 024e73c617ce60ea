/** All that was made here: by name, side by side, how much room it takes, and how it is taken away. A chunk of its own. */
import '../state/partWords';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { limits } from '../../../shared/limits';
import { addressOf } from '../../page/parts/blobAddress';
import { formatBytes, formatInteger } from '../../page/words/format';
import { deleteResult, forgetAll, renameResult } from '../history/keeper';
import { type Entry, picturesOf } from '../history/store';
import { chooseKeepsWork, keepsWork } from '../state/history';
import { history, historyOpen, isKept } from '../state/kept';
import { dictionary } from '../state/language';
import { Dialog } from './Dialog';
import { CheckField } from './fields/controls';
import { open } from './HistoryStrip';
import { NoticeBar } from './NoticeBar';

export default function HistoryDialog() {
  const t = dictionary.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const compared = useSignal<readonly string[]>([]);
  const entries = history.value;
  const pair = compared.value.flatMap((id) => entries.find((entry) => entry.id === id) ?? []);
  const toggle = (id: string) => {
    const others = compared.value.filter((each) => each !== id);
    compared.value = others.length < compared.value.length ? others : [...others, id].slice(-2);
  };
  return (
    <Dialog
      name="history"
      testId="history-dialog"
      class="history-dialog"
      heading={t.history.heading}
      dialog={dialog}
      onClose={() => {
        historyOpen.value = false;
      }}
    >
      {pair.length === 2 && <SideBySide pair={pair} />}
      <p class="help">{pair.length === 1 ? t.history.another : t.history.help}</p>
      <ul class="history-grid">
        {entries.map((entry) => (
          <Item
            key={entry.id}
            entry={entry}
            compared={compared.value.includes(entry.id)}
            onCompare={() => toggle(entry.id)}
            onOpen={() => {
              open(entry);
              dialog.current?.close();
            }}
          />
        ))}
      </ul>
      <Storage />
      <NoticeBar />
    </Dialog>
  );
}

interface ItemProps {
  readonly entry: Entry;
  readonly compared: boolean;
  readonly onCompare: () => void;
  readonly onOpen: () => void;
}

function Item({ entry, compared, onCompare, onOpen }: ItemProps) {
  const t = dictionary.value;
  const name = entry.name || entry.title;
  return (
    <li data-testid="history-entry">
      <button type="button" class="history-item" aria-label={t.history.open(name)} onClick={onOpen}>
        <img src={addressOf(entry.thumbnail)} alt="" decoding="async" />
      </button>
      <input
        type="text"
        data-testid="history-name"
        aria-label={t.history.name(entry.title)}
        placeholder={entry.title}
        maxLength={80}
        value={entry.name}
        onChange={(event) => void renameResult(entry, event.currentTarget.value)}
      />
      <div class="history-tools">
        <button type="button" class="quiet" data-testid="history-compare" aria-pressed={compared} onClick={onCompare}>
          {t.history.compare}
        </button>
        <button type="button" class="quiet" data-testid="history-delete" onClick={() => deleteResult(entry)}>
          {t.history.delete}
        </button>
      </div>
    </li>
  );
}

function SideBySide({ pair }: { readonly pair: readonly Entry[] }) {
  const t = dictionary.value;
  const when = new Intl.DateTimeFormat(t.tag, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <div class="history-pair" data-testid="history-pair">
      {pair.map((entry) => (
        <figure key={entry.id}>
          <Large entry={entry} />
          <figcaption>
            {entry.name || entry.title}
            <small>{when.format(new Date(entry.at))}</small>
          </figcaption>
        </figure>
      ))}
    </div>
  );
}

/** The thumbnail, until the picture itself is read. */
function Large({ entry }: { readonly entry: Entry }) {
  const picture = useSignal(entry.thumbnail);
  useEffect(() => {
    void picturesOf(entry.id).then((kept) => {
      if (kept) picture.value = kept.picture;
    });
  }, [entry.id]);
  return <img src={addressOf(picture.value)} alt={entry.title} />;
}

function Storage() {
  const t = dictionary.value;
  const sure = useSignal(false);
  const bytes = history.value.reduce((sum, entry) => sum + entry.bytes, 0);
  return (
    <section class="history-storage" data-testid="history-storage">
      <p role="status">
        {isKept.value
          ? t.history.storage(
              formatInteger(t.tag, history.value.length),
              formatBytes(t.tag, bytes),
              formatBytes(t.tag, limits.history.maxBytes),
            )
          : t.history.unkept}
      </p>
      <CheckField
        label={t.history.keeps}
        help={t.history.keepsHelp}
        testId="keep-work"
        checked={keepsWork.value}
        onValue={chooseKeepsWork}
      />
      {history.value.length > 0 && (
        <button
          type="button"
          data-testid="history-clear"
          onClick={() => {
            if (sure.value) void forgetAll();
            sure.value = !sure.value;
          }}
        >
          {sure.value ? t.history.clearReally : t.history.clear}
        </button>
      )}
    </section>
  );
}
