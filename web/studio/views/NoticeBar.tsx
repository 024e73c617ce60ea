/** The message on show, over the wall so that nothing moves: what happened, what to do, and a way to do it. */

import { Icon } from '../../page/parts/Icon';
import { dictionary } from '../state/language';
import { dismissNotice, notice } from '../state/notice';

export function NoticeBar() {
  const t = dictionary.value;
  const now = notice.value;
  return (
    <div class="notices" role={now?.error ? 'alert' : 'status'}>
      {now && (
        <div class={`notice ${now.error ? 'error' : 'info'}`} data-testid="notice" data-code={now.error?.code}>
          <div class="notice-body">
            <p>{now.text(t)}</p>
            {now.actions.length > 0 && (
              <p class="notice-actions">
                {now.actions.map((action) => (
                  <button type="button" key={action.label(t)} onClick={action.act}>
                    {action.label(t)}
                  </button>
                ))}
              </p>
            )}
            {now.error && (
              <details class="notice-details">
                <summary>{t.notice.details}</summary>
                <code>
                  {now.error.code}: {now.error.message}
                </code>
              </details>
            )}
          </div>
          <button type="button" class="quiet icon-only" aria-label={t.notice.dismiss} onClick={dismissNotice}>
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}
