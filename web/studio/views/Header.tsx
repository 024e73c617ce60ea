/** The name, the language, the light, the help. */
import { languageName, otherThan } from '../../../shared/words';
import { Icon } from '../../page/parts/Icon';
import { online } from '../offline/register';
import { theme, toggleTheme } from '../state/appearance';
import { dictionary, language, switchLanguage } from '../state/language';
import { helpOpen } from '../state/view';

/** The mark: contour lines of a loss landscape, and the point where the descent comes to rest. */
function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
      <g fill="none" stroke="currentColor" stroke-width="1.6">
        <circle cx="16" cy="16" r="14" />
        <ellipse cx="14.6" cy="17.6" rx="10.4" ry="9.8" transform="rotate(-24 14.6 17.6)" />
        <ellipse cx="13.2" cy="19.4" rx="6.6" ry="5.6" transform="rotate(-32 13.2 19.4)" />
      </g>
      <circle class="mark-dot" cx="12" cy="20.6" r="2.3" />
    </svg>
  );
}

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
