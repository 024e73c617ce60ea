/** A training under way: photos as they are painted now, the loss, the time that is left, and how to stop. */

import { lossCurve } from '../../page/output/lossCurve';
import { Icon } from '../../page/parts/Icon';
import { formatDuration, formatInteger } from '../../page/words/format';
import { dictionary } from '../state/language';
import type { Training } from '../state/training';
import { pauseTraining, resumeTraining, stopTraining } from '../training/session';
import { TrainSamples } from './TrainSamples';

export function TrainProgress({ training }: { readonly training: Training }) {
  const t = dictionary.value;
  const { name, status, step, steps, remainingMs, kept } = training;
  const paused = status === 'paused';
  return (
    <div class="train-progress" data-testid="train-progress" data-step={step} data-steps={steps}>
      <p class="train-name">{t.training.learning(name)}</p>
      <TrainSamples watched={training} label={t.training.sampleNow} />
      <progress class="share-progress" max={steps} value={step} aria-label={t.training.heading} />
      <p class="train-facts" role="status" data-testid="train-facts">
        {status === 'preparing' && t.training.preparing}
        {status === 'stopping' && t.training.stopping}
        {(status === 'running' || paused) && t.training.step(formatInteger(t.tag, step), formatInteger(t.tag, steps))}
        {status === 'running' && remainingMs !== null && ` · ${t.training.left(formatDuration(t.tag, remainingMs))}`}
        {paused && ` · ${t.training.paused}`}
      </p>
      <Curve training={training} />
      {!kept && (
        <p class="share-error" role="alert" data-testid="train-unkept">
          {t.training.unkept}
        </p>
      )}
      <div class="field-row wrap">
        <button
          type="button"
          class="primary"
          data-testid="train-pause"
          disabled={status === 'preparing' || status === 'stopping'}
          onClick={paused ? resumeTraining : pauseTraining}
        >
          <Icon name={paused ? 'play' : 'pause'} />
          {paused ? t.training.goOn : t.training.pause}
        </button>
        <button
          type="button"
          data-testid="train-keep"
          disabled={step === 0 || status === 'stopping'}
          onClick={() => stopTraining('keep')}
        >
          {t.training.keep}
        </button>
        <button
          type="button"
          class="quiet"
          data-testid="train-leave"
          disabled={status === 'stopping'}
          onClick={() => stopTraining('leave')}
        >
          {t.training.leave}
        </button>
        <button
          type="button"
          class="quiet"
          data-testid="train-discard"
          disabled={status === 'stopping'}
          onClick={() => stopTraining('discard')}
        >
          {t.training.discard}
        </button>
      </div>
      <p class="help">{t.training.whileHelp}</p>
    </div>
  );
}

const box = { width: 320, height: 64 } as const;

/** The mean of so many points: single steps see other photos, and jump. */
const smooth = 12;

function Curve({ training: { curve } }: { readonly training: Training }) {
  const t = dictionary.value;
  const losses = curve.map((_, i) => {
    const window = curve.slice(Math.max(0, i - smooth + 1), i + 1);
    return window.reduce((sum, { loss }) => sum + loss, 0) / window.length;
  });
  const drawn = lossCurve(losses, box.width, box.height);
  return (
    <figure class="train-curve">
      <svg
        viewBox={`-2 -2 ${box.width + 4} ${box.height + 4}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t.training.curve}
        data-testid="train-curve"
      >
        {drawn && (
          <path
            d={drawn.path}
            fill="none"
            stroke="currentColor"
            stroke-width="1.5"
            vector-effect="non-scaling-stroke"
          />
        )}
      </svg>
      <figcaption>{t.training.curve}</figcaption>
    </figure>
  );
}
