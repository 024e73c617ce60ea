/** Which sizes a run goes through, and how many steps each. */
import { paintedSize, type StyleRecipe } from '../../../../shared/techniques/style/schema';
import { fitLongSide, tensorOf } from '../../images/pictures';
import type { Raster } from '../../images/resample';
import { pixelTaps } from '../../network/grain';
import type { Network } from '../../network/network';
import { isPixelTap } from '../../objectives/grain';
import type { Objective } from '../../objectives/objective';
import { pyramidSizes } from '../../optimise/pyramid';
import type { Shift, Shifter } from '../../optimise/shift';
import { contentObjectives, styleObjectives } from './objectives';
import { guideAt, type Region, shiftedGuide } from './regions';

export interface Scale {
  /** From 1, of so many. */
  readonly index: number;
  readonly count: number;
  /** Of the picture, in pixels; of the last one the result's, or more where that is small. */
  readonly longSide: number;
  readonly width: number;
  readonly height: number;
  /** What is painted: the result and a margin around it that is cut off in the end. */
  readonly canvas: { readonly width: number; readonly height: number };
  readonly steps: number;
  /** Pixels that a step looks at. */
  readonly cost: number;
}

/** The short side must leave two cells at the deepest VGG tap, which sees every 16th pixel. */
const minShortSide = 32;

/**
 * Share of the long side. A border is seen from one side only, or mirrored: strokes there run into it at right angles.
 * So the border is painted where nobody sees it.
 */
const marginShare = 0.03;

/** Pixels around a result whose long side is `size`. */
export const marginOf = (size: number): number => Math.ceil(size * marginShare);

/** @param width, height of the photo, any size */
export function scalesOf({ size, schedule }: StyleRecipe, width: number, height: number): Scale[] {
  const aspect = Math.max(width, height) / Math.min(width, height);
  const start = Math.max(schedule.minSize, Math.ceil(minShortSide * aspect));
  const finest = schedule.minSize === size ? size : paintedSize(size);
  const result = fitLongSide(width, height, size);
  const margin = 2 * marginOf(size);
  return pyramidSizes(Math.min(start, finest), finest).map((longSide, i, { length: count }) => {
    const canvas = {
      width: Math.round(((result.width + margin) * longSide) / size),
      height: Math.round(((result.height + margin) * longSide) / size),
    };
    const steps = i === 0 ? schedule.firstSteps : schedule.steps;
    const { width: across, height: down } = fitLongSide(width, height, longSide);
    const cost = canvas.width * canvas.height;
    return { index: i + 1, count, longSide, width: across, height: down, canvas, steps, cost };
  });
}

// From where the network looks at the picture in turns, and what the picture is measured against there.

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
