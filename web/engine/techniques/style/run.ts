/**
 * Style transfer by optimisation (Gatys, Ecker & Bethge 2016), coarse to fine: at each scale of a pyramid, Adam on
 * the pixels against the photo's content and the painting's statistics; what one scale paints, the next refines.
 */
import type { StyleRecipe } from '../../../../shared/techniques/style/schema';
import { addMargin, cropMiddle } from '../../images/margin';
import { fitLongSide, fitted, pixelsOf, rasterOf } from '../../images/pictures';
import { randomFrom, randomGenerator } from '../../images/random';
import type { Network } from '../../network/network';
import { pixelNetwork } from '../../objectives/grain';
import { Descent } from '../../optimise/descend';
import type { AdamSnapshot } from '../../optimise/pyramidAdam';
import { Shifter, shiftsUpTo } from '../../optimise/shift';
import type { TechniqueResult } from '../../types';
import { contentOf, type TechniqueContext } from '../technique';
import { tapsOfRecipe } from './objectives';
import { printStyle } from './print';
import { recolouring } from './recolouring';
import { regionsOf } from './regions';
import { alignments, marginOf, scalesOf } from './scales';
import { type Painting, paintScale, type StyleState } from './stage';

type StyleContext = TechniqueContext<StyleRecipe, Network, StyleState>;

export async function runStyle(context: StyleContext): Promise<TechniqueResult> {
  const { recipe, network, print, resume } = context;
  if (print) return printStyle(context, print);
  const taps = tapsOfRecipe(recipe);
  // Before anything is allocated: throws `layer-unknown`.
  for (const tap of taps) network.nodeOf(tap);
  const given = rasterOf(contentOf(context));
  const scales = scalesOf(recipe, given.width, given.height);
  const frame = fitted(given, fitLongSide(given.width, given.height, recipe.size));
  const margin = marginOf(recipe.size);
  const recoloured = recolouring(recipe, context.styles, frame);
  const drawn = randomGenerator(recipe.seed);
  const painting: Painting = {
    recipe,
    network: recipe.pooling === 'network' ? network : network.with({ pooling: recipe.pooling }),
    taps,
    photo: addMargin(recoloured.photo, margin),
    start: context.start ? addMargin(fitted(rasterOf(context.start), frame), margin) : null,
    regions: regionsOf(recipe, recoloured.styles, context.masks ?? [], frame, margin),
    shifts: shiftsUpTo(recipe.jitter, alignments, drawn),
    random: resume ? randomFrom(resume.random) : drawn,
    shifter: new Shifter(),
    grain: pixelNetwork(recipe),
    descent: new Descent(context.control, scales, resume?.tally),
    scales,
    // One that was stopped at a coarser scale comes out as large as it was asked for.
    made: (picture) => ({ pixels: pixelsOf(recoloured.finish(fitted(picture, frame), frame)) }),
  };
  const { descent, shifter, grain, made } = painting;
  try {
    let snapshot: AdamSnapshot | null = null;
    let picture = frame;
    for (const scale of scales.slice(resume?.scale ?? 0)) {
      const at = resume?.scale === scale.index - 1 ? resume.position : null;
      snapshot = await paintScale(painting, scale, snapshot, at);
      picture = cropMiddle(snapshot.picture, scale.width, scale.height);
      context.trim?.();
      if (!descent.complete) break;
    }
    return descent.result(made(picture));
  } finally {
    descent.dispose();
    shifter.dispose();
    grain?.dispose();
  }
}
