/** Textures that people ask for by name: fields that are not the defaults. */
import { evenly } from '../contract';
import type { TextureRecipe } from './schema';

export const textureExamples: Readonly<Record<string, Partial<TextureRecipe>>> = {
  texture: {},
  tile: { seamless: true },
  grain: { layers: [...evenly('relu1_1', 'relu2_1')] },
  quilt: { method: 'quilting' },
};
