/** Texture synthesis' controls. */
import { type TextureRecipe, textureDefaults, textureMethods } from '../../../../shared/recipe';
import { formatDecimal, formatInteger } from '../../../page/words/format';
import { dictionary } from '../../state/language';
import { taps } from '../../state/networks';
import { grainRange, reaching, textureRanges } from '../../state/ranges';
import { editOf, recipes } from '../../state/recipe';
import { CheckField, ChipsField, ChoiceField, RangeField, SelectField } from '../fields';

const edit = (changes: Partial<TextureRecipe>) => editOf('texture', changes);

/** The first layer of every block, as the paper has them, and what the recipe has besides. */
function depths(): readonly string[] {
  const names = taps.value.map(({ name }) => name);
  const first = names.filter((name) => !/_(?:[2-9]|\d\d)$/.test(name));
  return names.filter((name) => first.includes(name) || textureDefaults.layers.some(({ layer }) => layer === name));
}

function GramFields() {
  const t = dictionary.value;
  const { layers, grain, ladder, seamless, steps } = recipes.value.texture;
  const weightOf = (name: string) => layers.find(({ layer }) => layer === name)?.weight ?? 1;
  return (
    <>
      <ChipsField
        label={t.layers.layers}
        help={t.texture.layersHelp}
        testId="texture-layers"
        choices={depths()}
        chosen={layers.map(({ layer }) => layer)}
        onValue={(chosen) => edit({ layers: chosen.map((layer) => ({ layer, weight: weightOf(layer) })) })}
      />
      <RangeField
        label={t.settings.grain}
        help={t.settings.grainHelp}
        testId="texture-grain"
        {...reaching(grainRange, grain)}
        value={grain}
        text={formatDecimal(t.tag, grain)}
        onValue={(value) => edit({ grain: value })}
      />
      <CheckField
        label={t.texture.ladder}
        help={t.texture.ladderHelp}
        testId="texture-ladder"
        checked={ladder}
        onValue={(value) => edit({ ladder: value })}
      />
      <CheckField
        label={t.texture.seamless}
        help={t.texture.seamlessHelp}
        testId="texture-seamless"
        checked={seamless}
        onValue={(value) => edit({ seamless: value })}
      />
      <RangeField
        label={t.settings.steps}
        help={t.texture.stepsHelp}
        testId="texture-steps"
        {...reaching(textureRanges.steps, steps)}
        value={steps}
        text={formatInteger(t.tag, steps)}
        onValue={(value) => edit({ steps: value })}
      />
    </>
  );
}

function BaselineField() {
  const t = dictionary.value;
  const { method, baseline } = recipes.value.texture;
  const field = method === 'quilting' ? 'patch' : 'window';
  return (
    <RangeField
      label={t.texture[field]}
      help={t.texture[`${field}Help`]}
      testId={`texture-${field}`}
      {...reaching(textureRanges[field], baseline[field])}
      value={baseline[field]}
      text={formatInteger(t.tag, baseline[field])}
      onValue={(value) => edit({ baseline: { ...baseline, [field]: value } })}
    />
  );
}

/** Width over height, and what people call it. */
const shapes: readonly (readonly [aspect: number, name: string])[] = [
  [1, '1 : 1'],
  [4 / 3, '4 : 3'],
  [3 / 2, '3 : 2'],
  [16 / 9, '16 : 9'],
  [2, '2 : 1'],
  [3 / 4, '3 : 4'],
  [2 / 3, '2 : 3'],
  [9 / 16, '9 : 16'],
];
const sampleSizes = [96, 128, 192, 256, 384, 512] as const;

function ShapeFields() {
  const t = dictionary.value;
  const { aspect, sampleSize } = recipes.value.texture;
  return (
    <>
      <SelectField
        label={t.texture.sampleSize}
        help={t.texture.sampleSizeHelp}
        testId="texture-sample-size"
        choices={sampleSizes.map((size) => ({ value: String(size), label: formatInteger(t.tag, size) }))}
        value={String(sampleSize)}
        onValue={(value) => edit({ sampleSize: Number(value) })}
      />
      <SelectField
        label={t.texture.aspect}
        help={t.texture.aspectHelp}
        testId="texture-aspect"
        choices={shapes.map(([value, label]) => ({ value: String(value), label }))}
        value={String(aspect)}
        onValue={(value) => edit({ aspect: Number(value) })}
      />
    </>
  );
}

export function TextureSettings() {
  const t = dictionary.value;
  const { method } = recipes.value.texture;
  return (
    <>
      <ChoiceField
        label={t.texture.method}
        help={t.texture.methodHelp[method]}
        testId="texture-method"
        choices={textureMethods.map((value) => ({ value, label: t.texture.methods[value] }))}
        value={method}
        onValue={(value) => edit({ method: value })}
      />
      {method === 'gram' ? <GramFields /> : <BaselineField />}
      <ShapeFields />
    </>
  );
}
