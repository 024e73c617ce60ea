/** Pictures that a technique takes beside its photo: one to go towards, and photos to be compared. */
import '../../state/partWords';
import { fieldsOf } from '../../../../shared/techniques/values';
import { FileButton } from '../../../page/parts/FileButton';
import { PixelCanvas } from '../../../page/parts/PixelCanvas';
import { formatInteger } from '../../../page/words/format';
import { compared } from '../../state/compared';
import { dropGuide, guide, openGuide } from '../../state/guide';
import { dictionary } from '../../state/language';
import { dropCompared, openCompared } from '../../state/openCompared';
import { recipe, technique } from '../../state/recipe';
import { describeField } from './Field';

const wordsOf = (kind: string) => {
  const field = fieldsOf(technique.value).find((each) => each.kind === kind);
  return field ? describeField(technique.value, field).shared : { label: '', help: '', testId: kind };
};

export function GuideField() {
  const t = dictionary.value;
  const picture = guide.value;
  const { label, help, testId } = wordsOf('guide');
  return (
    <div class="field" data-testid={testId}>
      <h3 class="field-title">{label}</h3>
      <p class="help">{help}</p>
      <div class="field-row wrap guide-row">
        {picture && (
          <PixelCanvas class="guide-picture" pixels={picture.pixels} label={picture.name(t)} testId="guide-canvas" />
        )}
        <FileButton testId="guide-input" onFile={(file) => void openGuide(file)}>
          {picture ? t.dream.guideChange : t.dream.guideChoose}
        </FileButton>
        {'guide' in recipe.value && recipe.value.guide !== undefined && (
          <button type="button" class="quiet" data-testid="guide-drop" onClick={dropGuide}>
            {t.dream.guideDrop}
          </button>
        )}
      </div>
    </div>
  );
}

export function PhotosField() {
  const t = dictionary.value;
  const { label, help, testId } = wordsOf('photos');
  const count = compared.value.length;
  return (
    <div class="field" data-testid={testId}>
      <h3 class="field-title">{label}</h3>
      <p class="help">{help}</p>
      <div class="field-row wrap">
        <FileButton testId="photos-input" onFiles={(files) => void openCompared(files)}>
          {t.see.photosAdd}
        </FileButton>
        {count > 0 && (
          <button type="button" class="quiet" data-testid="photos-drop" onClick={dropCompared}>
            {t.see.photosDrop(formatInteger(t.tag, count))}
          </button>
        )}
      </div>
    </div>
  );
}
