/** Style transfer's own views. Several styles in one painting: who takes part, how much, and where; and where painting starts. */
import '../../state/partWords';
import { limits } from '../../../../shared/limits';
import type { StyleSource } from '../../../../shared/techniques/contract';
import { reaching } from '../../../../shared/techniques/values';
import { museumName } from '../../../../shared/words/studio';
import { FileButton } from '../../../page/parts/FileButton';
import { Icon } from '../../../page/parts/Icon';
import { formatPercent } from '../../../page/words/format';
import { dictionary } from '../../state/language';
import { keyOf, maskEdited, masks } from '../../state/masks';
import { ownPaintingOf, ownPaintings } from '../../state/ownPaintings';
import { photo } from '../../state/photo';
import { edit, styleRecipe } from '../../state/recipe';
import { openStart, startFrom, startName, startPicture, startWith } from '../../state/start';
import { presetById, presets } from '../../state/styles';
import { comparable, shownPixels } from '../../state/view';
import { ChoiceField, RangeField } from '../fields/controls';
import { mixRange } from './Fast';

function nameOf(style: StyleSource): string {
  const t = dictionary.value;
  if ('preset' in style) return museumName(t, presetById(style.preset)?.work ?? style.preset);
  return ('image' in style && ownPaintingOf(style.image)?.name) || t.styles.own;
}

function add(key: string): void {
  const source: StyleSource = ownPaintingOf(key) ? { image: key, weight: 1 } : { preset: key, weight: 1 };
  edit({ styles: [...styleRecipe.value.styles, source] });
}

function Row({ style, index, total }: { readonly style: StyleSource; readonly index: number; readonly total: number }) {
  const t = dictionary.value;
  const { styles } = styleRecipe.value;
  const name = nameOf(style);
  const masked = style.mask !== undefined;
  return (
    <li class="mix-row">
      {styles.length > 1 && (
        <RangeField
          label={name}
          help={t.mix.weightHelp}
          testId={`mix-weight-${index}`}
          {...reaching(mixRange, style.weight)}
          value={style.weight}
          text={formatPercent(t.tag, total > 0 ? style.weight / total : 0)}
          onValue={(weight) => edit({ styles: styles.map((each, i) => (i === index ? { ...each, weight } : each)) })}
        />
      )}
      <div class="field-row wrap">
        <button
          type="button"
          data-testid={`mask-${index}`}
          disabled={!photo.value}
          title={photo.value ? undefined : t.run.needs.photo}
          onClick={() => {
            maskEdited.value = index;
          }}
        >
          {masked && masks.value[keyOf(style)] ? t.mask.change : t.mask.draw}
        </button>
        {styles.length > 1 && (
          <button
            type="button"
            class="quiet icon-only"
            data-testid={`mix-remove-${index}`}
            aria-label={t.mix.remove(name)}
            title={t.mix.remove(name)}
            onClick={() => edit({ styles: styles.filter((_, i) => i !== index) })}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
    </li>
  );
}

function AddField() {
  const t = dictionary.value;
  const taken = styleRecipe.value.styles.map(keyOf);
  const list = presets.value.status === 'ready' ? presets.value.list : [];
  const choices = [
    ...ownPaintings.value.map(({ image, name }) => [image, name] as const),
    ...list.map(({ id, work }) => [id, museumName(t, work)] as const),
  ].filter(([key]) => !taken.includes(key));
  if (choices.length === 0 || taken.length >= limits.run.maxStyles) return null;
  return (
    <select
      class="mix-add"
      data-testid="mix-add"
      aria-label={t.mix.add}
      value=""
      onChange={(event) => {
        if (event.currentTarget.value) add(event.currentTarget.value);
        event.currentTarget.value = '';
      }}
    >
      <option value="">{t.mix.add}</option>
      {choices.map(([key, name]) => (
        <option key={key} value={key}>
          {name}
        </option>
      ))}
    </select>
  );
}

export function StyleMix() {
  const t = dictionary.value;
  const { styles } = styleRecipe.value;
  if (styles.length === 0) return null;
  const total = styles.reduce((sum, { weight }) => sum + weight, 0);
  return (
    <div class="field mix" data-testid="mix">
      <h3 class="field-title">{t.mix.heading}</h3>
      <p class="help">{t.mix.help}</p>
      <ol>
        {styles.map((style, index) => (
          <Row key={keyOf(style)} style={style} index={index} total={total} />
        ))}
      </ol>
      <AddField />
    </div>
  );
}

export function StartField() {
  const t = dictionary.value;
  const { start } = styleRecipe.value;
  const result = comparable.value ? shownPixels.value?.pixels : undefined;
  return (
    <>
      <ChoiceField
        label={t.advanced.start}
        help={t.advanced.startHelp}
        testId="start"
        choices={[
          { value: 'content' as const, label: t.advanced.starts.content },
          { value: 'noise' as const, label: t.advanced.starts.noise },
          {
            value: 'image' as const,
            label: startName.value?.(t) ?? t.advanced.starts.image,
            refusal: result || startPicture.value ? undefined : t.run.needs.start,
          },
        ]}
        value={start}
        onValue={(value) => {
          if (value !== 'image') startWith(value);
          else if (result) startFrom(result);
        }}
      />
      <div class="field">
        <FileButton testId="start-input" onFile={(file) => void openStart(file)}>
          {t.advanced.startFile}
        </FileButton>
        <p class="help">{t.advanced.startFileHelp}</p>
      </div>
    </>
  );
}
