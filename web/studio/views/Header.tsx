/** The name, the language, the light, the help. */

import { languageName, otherThan } from '../../../shared/words';
import { Icon } from '../../page/parts/Icon';
import { online } from '../offline/register';
import { dictionary, language, switchLanguage } from '../state/language';
import { theme, toggleTheme } from '../state/theme';
import { helpOpen } from '../state/view';
import { Mark } from './Mark';

export function Header() {
  const t = dictionary.value;
  const themeName = theme.value === 'dark' ? t.theme.toLight : t.theme.toDark;
  return (
    <header class="header">
      <h1 class="brand">
        <Mark />
        <span lang="en">Reverie</span>
      </h1>
      <p class="tagline">{t.tagline}</p>
      <nav class="header-tools">
        {!online.value && (
          <span class="offline" data-testid="offline" role="status" title={t.offline.nowHelp}>
            {t.offline.now}
          </span>
        )}
        {otherThan(language.value).map((other) => (
          <button
            key={other}
            type="button"
            class="quiet"
            data-testid="language-toggle"
            lang={other}
            title={t.switchTo(languageName(other, language.value))}
            onClick={() => void switchLanguage(other)}
          >
            {languageName(other)}
          </button>
        ))}
        <button
          type="button"
          class="quiet icon-only"
          data-testid="theme-toggle"
          aria-label={themeName}
          title={themeName}
          onClick={toggleTheme}
        >
          <Icon name={theme.value === 'dark' ? 'sun' : 'moon'} />
        </button>
        <button
          type="button"
          class="quiet icon-only"
          data-testid="help-open"
          aria-label={t.help.open}
          title={t.help.open}
          onClick={() => {
            helpOpen.value = true;
          }}
        >
          <Icon name="help" />
        </button>
      </nav>
    </header>
  );
}
