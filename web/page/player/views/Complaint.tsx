/** What went wrong, said where the hands are. */
import { words } from '../../words/player';
import { complaint } from '../state/view';

/** Of a form, inside it. */
export function Said({ text }: { readonly text: string }) {
  if (!text) return null;
  return (
    <p class="complaint plain" role="alert" data-testid="complaint">
      {text}
    </p>
  );
}

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
