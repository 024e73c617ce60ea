/**
 * Another network to look through: layers that it has by name stay, for the others the layer that sees about as much of
 * the picture stands in. What a technique was set to under a network comes back with that network.
 */
import { type DreamRecipe, dreamLayersOf, type Recipe } from '../../../shared/recipe';
import { defaultNetwork } from '../../../shared/techniques/contract';
import { architectureOf } from './networks';
import { editOf, keptLayers, recipes, techniques } from './recipe';
import { type Tap, tapsOf } from './taps';

/** The network that looks at pictures is one choice for all: the pictures are to be comparable. */
export function chooseNetwork(network: string): void {
  for (const name of techniques) {
    const recipe = recipes.value[name];
    if (name === 'fast' || recipe.network === network) continue;
    const kept = keptLayers.get(name) ?? new Map<string, object>();
    keptLayers.set(name, kept.set(recipe.network, layersIn(recipe)));
    editOf(name, { ...(kept.get(network) ?? layersFor(recipe, network)), network });
  }
}

/** The fields that name layers or their channels. */
function layersIn(recipe: Recipe): object {
  switch (recipe.technique) {
    case 'style':
      return { contentLayers: recipe.contentLayers, styleLayers: recipe.styleLayers };
    case 'see':
      return { layer: recipe.layer, channel: recipe.channel };
    case 'fast':
      return {};
    default:
      return { layers: recipe.layers };
  }
}

/** The same fields for another network. A channel's number means another thing there. */
function layersFor(recipe: Recipe, network: string): object {
  const [from, to] = [architectureOf(recipe.network), architectureOf(network)];
  // The recipe's defaults are the default network's layers.
  const known = [...tapsOf(from), ...tapsOf(architectureOf(defaultNetwork))];
  const stand = (layer: string) => standIn(layer, known, tapsOf(to));
  const each = <Layer extends { readonly layer: string }>(layers: readonly Layer[]) =>
    layers
      .map((row) => ({ ...row, layer: stand(row.layer) }))
      .filter(({ layer }, index, rows) => rows.findIndex((row) => row.layer === layer) === index);
  switch (recipe.technique) {
    case 'style':
      return { contentLayers: each(recipe.contentLayers), styleLayers: each(recipe.styleLayers) };
    case 'dream': {
      // A network dreams best in the layers that suit it, until somebody chose others.
      const untouched = JSON.stringify(recipe.layers) === JSON.stringify(dreamLayersOf(from));
      const layers: DreamRecipe['layers'] = untouched ? [...dreamLayersOf(to)] : recipe.layers;
      return { layers: each(layers).map(({ channels: _, ...row }) => row) };
    }
    case 'texture':
      return { layers: each(recipe.layers) };
    case 'invert':
      return { layers: [...new Set(recipe.layers.map(stand))] };
    case 'see':
      return { layer: stand(recipe.layer), channel: undefined };
    case 'fast':
      return {};
  }
}

/** Receptive fields compare as sizes do, by their ratio. A name that nobody knows stays. */
function standIn(layer: string, known: readonly Tap[], taps: readonly Tap[]): string {
  const sees = known.find(({ name }) => name === layer)?.sees;
  if (sees === undefined || taps.some(({ name }) => name === layer)) return layer;
  const apart = (tap: Tap) => Math.abs(Math.log(tap.sees / sees));
  return taps.reduce<Tap | null>((best, tap) => (best && apart(best) <= apart(tap) ? best : tap), null)?.name ?? layer;
}
