/**
 * Style transfer by optimisation (Gatys, Ecker & Bethge 2016), coarse to fine: at each scale of a pyramid, Adam on
 * the pixels against the photo's content and the painting's statistics; what one scale paints, the next refines.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { StyleRecipe } from '../../../../shared/recipe';
import { fitLongSide, pixelsOf, rasterOf, resizeToLongSide, tensorOf } from '../../images/pictures';
import { normalNoise, randomGenerator } from '../../images/random';
import type { Raster } from '../../images/resample';
import { headOf, type Objective } from '../../objectives/objective';
import { addTotalVariation } from '../../objectives/totalVariation';
import { AdamImage, type AdamSnapshot } from '../../optimise/adamImage';
import { LossReader } from '../../optimise/losses';
import { pyramidSizes } from '../../optimise/pyramid';
import type { TechniqueContext, TechniqueResult } from '../technique';
import { objectivesAt, tapsOfRecipe } from './objectives';

/** Sides, steps and position of every scale, known before the run starts. */
interface Scale {
  readonly longSide: number;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
}

export function scalesOf({ size, schedule }: StyleRecipe, width: number, height: number): Scale[] {
  return pyramidSizes(Math.min(schedule.minSize, size), size).map((longSide, i) => ({
    longSide,
    ...fitLongSide(width, height, longSide),
    steps: i === 0 ? schedule.firstSteps : schedule.steps,
  }));
}

export async function runStyle(context: TechniqueContext<StyleRecipe>): Promise<TechniqueResult> {
  const { recipe, control } = context;
  const content = rasterOf(context.content);
  const scales = scalesOf(recipe, content.width, content.height);
  const steps = scales.reduce((sum, scale) => sum + scale.steps, 0);
  const run = new StyleRun(context, content, steps);
  control.report({ phase: 'optimise', step: 0, steps });
  let snapshot: AdamSnapshot | null = null;
  let picture: Raster | null = null;
  let complete = true;
  for (const [index, scale] of scales.entries()) {
    const outcome = await run.paintScale(scale, { index: index + 1, count: scales.length }, snapshot);
    ({ snapshot, complete } = outcome);
    picture = snapshot.average;
    if (!complete) break;
  }
  return {
    pixels: pixelsOf(picture ?? resizeToLongSide(content, recipe.size)),
    complete,
    losses: run.losses.sampled,
    steps: run.step,
    msPerStep: run.elapsedMs / Math.max(1, run.step),
    peakBytes: run.peakBytes,
  };
}

class StyleRun {
  step = 0;
  elapsedMs = 0;
  peakBytes = 0;
  readonly losses = new LossReader();

  constructor(
    private readonly context: TechniqueContext<StyleRecipe>,
    private readonly content: Raster,
    private readonly steps: number,
  ) {}

  async paintScale(
    scale: Scale,
    position: { index: number; count: number },
    snapshot: AdamSnapshot | null,
  ): Promise<{ snapshot: AdamSnapshot; complete: boolean }> {
    const { recipe, network, styles, control } = this.context;
    const photo = resizeToLongSide(this.content, scale.longSide);
    const photoTensor = tensorOf(photo);
    const paintingSize = Math.round(scale.longSide * recipe.styleScale);
    const objectives = await objectivesAt(recipe, network, photoTensor, styles, paintingSize);
    photoTensor.dispose();
    const image = snapshot
      ? AdamImage.resume(snapshot, scale.width, scale.height, recipe.optimiser)
      : AdamImage.start(startingPicture(recipe, photo), recipe.optimiser);
    let complete = true;
    try {
      const end = this.step + scale.steps;
      while (this.step < end && complete) {
        const startedAt = performance.now();
        await this.iterate(image, objectives);
        this.elapsedMs += performance.now() - startedAt;
        control.report({
          phase: 'optimise',
          step: this.step,
          steps: this.steps,
          scale: { ...position, width: scale.width, height: scale.height },
          msPerStep: this.elapsedMs / this.step,
          memoryBytes: tf.memory().numBytes,
          ...(this.losses.latest === undefined ? {} : { loss: this.losses.latest }),
        });
        if (control.wantsPreview()) control.preview(pixelsOf(await image.picture()));
        complete = await control.proceed();
      }
      await this.losses.finish();
      return { snapshot: await image.snapshot(), complete };
    } finally {
      for (const objective of objectives) objective.dispose();
      image.dispose();
      this.losses.dispose();
    }
  }

  private async iterate(image: AdamImage, objectives: readonly Objective[]): Promise<void> {
    const { recipe, network } = this.context;
    const measure = this.losses.wants(this.step + 1) ? this.losses.add : undefined;
    const activations = network.forward(image.x, tapsOfRecipe(recipe));
    this.peakBytes = Math.max(this.peakBytes, tf.memory().numBytes);
    const gradient = activations.backward(headOf(objectives, measure)) ?? tf.zerosLike(image.x);
    const total = addTotalVariation(image.x, gradient, recipe.totalVariation, measure);
    gradient.dispose();
    image.update(total);
    total.dispose();
    this.step++;
    if (measure) await this.losses.read(this.step);
  }
}

/** The photo itself, or seeded noise around the photo's mean colour with its contrast. */
function startingPicture({ start, seed }: StyleRecipe, photo: Raster): Raster {
  if (start === 'content') return photo;
  const mean = photo.values.reduce((sum, value) => sum + value, 0) / photo.values.length;
  const noise = normalNoise(photo.values.length, randomGenerator(seed));
  return { ...photo, values: noise.map((value) => Math.min(1, Math.max(0, mean + 0.15 * value))) };
}
