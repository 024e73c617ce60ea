/** On pages of one column the painting scrolls away above the controls: a small one stays in sight then, and leads back to it. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { PixelCanvas } from '../../page/parts/PixelCanvas';
import { dictionary } from '../state/language';
import { shown } from '../state/run';
import { shownPixels } from '../state/view';

/** Less of the wall than this, and a change of style or strength is not seen. */
const enough = 0.4;

/** Brings the picture into view where it is above the controls. */
export function showPicture(): void {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  document.getElementById('picture')?.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' });
}

export function Peek() {
  const away = useSignal(false);
  useEffect(() => {
    const wall = document.getElementById('picture');
    if (!wall) return;
    const observer = new IntersectionObserver(
      (entries) => {
        away.value = (entries.at(-1)?.intersectionRatio ?? 1) < enough;
      },
      { threshold: enough },
    );
    observer.observe(wall);
    return () => observer.disconnect();
  }, []);
  const pixels = shownPixels.value?.pixels ?? shown.value;
  if (!away.value || !pixels) return null;
  const name = dictionary.value.skip;
  return (
    <button type="button" class="peek" data-testid="peek" aria-label={name} title={name} onClick={showPicture}>
      <PixelCanvas pixels={pixels} label="" testId="peek-canvas" />
    </button>
  );
}
