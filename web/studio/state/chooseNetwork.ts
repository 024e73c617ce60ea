/**
 * Another network to look through: layers that it has by name stay, for the others the layer that sees about as much of
 * the picture stands in. What a technique was set to under a network comes back with that network.
 */

import { defaultNetwork } from '../../../shared/networks';
import { type Recipe, techniqueNamed, techniqueNames, techniqueOf } from '../../../shared/techniques';
import { architectureOf } from './networks';
import { editOf, keptLayers, recipes } from './recipe';
import { type Tap, tapsOf } from './taps';

/** The network that looks at pictures is one choice for all: the pictures are to be comparable. */
export function chooseNetwork(network: string): void {
  for (const name of techniqueNames) {
    const recipe = recipes.value[name];
    if (techniqueNamed(name).network === 'paints' || recipe.network === network) continue;
    const kept = keptLayers.get(name) ?? new Map<string, object>();
    keptLayers.set(name, kept.set(recipe.network, layersIn(recipe)));
    editOf(name, { ...(kept.get(network) ?? layersFor(recipe, network)), network });
  }
}

type Fields = Readonly<Record<string, unknown>>;

const picked = (from: object, fields: readonly string[] = []): Fields =>
  Object.fromEntries(fields.map((field) => [field, (from as Fields)[field]]));

/** The fields that name layers or their channels. */
const layersIn = (recipe: Recipe): Fields => picked(recipe, techniqueOf(recipe).layerFields);

/** Those that a technique suits an architecture best with. */
function suitedTo(recipe: Recipe, architecture: string): Fields {
  const { defaults, layerFields, suited } = techniqueOf(recipe);
  return { ...picked(defaults, layerFields), ...suited?.[architecture] };
}

/** The same fields for another network. */
function layersFor(recipe: Recipe, network: string): Fields {
  const [from, to] = [architectureOf(recipe.network), architectureOf(network)];
  // The recipe's defaults are the default network's layers.
  const known = [...tapsOf(from), ...tapsOf(architectureOf(defaultNetwork))];
  // What suits a network stays so until somebody chose other layers.
  const untouched = JSON.stringify(layersIn(recipe)) === JSON.stringify(suitedTo(recipe, from));
  const layers = untouched ? suitedTo(recipe, to) : layersIn(recipe);
  const stand = (layer: string) => standIn(layer, known, tapsOf(to));
  return Object.fromEntries(Object.entries(layers).map(([field, value]) => [field, replaced(value, stand)]));
}

type Row = { readonly layer: string };

/** Names of layers, alone, in lists or in rows. A channel's number means another thing in another network. */
function replaced(value: unknown, stand: (layer: string) => string): unknown {
  if (typeof value === 'string') return stand(value);
  if (!Array.isArray(value)) return undefined;
  if (value.every((each) => typeof each === 'string')) return [...new Set(value.map(stand))];
  return (value as Row[])
    .map((row) => {
      const { channels: _, ...rest } = row as Row & { readonly channels?: unknown };
      return { ...rest, layer: stand(row.layer) };
    })
    .filter(({ layer }, index, rows) => rows.findIndex((row) => row.layer === layer) === index);
}

/** Receptive fields compare as sizes do, by their ratio. A name that nobody knows stays. */
function standIn(layer: string, known: readonly Tap[], taps: readonly Tap[]): string {
  const sees = known.find(({ name }) => name === layer)?.sees;
  if (sees === undefined || taps.some(({ name }) => name === layer)) return layer;
  const apart = (tap: Tap) => Math.abs(Math.log(tap.sees / sees));
  return taps.reduce<Tap | null>((best, tap) => (best && apart(best) <= apart(tap) ? best : tap), null)?.name ?? layer;
}
