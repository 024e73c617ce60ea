/**
 * DeepDream's own views. What is amplified: one layer or several by weight, some of their channels, everywhere or at one
 * place of the photo.
 */
import '../../state/partWords';
import { limits } from '../../../../shared/limits';
import type { DreamRecipe } from '../../../../shared/techniques/dream/schema';
import { reaching } from '../../../../shared/techniques/values';
import { Icon } from '../../../page/parts/Icon';
import { PixelCanvas } from '../../../page/parts/PixelCanvas';
import { formatDecimal, formatPercent } from '../../../page/words/format';
import { dictionary } from '../../state/language';
import { taps } from '../../state/networks';
import { photo } from '../../state/photo';
import { editOf, recipes } from '../../state/recipe';
import { CheckField, RangeField } from '../fields/controls';
import { ChannelsField, LayerField, layerWeightRange } from '../fields/layers';

type Layer = DreamRecipe['layers'][number];
type Place = NonNullable<Layer['at']>;
type Undefinable<T> = { readonly [Field in keyof T]: T[Field] | (undefined extends T[Field] ? undefined : never) };

const setLayers = (layers: readonly Layer[]) => editOf('dream', { layers: [...layers] });

/** What is absent means everything, everywhere. */
function layerOf({ layer, weight, channels, at }: Undefinable<Layer>): Layer {
  return { layer, weight, ...(channels && channels.length > 0 ? { channels } : {}), ...(at ? { at } : {}) };
}

function LayerRow({ row, index, guided }: { readonly row: Layer; readonly index: number; readonly guided: boolean }) {
  const t = dictionary.value;
  const { layers } = recipes.value.dream;
  const change = (next: Layer) => setLayers(layers.map((each, i) => (i === index ? next : each)));
  // The first row's names are what tests and people know.
  const named = (name: string) => (index === 0 ? `dream-${name}` : `dream-${name}-${index}`);
  return (
    <li class="dream-layer">
      <LayerField
        testId={named('layer')}
        help={t.techniques.dream.fields.layers.help}
        value={row.layer}
        // A channel's number means another thing in another layer.
        onValue={(layer) => change(layerOf({ ...row, layer, channels: undefined }))}
      />
      {!guided && (
        <ChannelsField
          testId={named('channels')}
          layer={row.layer}
          help={t.techniques.dream.fields.channels.help}
          value={row.channels ?? []}
          onValue={(channels) => change(layerOf({ ...row, channels: [...channels] }))}
        />
      )}
      {layers.length > 1 && (
        <>
          <RangeField
            label={t.dream.weight}
            help={t.dream.weightHelp}
            testId={named('weight')}
            {...reaching(layerWeightRange, row.weight)}
            value={row.weight}
            text={formatDecimal(t.tag, row.weight)}
            onValue={(weight) => change({ ...row, weight })}
          />
          <button
            type="button"
            class="quiet"
            data-testid={named('remove')}
            onClick={() => setLayers(layers.filter((_, i) => i !== index))}
          >
            <Icon name="close" />
            {t.layers.remove(row.layer)}
          </button>
        </>
      )}
    </li>
  );
}

/** In shares of a side. */
const arrows: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-0.02, 0],
  ArrowRight: [0.02, 0],
  ArrowUp: [0, -0.02],
  ArrowDown: [0, 0.02],
};

const share = (value: number) => Math.min(1, Math.max(0, Math.round(value * 100) / 100));
const placeAt = (x: number, y: number): Place => ({ x: share(x), y: share(y) });

function PlaceField() {
  const t = dictionary.value;
  const { layers } = recipes.value.dream;
  const at = layers.find((layer) => layer.at)?.at;
  const set = (place: Place | undefined) => setLayers(layers.map((layer) => layerOf({ ...layer, at: place })));
  const picture = photo.value;
  const axis = (name: 'x' | 'y', place: Place) => (
    <RangeField
      label={t.dream.axes[name]}
      help={t.dream.axesHelp[name]}
      testId={`dream-place-${name}`}
      min={0}
      max={1}
      step={0.01}
      value={place[name]}
      text={formatPercent(t.tag, place[name])}
      onValue={(value) => set({ ...place, [name]: value })}
    />
  );
  return (
    <>
      <CheckField
        label={t.techniques.dream.fields.place.label}
        help={t.techniques.dream.fields.place.help}
        testId="dream-place"
        checked={at !== undefined}
        onValue={(checked) => set(checked ? { x: 0.5, y: 0.5 } : undefined)}
      />
      {at && picture && (
        <button
          type="button"
          class="place"
          data-testid="dream-place-photo"
          aria-label={t.dream.placePhoto}
          style={{ '--x': at.x, '--y': at.y }}
          onClick={(event) => {
            // Pressed by the keyboard it says no place; the arrows do.
            if (event.detail === 0) return;
            const box = event.currentTarget.getBoundingClientRect();
            set(placeAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height));
          }}
          onKeyDown={(event) => {
            const step = arrows[event.key];
            if (!step) return;
            event.preventDefault();
            set(placeAt(at.x + step[0], at.y + step[1]));
          }}
        >
          <PixelCanvas class="place-photo" pixels={picture.pixels} label="" testId="place-canvas" />
          <span class="place-mark" aria-hidden="true" />
        </button>
      )}
      {at && axis('x', at)}
      {at && axis('y', at)}
    </>
  );
}

export function DreamLayers() {
  const t = dictionary.value;
  const { layers, guide: towards } = recipes.value.dream;
  const guided = towards !== undefined;
  const add = () => {
    const next = taps.value.find(({ name }) => !layers.some(({ layer }) => layer === name))?.name;
    const [first] = layers;
    if (first) setLayers([...layers, { ...first, layer: next ?? first.layer, weight: 1 }]);
  };
  return (
    <>
      <ol class="dream-layers" data-testid="dream-layers">
        {layers.map((row, index) => (
          <LayerRow key={index} row={row} index={index} guided={guided} />
        ))}
      </ol>
      {layers.length < limits.run.maxLayers && (
        <div class="field">
          <button type="button" data-testid="dream-add" onClick={add}>
            {t.layers.add}
          </button>
          <p class="help">{t.dream.addHelp}</p>
        </div>
      )}
      {guided ? <p class="help">{t.dream.guided}</p> : <PlaceField />}
    </>
  );
}
