/** Reporting a picture that should not hang here. */
import { useSignal } from '@preact/signals';
import { limits } from '../../../shared/limits';
import { reportReasons } from '../../../shared/share';
import { reportShare } from '../edge';
import { words } from '../i18n';
import { explain } from '../state/explain';
import { share } from '../state/share';

type Reason = (typeof reportReasons)[number];

export function Report() {
  const t = words.value.report;
  const stage = useSignal<'closed' | 'open' | 'busy' | 'sent'>('closed');
  const reason = useSignal<Reason>(reportReasons[0]);
  const note = useSignal('');
  if (stage.value === 'sent') {
    return (
      <p role="status" data-testid="reported">
        {t.sent}
      </p>
    );
  }
  if (stage.value === 'closed') {
    return (
      <button
        type="button"
        class="link"
        data-testid="report"
        onClick={() => {
          stage.value = 'open';
        }}
      >
        {t.open}
      </button>
    );
  }
  const send = async (event: Event) => {
    event.preventDefault();
    stage.value = 'busy';
    try {
      await reportShare(share.id, reason.value, note.value.trim());
      stage.value = 'sent';
    } catch (cause) {
      stage.value = 'open';
      await explain(cause);
    }
  };
  return (
    <form class="report" aria-label={t.heading} onSubmit={(event) => void send(event)}>
      <p class="note">{t.help}</p>
      <label>
        {t.reason}
        <select
          data-testid="report-reason"
          value={reason.value}
          onChange={(event) => {
            reason.value = event.currentTarget.value as Reason;
          }}
        >
          {reportReasons.map((name) => (
            <option key={name} value={name}>
              {t.reasons[name]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t.details}
        <textarea
          rows={3}
          maxLength={limits.share.maxNote}
          value={note.value}
          onInput={(event) => {
            note.value = event.currentTarget.value;
          }}
        />
      </label>
      <p class="row">
        <button type="submit" data-testid="report-send" disabled={stage.value === 'busy'}>
          {t.send}
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            stage.value = 'closed';
          }}
        >
          {t.cancel}
        </button>
      </p>
    </form>
  );
}
