/** What is to be made of the photo: tabs, with arrows between them, over the panel that each of them fills. */
import type { TechniqueName } from '../../../shared/techniques';
import { dictionary } from '../state/language';
import { chooseTechnique, tab, tabs, technique } from '../state/recipe';

/** Where an arrow leads: round and round, as tabs do. */
function onKeyDown(event: KeyboardEvent): void {
  const at = tabs.indexOf(tab.value);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const next = tabs[(to + tabs.length) % tabs.length] as TechniqueName;
  chooseTechnique(next);
  document.getElementById(`technique-${next}`)?.focus();
}

export function TechniqueSwitch() {
  const t = dictionary.value;
  const words = t.techniques[technique.value];
  return (
    <div class="technique-switch">
      <div class="tabs" role="tablist" aria-label={t.technique} data-testid="techniques" onKeyDown={onKeyDown}>
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            class="tab"
            role="tab"
            id={`technique-${name}`}
            data-testid={`technique-${name}`}
            aria-selected={tab.value === name}
            aria-controls="technique-panel"
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => chooseTechnique(name)}
          >
            {t.techniques[name].name}
          </button>
        ))}
      </div>
      {'help' in words && <p class="help">{words.help}</p>}
    </div>
  );
}
