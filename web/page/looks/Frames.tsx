/** What a run made beside its picture, small and by name: of a figure, and of a share that was run here. */

import type { StudioWords } from '../../../shared/words/studio';
import type { RunResult } from '../../engine/api';
import { PixelCanvas } from '../parts/PixelCanvas';
import { frameName } from '../words/describe';

/** So many are all shown at once; more lie in a strip. */
const few = 9;

interface Props {
  readonly frames: RunResult['frames'];
  readonly words: StudioWords;
  readonly chosen?: number | null;
  /** They are buttons then. */
  readonly onChoose?: (frame: number) => void;
}

export function Frames({ frames, words, chosen, onChoose }: Props) {
  if (frames.length < 2) return null;
  return (
    <ul class={frames.length > few ? 'look-frames look-strip' : 'look-frames'} data-testid="look-frames">
      {frames.map(({ label, pixels }, i) => {
        const name = frameName(label, words);
        const content = (
          <>
            <PixelCanvas pixels={pixels} label={name} testId={`figure-frame-${i}`} />
            {name}
          </>
        );
        return (
          <li key={label} class={pixels.width > 3 * pixels.height ? 'look-wide' : ''}>
            {onChoose ? (
              <button type="button" class="quiet" aria-pressed={chosen === i} onClick={() => onChoose(i)}>
                {content}
              </button>
            ) : (
              content
            )}
          </li>
        );
      })}
    </ul>
  );
}
