/** What went wrong, said where the hands are. */
import { words } from '../i18n';
import { complaint } from '../state/view';

export function Complaint() {
  const said = complaint.value;
  if (!said) return null;
  return (
    <p class="complaint" role="alert" data-testid="complaint">
      <span>{said(words.value)}</span>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          complaint.value = null;
        }}
      >
        {words.value.dismiss}
      </button>
    </p>
  );
}
