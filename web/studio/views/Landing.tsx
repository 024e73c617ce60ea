/**
 * Art on landing: a picture that paints itself, stroke by stroke, over the photo that it was painted from. Both were made by
 * Reverie's own code. Before and after are under the finger; for who asked for less motion it hangs there painted.
 */
import { useSignal } from '@preact/signals';
import { dictionary } from '../state/language';

/** Strokes across the picture from left to right and back, as a broad brush goes; CSS draws one after another. */
const strokes = Array.from({ length: 9 }, (_, i) => {
  const y = 18 + i * 41;
  const [from, to] = i % 2 ? [520, -40] : [-40, 520];
  return `M${from} ${y + 14}C${from + (to - from) * 0.3} ${y - 30} ${from + (to - from) * 0.6} ${y + 48} ${to} ${y - 10}`;
});

export function Landing() {
  const t = dictionary.value;
  const at = useSignal<number | null>(null);
  return (
    <div
      class="landing-art"
      data-testid="landing-art"
      data-held={at.value !== null}
      style={{ '--comparison': `${at.value ?? 0}%` }}
      onPointerMove={(event) => {
        const { left, width } = event.currentTarget.getBoundingClientRect();
        at.value = Math.round((100 * (event.clientX - left)) / width);
      }}
      onPointerLeave={() => {
        at.value = null;
      }}
    >
      <img src="/art/before.webp" alt="" width={480} height={360} decoding="async" />
      <svg viewBox="0 0 480 360" role="img" aria-label={t.photo.art} preserveAspectRatio="xMidYMid slice">
        <mask id="strokes">
          <g class="landing-strokes" fill="none" stroke="#fff" stroke-width="54" stroke-linecap="round">
            {strokes.map((path, i) => (
              <path key={path} d={path} pathLength={1} style={{ '--stroke': i }} />
            ))}
          </g>
        </mask>
        <image href="/art/after.webp" width="480" height="360" mask="url(#strokes)" />
      </svg>
      <span class="landing-line" aria-hidden="true" />
    </div>
  );
}
