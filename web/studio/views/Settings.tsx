/** The controls most people touch, of the technique that is chosen. Each edits one field of its recipe. */
import type { FunctionComponent } from 'preact';
import type { TechniqueName } from '../../../shared/recipe';
import { dictionary } from '../state/language';
import { technique } from '../state/recipe';
import { SizeField } from './SizeField';
import { DreamSettings } from './techniques/Dream';
import { FastSettings } from './techniques/Fast';
import { InvertSettings } from './techniques/Invert';
import { SeeSettings } from './techniques/See';
import { StyleSettings } from './techniques/Style';
import { TextureSettings } from './techniques/Texture';

const controls: Readonly<Record<TechniqueName, FunctionComponent>> = {
  style: StyleSettings,
  fast: FastSettings,
  dream: DreamSettings,
  invert: InvertSettings,
  texture: TextureSettings,
  see: SeeSettings,
};

export function Settings() {
  const t = dictionary.value;
  const Controls = controls[technique.value];
  return (
    <section class="block" aria-labelledby="settings-heading">
      <header class="block-head">
        <h2 id="settings-heading">{t.settings.heading}</h2>
      </header>
      <Controls />
      {technique.value !== 'style' && <SizeField />}
    </section>
  );
}
