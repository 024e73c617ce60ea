/** The row below the paintings: a picture of the visitor's own as the style. Also a place to drop one. */

import { FileButton } from '../../page/parts/FileButton';
import { Icon } from '../../page/parts/Icon';
import { PixelCanvas } from '../../page/parts/PixelCanvas';
import { takeFile } from '../state/actions';
import { dictionary } from '../state/language';
import { chooseOwn, chosenStyle } from '../state/recipe';
import { ownStyle } from '../state/styles';

const take = (file: File) => void takeFile(file, 'style');

export function OwnStyle() {
  const t = dictionary.value;
  const own = ownStyle.value;
  const label = (hint: string) => (
    <span class="card-label">
      <span class="card-work">{t.styles.own}</span>
      <span class="card-painter">{hint}</span>
    </span>
  );
  if (!own) {
    return (
      <div class="own-style" data-drop="style" data-testid="own-style">
        <FileButton class="card-button" testId="style-input" onFile={take}>
          <span class="card-picture">
            <Icon name="plus" />
          </span>
          {label(t.styles.ownHint)}
        </FileButton>
      </div>
    );
  }
  return (
    <div class="own-style" data-drop="style" data-testid="own-style">
      <label class="card">
        <input type="radio" name="style" value="own" checked={chosenStyle.value === 'own'} onChange={chooseOwn} />
        <span class="card-picture">
          <PixelCanvas pixels={own.pixels} label={own.name(t)} testId="style-canvas" />
        </span>
        {label(own.name(t))}
      </label>
      <FileButton class="link small" testId="style-input" onFile={take}>
        {t.styles.ownChange}
      </FileButton>
    </div>
  );
}
