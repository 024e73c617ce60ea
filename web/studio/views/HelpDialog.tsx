/** Keys, how it works, what leaves the device. A chunk of its own: few open it. */
import { dictionary } from '../state/language';
import { helpOpen } from '../state/view';
import { Dialog } from './Dialog';

export default function HelpDialog() {
  const t = dictionary.value;
  const keys: readonly (readonly [string, string])[] = [
    ['Esc', t.help.keys.escape],
    ['Space', t.help.keys.space],
    ['C', t.help.keys.compare],
    ['S', t.help.keys.save],
    ['← →', t.help.keys.arrows],
    ['?', t.help.keys.help],
  ];
  return (
    <Dialog
      name="help"
      heading={t.help.heading}
      onClose={() => {
        helpOpen.value = false;
      }}
    >
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
    </Dialog>
  );
}
