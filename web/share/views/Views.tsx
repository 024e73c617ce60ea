/** Which of its views the picture's place shows. Radio buttons underneath, so that keys and screen readers know them. */

import { film, play } from '../../page/player/state/film';
import { photo } from '../../page/player/state/share';
import { show, type View, view } from '../../page/player/state/view';
import { busy } from '../../page/run/drive';
import { words } from '../../page/words/player';

type Offered = Exclude<View, 'mine'>;

function choose(next: Offered): void {
  if (next === 'film') void play();
  else show(next);
}

export function Views() {
  const t = words.value;
  const offered: Offered[] = ['picture'];
  if (film) offered.push('film');
  if (photo) offered.push('compare');
  if (offered.length < 2) return null;
  return (
    <fieldset class="choices views" disabled={busy.value}>
      <legend class="visually-hidden">{t.views.label}</legend>
      {offered.map((name) => (
        <label key={name}>
          <input
            type="radio"
            name="view"
            value={name}
            data-testid={`view-${name}`}
            checked={view.value === name}
            onChange={() => choose(name)}
          />
          <span>{t.views[name]}</span>
        </label>
      ))}
    </fieldset>
  );
}
