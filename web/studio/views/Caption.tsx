/** The label under the picture, as in a museum: what hangs here, after whom, how it was made; and what can be done with it. */
import { formatDuration, formatInteger, formatSize } from '../i18n/format';
import { takeFile } from '../state/actions';
import { dictionary } from '../state/language';
import { type Photo, photo } from '../state/photo';
import { busy, type Painting, painting } from '../state/run';
import { FileButton } from './FileButton';
import { ResultActions } from './ResultActions';
import { RunStatus } from './RunStatus';

function PhotoLabel({ photo: of }: { readonly photo: Photo }) {
  const t = dictionary.value;
  const size = formatSize(t.tag, of.original.width, of.original.height);
  const notes = of.notes.map((note) =>
    note === 'reduced'
      ? t.photo.notes.reduced(size, formatSize(t.tag, of.pixels.width, of.pixels.height))
      : t.photo.notes[note],
  );
  return (
    <div class="label" data-testid="photo-label">
      <p class="label-title">{of.name(t)}</p>
      <p class="label-facts">{size}</p>
      {notes.length > 0 && (
        <p class="label-facts" data-testid="photo-notes">
          {notes.join(' ')}
        </p>
      )}
    </div>
  );
}

function PaintingLabel({ painting: of }: { readonly painting: Painting }) {
  const t = dictionary.value;
  const size = formatSize(t.tag, of.pixels.width, of.pixels.height);
  const facts = of.record
    ? t.result.facts(size, formatInteger(t.tag, of.record.steps), formatDuration(t.tag, of.record.elapsedMs))
    : size;
  return (
    <div class="label" data-testid="painting-label">
      <p class="label-title">
        {of.photo.name(t)}, <em>{t.result.after_(of.style(t))}</em>
      </p>
      <p class="label-facts">
        {facts}
        {!of.complete && ` · ${t.result.incomplete}`}
      </p>
    </div>
  );
}

export function Caption() {
  const t = dictionary.value;
  const current = photo.value;
  return (
    <div class="caption" data-testid="caption">
      {!current && <p class="wall-text">{t.photo.intro}</p>}
      {current && busy.value && <RunStatus />}
      {current && !busy.value && (
        <>
          {painting.value ? <PaintingLabel painting={painting.value} /> : <PhotoLabel photo={current} />}
          <div class="caption-actions">
            {painting.value && <ResultActions painting={painting.value} />}
            <FileButton class="quiet" testId="photo-input" onFile={(file) => void takeFile(file, 'photo')}>
              {t.photo.change}
            </FileButton>
          </div>
        </>
      )}
    </div>
  );
}
