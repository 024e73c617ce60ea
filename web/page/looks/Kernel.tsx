/** A kernel at work on one's own photo: its window, each value times its weight, the sum, the ReLU. */
import { useState } from 'preact/hooks';
import type { LookWords } from '../../../shared/words/looks';
import type { FilterData, Pixels } from '../../engine/api';
import { kernelAt, strongestInput, weightAt } from '../../engine/techniques/see/kernel';
import { PointedPhoto } from './Photo';

/** Red is above 0, blue below. */
const shade = (value: number, most: number) => {
  const share = Math.min(100, Math.round((100 * Math.abs(value)) / (most || 1)));
  return `color-mix(in srgb, ${value < 0 ? '#2b62c4' : '#c43b2b'} ${share}%, transparent)`;
};

function Grid({ name, values, columns }: { name: string; values: readonly number[]; columns: number }) {
  const most = Math.max(...values.map(Math.abs));
  return (
    <figure class="look-grid">
      <div style={{ gridTemplateColumns: `repeat(${columns}, 1fr)` }}>
        {values.map((value, i) => (
          <span key={i} style={{ background: shade(value, most) }}>
            {value.toFixed(2)}
          </span>
        ))}
      </div>
      <figcaption>{name}</figcaption>
    </figure>
  );
}

export function Kernel({ data, photo, t }: { data: FilterData; photo: Pixels; t: LookWords }) {
  const { kernel, inputs, outputs, stride, width, height } = data;
  const [channel, setChannel] = useState(0);
  const [place, setPlace] = useState<readonly [x: number, y: number]>([0.5, 0.5]);
  const [rows, columns] = [Math.floor(height / stride), Math.floor(width / stride)];
  const cell = (share: number, count: number) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
  const [row, column] = [cell(place[1], rows), cell(place[0], columns)];
  const { window, products, sum, answer } = kernelAt(data, channel, row, column);
  // Of three inputs all, each in its own grid; of more the one that weighs most.
  const shown = inputs === 3 ? [0, 1, 2] : [strongestInput(data, channel)];
  const of = (values: Float32Array, input: number) =>
    Array.from({ length: kernel[0] * kernel[1] }, (_, i) => values[i * inputs + input] ?? 0);
  const weights = (input: number) =>
    Array.from({ length: kernel[0] * kernel[1] }, (_, i) =>
      weightAt(data, [Math.floor(i / kernel[1]), i % kernel[1]], input, channel),
    );
  return (
    <div class="look" data-testid="look-filters">
      <PointedPhoto
        photo={photo}
        label={t.filters.name}
        testId="look-photo"
        onPoint={(x, y) => setPlace([x, y])}
        onStep={(x, y) => setPlace([(column + 0.5 + x) / columns, (row + 0.5 + y) / rows])}
      >
        <span
          class="look-square"
          aria-hidden="true"
          style={{
            left: `${(100 * (column * stride - data.padding.left)) / width}%`,
            top: `${(100 * (row * stride - data.padding.top)) / height}%`,
            width: `${(100 * kernel[1]) / width}%`,
            height: `${(100 * kernel[0]) / height}%`,
          }}
        />
      </PointedPhoto>
      <div class="look-sum">
        <label>
          {t.filters.channel}{' '}
          <input
            type="number"
            data-testid="look-channel"
            min={0}
            max={outputs - 1}
            value={channel}
            onInput={({ currentTarget: { valueAsNumber: next } }) => {
              if (Number.isInteger(next) && next >= 0 && next < outputs) setChannel(next);
            }}
          />
        </label>
        {shown.map((input) => (
          <div key={input} class="look-grids">
            <Grid name={t.filters.window} values={of(window, input)} columns={kernel[1]} />
            <Grid name={t.filters.weights} values={weights(input)} columns={kernel[1]} />
            <Grid name={t.filters.products} values={of(products, input)} columns={kernel[1]} />
          </div>
        ))}
        {inputs > 3 && <p class="help">{t.filters.strongest(shown[0] ?? 0, inputs)}</p>}
        <p role="status" data-testid="look-said">
          {t.filters.sum(sum.toFixed(2), answer.toFixed(2))}
        </p>
      </div>
    </div>
  );
}
