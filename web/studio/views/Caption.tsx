/** The label under the picture, as in a museum: what hangs here, after whom, how it was made; and what can be done with it. */

import { techniqueOf } from '../../../shared/techniques';
import type { StudioWords } from '../../../shared/words/studio';
import type { RunRecord } from '../../engine/api';
import { FileButton } from '../../page/parts/FileButton';
import { busy } from '../../page/run/drive';
import { frameName } from '../../page/words/describe';
import { formatDuration, formatInteger, formatSize } from '../../page/words/format';
import { takeFile } from '../state/actions';
import { history } from '../state/kept';
import { dictionary } from '../state/language';
import { type Photo, photo } from '../state/photo';
import { type Painting, painting } from '../state/run';
import { film, shownPixels } from '../state/view';
import { useLazy } from './lazy';

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

/** What is looked up rather than optimised has no steps worth telling. */
function factsOf({ recipe, steps, elapsedMs }: RunRecord, size: string, t: StudioWords): string {
  const time = formatDuration(t.tag, elapsedMs);
  if (techniqueOf(recipe).onePass) return t.fast.onePass(size, time);
  return steps > 1 ? t.result.facts(size, formatInteger(t.tag, steps), time) : `${size} · ${time}`;
}

function PaintingLabel({ painting: of }: { readonly painting: Painting }) {
  const t = dictionary.value;
  const shown = shownPixels.value ?? { pixels: of.pixels, label: '' };
  const size = formatSize(t.tag, shown.pixels.width, shown.pixels.height);
  const facts = of.record ? factsOf(of.record, size, t) : size;
  const technique = techniqueOf(of.recipe);
  // They come with what is done with a result.
  const readings = t.reads as Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  const reads = readings?.[of.recipe.technique]?.[technique.variant?.(of.recipe) ?? ''];
  // What lies over the photo is a map in colours, from nothing to most.
  const overPhoto = reads && technique.overPhoto?.(of.recipe, 'whole', of.frames.length);
  return (
    <div class="label" data-testid="painting-label">
      <p class="label-title">
        {of.photo && `${of.photo.name(t)}, `}
        <em>{of.said(t)}</em>
      </p>
      <p class="label-facts">
        {shown.label && !film.value && <strong data-testid="frame-label">{frameName(shown.label, t)} · </strong>}
        {facts}
        {!of.complete && ` · ${t.result.incomplete}`}
      </p>
      {reads && (
        <p class="label-reads" data-testid="label-reads">
          {overPhoto && <span class="legend" aria-hidden="true" />}
          {reads}
        </p>
      )}
    </div>
  );
}

const loadHistory = () => import('./HistoryStrip');
const loadStatus = () => import('./RunStatus');
const loadActions = () => import('./ResultActions');

export function Caption() {
  const t = dictionary.value;
  const current = photo.value;
  const done = painting.value;
  const History = useLazy(history.value.length > 0, loadHistory)?.HistoryStrip;
  const Status = useLazy(busy.value || current !== null, loadStatus)?.RunStatus;
  const Actions = useLazy(busy.value || done !== null, loadActions)?.ResultActions;
  return (
    <div class="caption" data-testid="caption">
      {!current && !done && !busy.value && <p class="wall-text">{t.photo.intro}</p>}
      {busy.value && Status && <Status />}
      {(current || done) && !busy.value && (
        <>
          {done ? <PaintingLabel painting={done} /> : current && <PhotoLabel photo={current} />}
          <div class="caption-actions">
            {done ? (
              Actions && <Actions painting={done} />
            ) : (
              <FileButton class="quiet" testId="photo-input" onFile={(file) => void takeFile(file, 'photo')}>
                {t.photo.change}
              </FileButton>
            )}
          </div>
        </>
      )}
      {History && <History />}
    </div>
  );
}
