/** The painting, and photos as they are painted in what was learned of it: what an eye compares. */

import { PixelCanvas } from '../../page/parts/PixelCanvas';
import { formatInteger } from '../../page/words/format';
import { dictionary } from '../state/language';
import type { Watched } from '../state/training';

interface Props {
  readonly watched: Watched;
  /** What a painted photo is called. */
  readonly label: (number: string) => string;
}

export function TrainSamples({ watched: { painting, photos, samples }, label }: Props) {
  const t = dictionary.value;
  return (
    <div class="train-samples">
      {painting && (
        <figure class="train-pair">
          <PixelCanvas pixels={painting} label={t.training.itsPainting} testId="train-painted" />
        </figure>
      )}
      {photos.map((photo, i) => {
        const number = formatInteger(t.tag, i + 1);
        return (
          <figure key={i} class="train-pair">
            <PixelCanvas pixels={samples[i] ?? photo} label={label(number)} testId={`train-sample-${i}`} />
            <PixelCanvas
              class="train-photo"
              pixels={photo}
              label={t.training.photoNow(number)}
              testId={`train-photo-${i}`}
            />
          </figure>
        );
      })}
    </div>
  );
}
