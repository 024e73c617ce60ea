/** Keys, how it works, what leaves the device. A chunk of its own: few open it. */
import '../state/partWords';
import type { TechniqueName } from '../../../shared/techniques';
import { dictionary } from '../state/language';
import { tabs } from '../state/recipe';
import { helpOpen } from '../state/view';
import { Dialog } from './Dialog';

/** As keyboards are labelled. */
const command = /Mac|iP/.test(navigator.platform) ? '⌘' : 'Ctrl';
const [undoKeys, redoKeys] = [`${command} Z`, `${command} Shift Z`];

export default function HelpDialog() {
  const t = dictionary.value;
  const helpOf = (name: TechniqueName) => {
    const words = t.techniques[name];
    return 'help' in words ? words.help : t.guide.paint;
  };
  const keys: readonly (readonly [string, string])[] = [
    ['Enter', t.guide.enter],
    ['Space', t.guide.keys.space],
    ['Esc', t.guide.keys.escape],
    [undoKeys, t.settings.undo],
    [redoKeys, t.settings.redo],
    ['C', t.guide.keys.compare],
    ['S', t.guide.keys.save],
    ['← →', t.guide.keys.arrows],
    ['?', t.guide.keys.help],
  ];
  return (
    <Dialog
      name="help"
      heading={t.guide.heading}
      onClose={() => {
        helpOpen.value = false;
      }}
    >
      <h3>{t.guide.how}</h3>
      <p>{t.guide.howText}</p>
      <dl class="help-tabs">
        {tabs.map((name) => (
          <div key={name}>
            <dt>{t.techniques[name].name}</dt>
            <dd>{helpOf(name)}</dd>
          </div>
        ))}
      </dl>
      <h3>{t.guide.privacy}</h3>
      <p>{t.guide.privacyText}</p>
      <h3 class="only-fine">{t.guide.shortcuts}</h3>
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
