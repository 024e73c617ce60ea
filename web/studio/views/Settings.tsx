/** The controls most people touch, of the technique that is chosen. Each edits one field of its recipe. */
import { dictionary } from '../state/language';
import { technique } from '../state/recipe';
import { useLazy } from './lazy';
import { SizeField } from './SizeField';
import { StyleSettings } from './techniques/Style';

const loadOthers = () => import('./techniques');

export function Settings() {
  const t = dictionary.value;
  const name = technique.value;
  const others = useLazy(name !== 'style', loadOthers);
  const Controls = name === 'style' ? StyleSettings : others?.controls[name];
  return (
    <section class="block" aria-labelledby="settings-heading">
      <header class="block-head">
        <h2 id="settings-heading">{t.settings.heading}</h2>
      </header>
      {Controls && <Controls />}
      {name !== 'style' && <SizeField />}
    </section>
  );
}
