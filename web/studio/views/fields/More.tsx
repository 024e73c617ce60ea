/** Fields that few pages need at once: layers and channels, seed and network, and what has a view of its own. */
import '../../state/partWords';
import type { FunctionComponent } from 'preact';
import { limits } from '../../../../shared/limits';
import { classLayer } from '../../../../shared/networks';
import { stylesOf } from '../../../../shared/recipe/about';
import type { TechniqueName } from '../../../../shared/techniques';
import type { LayersField } from '../../../../shared/techniques/contract';
import { defaultOf, fieldsOf, readField } from '../../../../shared/techniques/values';
import { Icon } from '../../../page/parts/Icon';
import { formatBytes } from '../../../page/words/format';
import { chooseNetwork } from '../../state/chooseNetwork';
import { dictionary } from '../../state/language';
import { classesOf, classNames, networks, taps } from '../../state/networks';
import { editField, editShared, recipe, recipes, rollSeed } from '../../state/recipe';
import { useLazy } from '../lazy';
import { DreamLayers } from '../techniques/Dream';
import { LearnedStyles } from '../techniques/Fast';
import { StartField, StyleMix } from '../techniques/Style';
import { ClassField } from './ClassField';
import { ChipsField, SelectField } from './controls';
import { describeField, Field, type TechniqueField } from './Field';
import { ChannelsField, LayerField, type WeightedLayer, WeightedLayers } from './layers';
import { GuideField, PhotosField } from './Pictures';

interface Props {
  readonly name: TechniqueName;
  readonly field: TechniqueField;
}

function SeedField() {
  const t = dictionary.value;
  const { min, max } = limits.run.seed;
  const set = (input: HTMLInputElement) => {
    const value = input.valueAsNumber;
    if (Number.isInteger(value) && value >= min && value <= max) editShared({ seed: value });
    // What is not a seed is not left standing as if it were one.
    else input.value = String(recipe.value.seed);
  };
  return (
    <div class="field">
      <label for="seed">{t.advanced.seed}</label>
      <div class="field-row">
        <input
          id="seed"
          data-testid="seed"
          type="number"
          inputMode="numeric"
          min={min}
          max={max}
          step={1}
          value={recipe.value.seed}
          aria-describedby="seed-help"
          onChange={(event) => set(event.currentTarget)}
        />
        <button
          type="button"
          class="icon-only"
          data-testid="dice"
          aria-label={t.advanced.dice}
          title={t.advanced.dice}
          onClick={() => rollSeed()}
        >
          <Icon name="dice" />
        </button>
      </div>
      <p class="help" id="seed-help">
        {t.advanced.seedHelp}
      </p>
    </div>
  );
}

function NetworkField() {
  const t = dictionary.value;
  if (networks.value.length < 2) return null;
  return (
    <SelectField
      label={t.advanced.network}
      help={t.advanced.networkHelp}
      testId="network"
      choices={networks.value.map(({ id, bytes }) => ({
        value: id,
        label: bytes > 0 ? t.layers.networkOption(id, formatBytes(t.tag, bytes)) : id,
      }))}
      value={recipe.value.network}
      onValue={chooseNetwork}
    />
  );
}

/** Names that a field of layers offers, shallow to deep. */
function offered(name: TechniqueName, field: LayersField): readonly string[] {
  const all = taps.value.map((tap) => tap.name);
  if (!field.offered) return all;
  const usual = (defaultOf(name, field as TechniqueField) as readonly WeightedLayer[]).map(({ layer }) => layer);
  if (field.offered === 'first of block') {
    return all.filter((layer) => !/_(?:[2-9]|\d\d)$/.test(layer) || usual.includes(layer));
  }
  return stylesOf(recipes.value[name]).some((style) => 'preset' in style) ? usual : all;
}

function Layers({ name, field }: Props & { readonly field: LayersField }) {
  const { shared } = describeField(name, field as TechniqueField);
  const value = readField(recipes.value[name], field as TechniqueField);
  const take = (next: unknown) => editField(name, field as TechniqueField, next);
  if (field.kind === 'layer') return <LayerField {...shared} value={String(value)} onValue={take} />;
  const choices = offered(name, field);
  if (field.kind === 'layers') {
    const most = choices.slice(0, limits.run.maxLayers);
    return <ChipsField {...shared} choices={most} chosen={value as readonly string[]} onValue={take} />;
  }
  const weighted = value as readonly WeightedLayer[];
  if (!field.chips) {
    return <WeightedLayers {...shared} choices={choices} value={weighted} least={field.least ?? 1} onValue={take} />;
  }
  const weightOf = (name: string) => weighted.find(({ layer }) => layer === name)?.weight ?? 1;
  return (
    <ChipsField
      {...shared}
      choices={choices}
      chosen={weighted.map(({ layer }) => layer)}
      onValue={(chosen) => take(chosen.map((layer) => ({ layer, weight: weightOf(layer) })))}
    />
  );
}

async function loadClasses(): Promise<object> {
  const module = await import('./classNames');
  classNames.value = module.classLists;
  return module;
}

/** One channel of the recipe's layer: by name where the layer's channels are ImageNet's classes, by number elsewhere. */
function ChannelField({ name, field }: Props) {
  const { layer = '' } = recipes.value[name] as { readonly layer?: string };
  useLazy(layer === classLayer, loadClasses);
  const channel = readField(recipes.value[name], field) as number | undefined;
  const take = (next: number | undefined) => editField(name, field, next);
  const classes = classesOf(layer);
  const byName = fieldsOf(name).find(({ kind, path }) => kind === 'class' && path === field.path);
  if (classes && byName) {
    return <ClassField {...describeField(name, byName).shared} classes={classes} value={channel} onValue={take} />;
  }
  return (
    <ChannelsField
      {...describeField(name, field).shared}
      single
      layer={layer}
      value={channel === undefined ? [] : [channel]}
      onValue={([next]) => take(next)}
    />
  );
}

/** By the kind of a field, or by the name of its own view. */
const views: Readonly<Record<string, FunctionComponent>> = {
  seed: SeedField,
  network: NetworkField,
  styles: StyleMix,
  start: StartField,
  'learned-styles': LearnedStyles,
  'dream-layers': DreamLayers,
  guide: GuideField,
  photos: PhotosField,
};

export function MoreField({ name, field }: Props) {
  switch (field.kind) {
    case 'layer':
    case 'layers':
    case 'weighted-layers':
      return <Layers name={name} field={field} />;
    case 'channel':
      return <ChannelField name={name} field={field} />;
    default: {
      const View = views[field.kind === 'view' ? field.view : field.kind];
      return View ? <View /> : null;
    }
  }
}

/** All of these, with layers and their weights behind a line that opens them. */
export function Fields({ name, fields }: { readonly name: TechniqueName; readonly fields: readonly TechniqueField[] }) {
  const t = dictionary.value;
  const show = (field: TechniqueField) => (
    <Field key={field.kind + describeField(name, field).shared.testId} name={name} field={field} more={MoreField} />
  );
  const weighted = fields.filter((field) => field.kind === 'weighted-layers' && !field.chips);
  const [first] = weighted;
  return (
    <>
      {fields.map((field) => {
        if (field === first) {
          return (
            <details key="layers" class="field layers" data-testid={`${name}-layers-open`}>
              <summary>{t.layers.weights}</summary>
              {weighted.map(show)}
            </details>
          );
        }
        return weighted.includes(field) ? null : show(field);
      })}
    </>
  );
}
