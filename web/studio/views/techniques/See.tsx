/** What a layer sees: its controls. */
import { classLayer } from '../../../../shared/imagenet';
import { type SeeRecipe, seeViews } from '../../../../shared/recipe';
import { formatInteger, formatPercent } from '../../../page/words/format';
import { classesOf, classNames } from '../../state/classes';
import { dictionary } from '../../state/language';
import { reaching, seeRanges } from '../../state/ranges';
import { editOf, recipes } from '../../state/recipe';
import { ChoiceField, RangeField } from '../fields';
import { useLazy } from '../lazy';
import { ClassField } from './ClassField';
import { ChannelsField, LayerField } from './layers';

async function loadClasses(): Promise<object> {
  const module = await import('./classNames');
  classNames.value = module.classes;
  return module;
}

const edit = (changes: { readonly [Field in keyof SeeRecipe]?: SeeRecipe[Field] | undefined }) =>
  editOf('see', changes);

function SaliencyFields() {
  const t = dictionary.value;
  const { overlay, smooth } = recipes.value.see;
  return (
    <>
      <RangeField
        label={t.see.overlay}
        help={t.see.overlayHelp}
        testId="see-overlay"
        {...seeRanges.overlay}
        value={overlay}
        text={formatPercent(t.tag, overlay)}
        ends={[t.settings.strengthLow, t.see.overlayHigh]}
        onValue={(value) => edit({ overlay: value })}
      />
      <RangeField
        label={t.see.samples}
        help={t.see.samplesHelp}
        testId="see-samples"
        {...reaching(seeRanges.samples, smooth.samples)}
        value={smooth.samples}
        text={formatInteger(t.tag, smooth.samples)}
        onValue={(samples) => edit({ smooth: { ...smooth, samples } })}
      />
    </>
  );
}

function CountField({ field }: { readonly field: 'maxChannels' | 'steps' }) {
  const t = dictionary.value;
  const value = recipes.value.see[field];
  return (
    <RangeField
      label={field === 'steps' ? t.settings.steps : t.see.maxChannels}
      help={field === 'steps' ? t.see.stepsHelp : t.see.maxChannelsHelp}
      testId={field === 'steps' ? 'see-steps' : 'see-max-channels'}
      {...reaching(seeRanges[field], value)}
      value={value}
      text={formatInteger(t.tag, value)}
      onValue={(next) => edit({ [field]: next })}
    />
  );
}

/** By name where the layer's channels are ImageNet's classes. */
function ChannelField() {
  const t = dictionary.value;
  const { view, layer, channel } = recipes.value.see;
  useLazy(layer === classLayer, loadClasses);
  const classes = classesOf(layer);
  if (classes) {
    const help = view === 'feature' ? t.see.featureClassHelp : t.see.classHelp;
    const take = (next: number | undefined) => edit({ channel: next });
    return <ClassField classes={classes} testId="see-class" help={help} value={channel} onValue={take} />;
  }
  return (
    <ChannelsField
      single
      testId="see-channel"
      layer={layer}
      help={view === 'feature' ? t.see.featureChannelHelp : t.see.channelHelp}
      value={channel === undefined ? [] : [channel]}
      onValue={([next]) => edit({ channel: next })}
    />
  );
}

export function SeeSettings() {
  const t = dictionary.value;
  const { view, layer } = recipes.value.see;
  return (
    <>
      <ChoiceField
        label={t.see.view}
        help={t.see.viewHelp[view]}
        testId="see-view"
        choices={seeViews.map((value) => ({ value, label: t.see.views[value] }))}
        value={view}
        onValue={(value) => edit({ view: value })}
      />
      <LayerField
        testId="see-layer"
        help={t.see.layerHelp}
        value={layer}
        // A channel's number means another thing in another layer.
        onValue={(next) => edit({ layer: next, channel: undefined })}
      />
      {(view === 'saliency' || view === 'feature') && <ChannelField />}
      {view === 'saliency' && <SaliencyFields />}
      {view === 'activations' && <CountField field="maxChannels" />}
      {view === 'feature' && <CountField field="steps" />}
    </>
  );
}
