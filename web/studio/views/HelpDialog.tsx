/** Keys, how it works, what leaves the device. A chunk of its own: few open it. */
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../page/parts/Icon';
import { dictionary } from '../state/language';
import { helpOpen } from '../state/view';

export default function HelpDialog() {
  const t = dictionary.value;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const keys: readonly (readonly [string, string])[] = [
    ['Esc', t.help.keys.escape],
    ['Space', t.help.keys.space],
    ['C', t.help.keys.compare],
    ['S', t.help.keys.save],
    ['← →', t.help.keys.arrows],
    ['?', t.help.keys.help],
  ];
  return (
    <dialog
      ref={dialog}
      class="help-dialog"
      data-testid="help"
      aria-labelledby="help-heading"
      onClose={() => {
        helpOpen.value = false;
      }}
    >
      <header class="dialog-head">
        <h2 id="help-heading">{t.help.heading}</h2>
        <button
          type="button"
          class="quiet icon-only"
          aria-label={t.help.close}
          data-testid="help-close"
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
      </header>
      <h3>{t.help.how}</h3>
      <p>{t.help.howText}</p>
      <h3>{t.help.privacy}</h3>
      <p>{t.help.privacyText}</p>
      <h3 class="only-fine">{t.help.shortcuts}</h3>
      <dl class="keys only-fine">
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
