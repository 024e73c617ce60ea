/** Reporting a picture that should not hang here. */
import { useSignal } from '@preact/signals';
import type { Ref } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { limits } from '../../../shared/limits';
import { reportReasons } from '../../../shared/share';
import { sentenceFor } from '../../page/player/state/explain';
import { share } from '../../page/player/state/share';
import { Said } from '../../page/player/views/Complaint';
import { words } from '../../page/words/player';
import { reportShare } from '../edge';

type Reason = (typeof reportReasons)[number];

export function Report() {
  const t = words.value.report;
  const stage = useSignal<'closed' | 'open' | 'busy' | 'sent'>('closed');
  const reason = useSignal<Reason>(reportReasons[0]);
  const note = useSignal('');
  const said = useSignal('');
  const lead = useRef<HTMLElement>(null);
  const opened = useRef(false);
  const now = stage.value;
  // What was pressed is gone; whoever works by keyboard goes on where it was.
  useLayoutEffect(() => {
    if (now === 'open' && !opened.current) lead.current?.focus();
    if (now === 'sent' || (now === 'closed' && opened.current)) lead.current?.focus();
    opened.current = now === 'open' || now === 'busy';
  }, [now]);
  if (now === 'sent') {
    return (
      <p ref={lead as Ref<HTMLParagraphElement>} tabIndex={-1} role="status" data-testid="reported">
        {t.sent}
      </p>
    );
  }
  if (now === 'closed') {
    return (
      <button
        ref={lead as Ref<HTMLButtonElement>}
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
    said.value = '';
    try {
      await reportShare(share.id, reason.value, note.value.trim());
      stage.value = 'sent';
    } catch (cause) {
      stage.value = 'open';
      said.value = await sentenceFor(cause);
    }
  };
  return (
    <form class="report" aria-label={t.heading} onSubmit={(event) => void send(event)}>
      <h2 ref={lead as Ref<HTMLHeadingElement>} tabIndex={-1}>
        {t.heading}
      </h2>
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
      <Said text={said.value} />
      <p class="row">
        <button type="submit" data-testid="report-send" disabled={now === 'busy'}>
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
