/** The controls of every technique but the first, which is on the page from the beginning. */
import type { FunctionComponent } from 'preact';
import type { TechniqueName } from '../../../../shared/recipe';
import { DreamSettings } from './Dream';
import { FastSettings } from './Fast';
import { InvertSettings } from './Invert';
import { SeeSettings } from './See';
import { TextureSettings } from './Texture';

export const controls: Readonly<Record<Exclude<TechniqueName, 'style'>, FunctionComponent>> = {
  fast: FastSettings,
  dream: DreamSettings,
  invert: InvertSettings,
  texture: TextureSettings,
  see: SeeSettings,
};
