/** A style that was just learned: how it paints, and where it is now. */

import { dictionary } from '../state/language';
import { type Trained, trained } from '../state/training';
import { exportStyle } from '../training/tools';
import { TrainSamples } from './TrainSamples';

interface Props {
  readonly style: Trained;
  readonly onClose: () => void;
}

export function TrainDone({ style, onClose }: Props) {
  const t = dictionary.value;
  const { id, name, kept } = style;
  return (
    <div class="train-progress" data-testid="train-done">
      {kept ? (
        <p role="status">{t.training.done(name)}</p>
      ) : (
        <p class="share-error" role="alert">
          {t.training.doneUnkept(name)}
        </p>
      )}
      <TrainSamples watched={style} label={t.training.sampleDone} />
      <div class="field-row wrap">
        <button type="button" class={kept ? 'primary' : ''} data-testid="train-paint" onClick={onClose}>
          {t.training.paintWithIt}
        </button>
        <button
          type="button"
          class={kept ? '' : 'primary'}
          data-testid="train-save"
          onClick={() => void exportStyle(id)}
        >
          {t.train.export}
        </button>
        <button
          type="button"
          class="quiet"
          data-testid="train-another"
          onClick={() => {
            trained.value = null;
          }}
        >
          {t.training.another}
        </button>
      </div>
    </div>
  );
}
