/** Painting on this device: starting it, how far it is, and what came of it. */

import { useEffect, useState } from 'preact/hooks';
import { needsPhoto, photosOf } from '../../../../shared/recipe/about';
import { FileButton } from '../../parts/FileButton';
import { Icon } from '../../parts/Icon';
import { busy, cancel, progress, runStatus } from '../../run/drive';
import { formatBytes, formatDecimal, formatDuration, formatInteger } from '../../words/format';
import { words } from '../../words/player';
import { differenceGain, likeness } from '../similarity';
import {
  type Mine,
  mine,
  opening,
  possible,
  putAway,
  reducedTo,
  runOnPhoto,
  runReplay,
  showDifference,
} from '../state/live';
import { paintsInOwnStyle } from '../state/possible';
import { share } from '../state/share';
import { useTakeOver } from './takeOver';

export async function saveMine(): Promise<void> {
  const { download, encode } = await import('../../output/save');
  if (mine.value) download(await encode(mine.value.pixels, 'png'), 'reverie.png');
}

/** 0..1 over the whole run; most of it is the optimisation. */
export function fractionDone(): number {
  const now = progress.value;
  if (now?.phase === 'finish') return 1;
  return now?.phase === 'optimise' && now.steps > 0 ? now.step / now.steps : 0;
}

/** One line on how far it is. */
export function progressText(): string {
  const t = words.value;
  const now = progress.value;
  if (opening.value) return t.live.opening;
  if (now?.phase === 'weights' && now.bytes) {
    return t.live.bytes(formatBytes(t.tag, now.bytes.loaded), formatBytes(t.tag, now.bytes.total));
  }
  if (now?.phase !== 'optimise') return t.live.loading;
  const step = t.live.step(formatInteger(t.tag, now.step), formatInteger(t.tag, now.steps));
  return now.remainingMs === undefined ? step : `${step} · ${t.live.remaining(formatDuration(t.tag, now.remainingMs))}`;
}

function Likeness() {
  const t = words.value;
  const { similarity: figures, exactInputs } = mine.value ?? {};
  if (!figures) return null;
  const word = likeness(figures);
  const psnr = Number.isFinite(figures.psnr)
    ? t.likeness.psnr(formatDecimal(t.tag, figures.psnr, 1))
    : t.likeness.equal;
  const shown = showDifference.value;
  return (
    <section
      class="likeness"
      aria-label={t.likeness.region}
      data-testid="likeness"
      data-likeness={word}
      data-ssim={figures.ssim.toFixed(4)}
      data-exact-inputs={exactInputs}
    >
      <p class="verdict">{t.likeness.words[word]}</p>
      <p class="note">{exactInputs || word === 'different' ? t.likeness.why[word] : t.likeness.compressed}</p>
      <p class="figures">
        {t.likeness.ssim(formatDecimal(t.tag, figures.ssim, 3))} · {psnr}
      </p>
      <p class="row">
        <button
          type="button"
          aria-pressed={shown}
          data-testid="show-difference"
          onClick={() => {
            showDifference.value = !shown;
          }}
        >
          {shown ? t.likeness.sideBySide : t.likeness.difference}
        </button>
      </p>
      {shown && <p class="note">{t.likeness.differenceNote(formatInteger(t.tag, differenceGain))}</p>}
    </section>
  );
}

interface OwnProps {
  readonly class?: string;
  readonly short?: boolean;
}

export function OwnPhotoButton({ class: className = '', short = false }: OwnProps) {
  const t = words.value;
  return (
    <FileButton class={className} testId="own-photo" onFile={(file) => void runOnPhoto(file)}>
      {short ? (
        <>
          <Icon name="camera" />
          <span class="visually-hidden">{t.live.own}</span>
          <span class="roomy" aria-hidden="true">
            {t.live.ownShort}
          </span>
        </>
      ) : (
        t.live.own
      )}
    </FileButton>
  );
}

export function Running() {
  const t = words.value;
  const stop = useTakeOver<HTMLButtonElement>();
  return (
    <section class="running" aria-label={t.live.region} data-testid="running" data-phase={progress.value?.phase ?? ''}>
      <progress max={1} value={fractionDone()} aria-label={t.live.region} />
      <p class="figures">{progressText()}</p>
      {/* Not disabled while it stops: what is focused stays focused. */}
      <button
        ref={stop}
        type="button"
        data-testid="cancel"
        aria-disabled={runStatus.value === 'cancelling'}
        onClick={cancel}
      >
        {t.live.cancel}
      </button>
    </section>
  );
}

/** What a view saw, to be looked into. */
function Seen({ done }: { readonly done: Mine }) {
  const [part, setPart] = useState<typeof import('../../looks/Seen') | null>(null);
  const wanted = done.data !== undefined || done.frames.length > 1;
  // Without it the picture is there all the same.
  useEffect(() => void (wanted && import('../../looks/Seen').then(setPart, () => undefined)), [wanted]);
  if (!wanted || !part || !done.record) return null;
  const { size } = done.record.recipe;
  return <part.Seen outcome={done} photo={done.looked} size={size} language={words.value.tag} />;
}

function Done({ done }: { readonly done: Mine }) {
  const t = words.value;
  const lead = useTakeOver<HTMLParagraphElement>();
  const { record } = done;
  const { weights } = share.recipe;
  const others = done.kind === 'replay' && record && weights && record.recipe.weights !== weights;
  return (
    <section class="done" data-testid="done" data-complete={done.complete}>
      <p ref={lead} tabIndex={-1} class="note lead" role="status">
        {done.complete ? t.live.done : t.live.stopped}
      </p>
      <Seen done={done} />
      <Likeness />
      {record && (
        <p class="figures">
          {t.live.on(t.live.backends[record.device.backend], formatDuration(t.tag, record.elapsedMs))}
        </p>
      )}
      {reducedTo.value && <p class="note">{t.live.smaller(formatInteger(t.tag, reducedTo.value))}</p>}
      {others && <p class="note">{t.live.otherWeights}</p>}
      <p class="row">
        <button type="button" data-testid="save" onClick={() => void saveMine()}>
          {t.live.save}
        </button>
        <button type="button" class="quiet" data-testid="put-away" onClick={putAway}>
          {t.live.back}
        </button>
      </p>
    </section>
  );
}

function introOf({ replay, own }: typeof possible): string {
  const t = words.value.live;
  if (photosOf(share.recipe).length > 0) return t.severalPhotos;
  if (!replay) return own ? t.introOwn : paintsInOwnStyle(share) ? t.ownStyle : t.impossible;
  return needsPhoto(share.recipe) ? t.intro : t.introNothing;
}

/** What may be done, before and after; said in one sentence what it is. */
export function Live() {
  const t = words.value;
  const { replay, own } = possible;
  return (
    <>
      <h2>{t.live.heading}</h2>
      <p class="note">{introOf(possible)}</p>
      {busy.value ? (
        <Running />
      ) : (
        <>
          {mine.value && <Done done={mine.value} />}
          {(replay || own) && (
            <p class="row">
              {replay && (
                <button type="button" class="primary" data-testid="run-live" onClick={() => void runReplay()}>
                  {t.live.start}
                </button>
              )}
              {own && <OwnPhotoButton class={replay ? '' : 'primary'} />}
            </p>
          )}
        </>
      )}
    </>
  );
}
