/** A square under one's own finger, and what of the answer it costs: told from the map, without another run. */
import { useState } from 'preact/hooks';
import type { LookWords } from '../../../shared/words/looks';
import type { OcclusionData, Pixels } from '../../engine/api';
import { PointedPhoto } from './Photo';

export function Occlusion({ data, photo, t }: { data: OcclusionData; photo: Pixels; t: LookWords }) {
  const { left, top, side, drops } = data;
  const most = drops.indexOf(Math.max(...drops));
  const [cell, setCell] = useState(most);
  const [column, row] = [cell % left.length, Math.floor(cell / left.length)];
  const whole = { width: (left.at(-1) ?? 0) + side, height: (top.at(-1) ?? 0) + side };
  const to = (x: number, y: number) => {
    const within = (value: number, count: number) => Math.min(count - 1, Math.max(0, value));
    setCell(within(y, top.length) * left.length + within(x, left.length));
  };
  const nearest = (starts: readonly number[], at: number) => {
    const away = starts.map((start) => Math.abs(start + side / 2 - at));
    return away.indexOf(Math.min(...away));
  };
  return (
    <div class="look" data-testid="look-occlusion">
      <PointedPhoto
        photo={photo}
        label={t.occlusion.name}
        testId="look-photo"
        onPoint={(x, y) => to(nearest(left, x * whole.width), nearest(top, y * whole.height))}
        onStep={(x, y) => to(column + x, row + y)}
      >
        <span
          class="look-square"
          aria-hidden="true"
          style={{
            left: `${(100 * (left[column] ?? 0)) / whole.width}%`,
            top: `${(100 * (top[row] ?? 0)) / whole.height}%`,
            width: `${(100 * side) / whole.width}%`,
            height: `${(100 * side) / whole.height}%`,
          }}
        />
      </PointedPhoto>
      <p role="status" data-testid="look-said">
        {t.occlusion.fell(drops[cell] ?? 0)}
      </p>
    </div>
  );
}
