/** Before there is a photo: a picture that paints itself, what to do first, and the promise about the photo. */
import { FileButton } from '../../page/parts/FileButton';
import { Icon } from '../../page/parts/Icon';
import { hangSample, takeFile } from '../state/actions';
import { dictionary } from '../state/language';
import { opening } from '../state/photo';
import { openCamera } from '../state/view';
import { Landing } from './Landing';

export function EmptyState() {
  const t = dictionary.value;
  return (
    <div class="landing" data-testid="empty">
      <Landing />
      <div class="landing-actions">
        <h2 class="empty-title">{t.photo.emptyTitle}</h2>
        <div class="empty-actions">
          <FileButton class="primary" testId="photo-input" onFile={(file) => void takeFile(file, 'photo')}>
            {t.photo.choose}
          </FileButton>
          <button type="button" data-testid="camera-open" onClick={openCamera}>
            <Icon name="camera" />
            {t.photo.take}
          </button>
          <button
            type="button"
            class="link"
            data-testid="sample"
            disabled={opening.value !== 'no'}
            onClick={() => void hangSample()}
          >
            {t.photo.sample}
          </button>
        </div>
        <p class="privacy" data-testid="privacy">
          {t.privacy}
        </p>
      </div>
    </div>
  );
}
