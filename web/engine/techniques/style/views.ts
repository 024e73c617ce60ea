/** From where the network looks at the picture in turns, and what the picture is measured against there. */
import type { StyleRecipe } from '../../../../shared/techniques/style/schema';
import { tensorOf } from '../../images/pictures';
import type { Raster } from '../../images/resample';
import { pixelTaps } from '../../network/grain';
import type { Network } from '../../network/network';
import { isPixelTap } from '../../objectives/grain';
import type { Objective } from '../../objectives/objective';
import type { Shift, Shifter } from '../../optimise/shift';
import { contentObjectives, styleObjectives } from './objectives';
import { guideAt, type Region, shiftedGuide } from './regions';
import type { Scale } from './scales';

/** One look at the picture: how it is shifted, and what it is measured against there. */
export interface View {
  readonly shift: Shift;
  readonly objectives: readonly Objective[];
}

/** How many alignments of the picture to the network's lattice take turns. */
export const alignments = 8;

interface Looks {
  readonly recipe: StyleRecipe;
  readonly network: Network;
  readonly shifts: readonly Shift[];
  readonly shifter: Shifter;
  readonly regions: readonly Region[];
  readonly taps: readonly string[];
  readonly grain: Network | null;
}

/** A style of no region is the same from everywhere; photo and guides are shifted alike. */
export async function viewsOf(looks: Looks, photo: Raster, scale: Scale): Promise<View[]> {
  const { recipe, network, shifts, shifter, regions } = looks;
  const everywhere = await Promise.all(
    regions.filter(({ guide }) => !guide).map((region) => regionObjectives(looks, region, scale, null)),
  );
  const image = tensorOf(photo);
  const views: View[] = [];
  for (const shift of shifts) {
    const shifted = shifter.apply(image, shift);
    const content = contentObjectives(recipe, network, shifted);
    shifted.dispose();
    const here = await Promise.all(
      regions.filter(({ guide }) => guide).map((region) => regionObjectives(looks, region, scale, shift)),
    );
    views.push({ shift, objectives: [...everywhere.flat(), ...here.flat(), ...content] });
  }
  image.dispose();
  return views;
}

function regionObjectives(
  { recipe, network, taps, grain }: Looks,
  { sources, targets, guide, share }: Region,
  scale: Scale,
  shift: Shift | null,
): Promise<Objective[]> {
  const paintingSize = Math.round(scale.longSide * recipe.styleScale);
  const styled = { ...recipe, styles: [...sources] };
  if (!guide || !shift) return styleObjectives(styled, network, targets, paintingSize);
  const seen = shiftedGuide(guide, scale.canvas, shift);
  const shapes = network.featureShapes(taps, seen.height, seen.width);
  const ofGrain = grain?.featureShapes(pixelTaps, seen.height, seen.width);
  const shapeAt = (layer: string) => (isPixelTap(layer) ? ofGrain?.get(layer) : shapes.get(network.nodeOf(layer)));
  const guideOf = (layer: string) => guideAt(seen, shapeAt(layer) ?? [1, 1, 1]);
  return styleObjectives(styled, network, targets, paintingSize, { share, guideOf });
}
