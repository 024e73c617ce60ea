/** An empty frame on the wall: what to do first, and the promise about the photo. */
import { FileButton } from '../../page/parts/FileButton';
import { Icon } from '../../page/parts/Icon';
import { hangSample, takeFile } from '../state/actions';
import { dictionary } from '../state/language';
import { opening } from '../state/photo';

/** The mark, drawn large and faint in the empty frame: a loss landscape waiting for its photo. */
const rings = Array.from({ length: 13 }, (_, index) => {
  const out = (index + 1) / 13;
  return {
    rx: 26 + 470 * out ** 1.35,
    ry: 20 + 400 * out ** 1.45,
    // Each ring turns a little and drifts from the minimum towards the middle of the sheet.
    turn: -34 + 30 * out,
    cx: 150 + 210 * out,
    cy: 420 - 150 * out,
  };
});

function Contours() {
  return (
    <svg
      class="contours"
      viewBox="0 0 800 560"
      preserveAspectRatio="xMinYMid slice"
      aria-hidden="true"
      focusable="false"
    >
      <g fill="none" stroke="currentColor" stroke-width="1.2">
        {rings.map(({ rx, ry, turn, cx, cy }) => (
          <ellipse key={rx} cx={cx} cy={cy} rx={rx} ry={ry} transform={`rotate(${turn} ${cx} ${cy})`} />
        ))}
      </g>
      <circle class="mark-dot" cx="150" cy="420" r="5" />
    </svg>
  );
}

export function EmptyState() {
  const t = dictionary.value;
  return (
    <div class="passe-partout" data-testid="empty">
      <div class="passe-partout-inner">
        <Contours />
        <h2 class="empty-title">{t.photo.emptyTitle}</h2>
        <p class="empty-hint only-fine">{t.photo.emptyDrop}</p>
        <p class="empty-hint only-coarse">{t.photo.emptyTouch}</p>
        <div class="empty-actions">
          <FileButton class="primary" testId="photo-input" onFile={(file) => void takeFile(file, 'photo')}>
            {t.photo.choose}
          </FileButton>
          <span class="only-coarse">
            <FileButton testId="camera-input" camera onFile={(file) => void takeFile(file, 'photo')}>
              <Icon name="camera" />
              {t.photo.take}
            </FileButton>
          </span>
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
