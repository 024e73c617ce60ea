/**
 * DeepDream (Mordvintsev, Olah & Tyka 2015): gradient ascent on what the layers already see, from small to large, the
 * photo's own detail put back at every size; and the zoom into it, frame by frame.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import type { DreamRecipe } from '../../../../shared/recipe';
import { clampUnit, fitLongSide, pixelsOf, rasterOf, readRaster, tensorOf } from '../../images/pictures';
import { type RandomGenerator, type RandomState, randomFrom, randomGenerator } from '../../images/random';
import { bicubic, type Raster, resample } from '../../images/resample';
import type { Network } from '../../network/network';
import type { Place } from '../../objectives/amplify';
import { headOf, type Objective } from '../../objectives/objective';
import { normaliseBands } from '../../optimise/laplacian';
import { type Shift, Shifter } from '../../optimise/shift';
import type { Frame, Pixels } from '../../types';
import { Tally, type TallyState, totalsOf } from '../tally';
import { contentOf, type TechniqueContext, type TechniqueResult } from '../technique';
import { zoomed } from './film';
import { checkLayers, dreamObjectives, tapsOf } from './objectives';
import { detailOf, octaveSizes, type Size, withDetail } from './octaves';
import { type Reach, reachOf, tiledGradient } from './tiles';

type Tensor4D = tf.Tensor4D;

/** Frequencies that are brought to one strength. */
const bands = 4;

/** Within an octave, or within a frame of the film, after so many of its steps. */
export interface DreamState {
  readonly picture: Raster;
  readonly steps: number;
  /** Index into the octaves; their number within a film. */
  readonly octave: number;
  /** What the octaves before have dreamt. */
  readonly detail: Raster | null;
  readonly film: readonly Frame[];
  readonly random: RandomState;
  readonly tally: TallyState;
}

type DreamContext = TechniqueContext<DreamRecipe, Network, DreamState>;

export async function runDream(context: DreamContext): Promise<TechniqueResult> {
  const { recipe, network } = context;
  checkLayers(recipe, network);
  const given = contentOf(context);
  const { width, height } = fitLongSide(given.width, given.height, recipe.size);
  const photo = rasterOf(context.start ?? given);
  const dream = new Dream(context, { width, height });
  try {
    return await dream.run(clampUnit(resample(photo, width, height, bicubic)));
  } finally {
    dream.dispose();
  }
}

interface Look {
  readonly shift: Shift;
  /** Of the picture before it was shifted. */
  readonly width: number;
  readonly height: number;
  readonly whole: Tensor4D['shape'];
  /** Of the tile. */
  readonly part: Tensor4D['shape'];
}

const none = [1, 1, 1, 3] satisfies Tensor4D['shape'];

class Dream {
  private readonly shifter = new Shifter();
  private readonly tally: Tally;
  private readonly random: RandomGenerator;
  private readonly taps: readonly string[];
  private readonly sizes: readonly Size[];
  private readonly reach: Reach;
  private readonly steps: number;
  private complete = true;
  /** Of the film, under way. */
  private frame = 0;
  private readonly objectives: readonly Objective[];
  /** How the network sees the picture at this step. */
  private look: Look = { shift: { top: 0, left: 0, extent: 0 }, width: 1, height: 1, whole: none, part: none };

  constructor(
    private readonly context: DreamContext,
    size: Size,
  ) {
    const { recipe, network, guide, resume } = context;
    this.tally = new Tally(resume?.tally);
    this.objectives = dreamObjectives(
      recipe,
      network,
      guide,
      (at) => this.placed(at),
      (tap) => this.shareOf(tap),
    );
    this.random = resume ? randomFrom(resume.random) : randomGenerator(recipe.seed);
    this.taps = tapsOf(recipe);
    this.reach = reachOf(network, this.taps);
    this.sizes = octaveSizes(recipe, size);
    this.steps = recipe.steps * (this.sizes.length + Math.max(0, recipe.film.frames - 1));
  }

  async run(photo: Raster): Promise<TechniqueResult> {
    this.report(photo, 0);
    const { recipe, resume } = this.context;
    const { frames, zoom, rotate } = recipe.film;
    const film: Frame[] = [...(resume?.film ?? [])];
    let from = resume;
    let picture: Raster | null = null;
    if (film.length === 0) {
      picture = await this.throughOctaves(photo, from);
      from = undefined;
      if (frames > 0) film.push({ label: '1', pixels: pixelsOf(picture) });
    }
    while (this.complete && film.length > 0 && film.length < frames) {
      this.frame = film.length;
      const start = from?.picture ?? zoomed(picture ?? lastOf(film), zoom, rotate);
      const place = { octave: this.sizes.length, detail: null, film: [...film] };
      const next = await this.ascend(start, place, from?.steps ?? 0, () => lastOf(place.film));
      from = undefined;
      // A frame that was broken off would be a jump in the film.
      if (!this.complete) break;
      picture = next;
      film.push({ label: String(film.length + 1), pixels: pixelsOf(picture) });
    }
    await this.tally.losses.finish();
    return this.result(picture ?? lastOf(film), film, this.complete, this.tally.state());
  }

  dispose(): void {
    this.tally.losses.dispose();
    this.shifter.dispose();
    for (const objective of this.objectives) objective.dispose();
  }

  private result(picture: Raster, frames: readonly Frame[], complete: boolean, tally: TallyState): TechniqueResult {
    return { pixels: pixelsOf(picture), frames, complete, ...totalsOf(tally) };
  }

  private async throughOctaves(photo: Raster, from: DreamState | undefined): Promise<Raster> {
    let picture = photo;
    let detail: Raster | null = from?.detail ?? null;
    // Stopped at a smaller size: what was dreamt so far, on the photo as large as it was asked for.
    const enlarged = (dreamt: Raster) => clampUnit(withDetail(photo, detailOf(dreamt, photo), photo));
    for (const [i, size] of this.sizes.entries()) {
      if (i < (from?.octave ?? 0)) continue;
      const resumed = from?.octave === i ? from : undefined;
      const start = resumed?.picture ?? clampUnit(withDetail(photo, detail, size));
      picture = await this.ascend(start, { octave: i, detail, film: [] }, resumed?.steps ?? 0, enlarged);
      detail = detailOf(picture, photo);
      this.context.trim?.();
      if (!this.complete) break;
    }
    return this.complete ? picture : enlarged(picture);
  }

  /**
   * `recipe.steps` steps at one size.
   * @param done taken already @param shown what the run comes to if it ends here
   */
  private async ascend(
    start: Raster,
    place: Pick<DreamState, 'octave' | 'detail' | 'film'>,
    done: number,
    shown: (picture: Raster) => Raster,
  ): Promise<Raster> {
    const { recipe, control } = this.context;
    const { tally } = this;
    let x = tensorOf(start);
    try {
      for (let steps = done + 1; steps <= recipe.steps && this.complete; steps++) {
        tally.step++;
        const measure = tally.losses.wants(tally.step) ? tally.losses.add : undefined;
        const moved = this.moved(x, measure);
        x.dispose();
        x = moved;
        if (measure) await tally.losses.read(tally.step);
        this.report(start, Math.min(this.sizes.length, place.octave + 1));
        if (control.wantsPreview()) control.preview(await this.pixels(x), this.frame);
        this.complete = await control.proceed();
        await control.keep?.(async () => {
          const picture = await readRaster(x);
          const state = { ...place, picture, steps, random: this.random.state(), tally: tally.state() };
          const result = () => this.result(shown(picture), place.film, false, state.tally);
          return { state, step: tally.step, result };
        });
      }
      return await readRaster(x);
    } finally {
      x.dispose();
    }
  }

  /** One step uphill; a new tensor. */
  private moved(x: Tensor4D, measure: ((loss: tf.Scalar) => void) | undefined): Tensor4D {
    const { recipe } = this.context;
    const draw = () => Math.floor(this.random() * (recipe.jitter + 1));
    const shift = { top: draw(), left: draw(), extent: recipe.jitter };
    const shifted = this.shifter.apply(x, shift);
    const place = { x: this.random(), y: this.random() };
    const tile = recipe.layers.some(({ at }) => at) ? Number.POSITIVE_INFINITY : recipe.tile;
    this.look = { shift, width: x.shape[2], height: x.shape[1], whole: shifted.shape, part: shifted.shape };
    const arrived = tiledGradient(shifted, tile, place, this.reach, (part) => this.gradient(part, measure));
    shifted.dispose();
    const gradient = this.shifter.adjoint(arrived, shift, x.shape);
    arrived.dispose();
    const even = normaliseBands(gradient, bands);
    gradient.dispose();
    const moved = tf.tidy(() => tf.clipByValue<Tensor4D>(tf.sub(x, tf.mul(even, recipe.stepSize)), 0, 1));
    even.dispose();
    return moved;
  }

  private gradient(part: Tensor4D, measure: ((loss: tf.Scalar) => void) | undefined): Tensor4D {
    this.look = { ...this.look, part: part.shape };
    const activations = this.context.network.forward(part, this.taps);
    this.tally.notePeak();
    return activations.backward(headOf(this.objectives, measure)) ?? tf.zerosLike(part);
  }

  /** Of a tap's positions in the whole picture, those in the part that the network looks at. */
  private shareOf(tap: string): number {
    const { network } = this.context;
    const positions = ([, height, width]: Tensor4D['shape']) => {
      const [h, w] = network.featureShapes([tap], height, width).get(network.nodeOf(tap)) ?? [1, 1];
      return h * w;
    };
    return positions(this.look.part) / positions(this.look.whole);
  }

  /** A place of the picture in the shifted one that the network looks at. */
  private placed({ x, y }: Place): Place {
    const { shift, width, height } = this.look;
    return {
      x: (shift.left + x * width) / (width + shift.extent),
      y: (shift.top + y * height) / (height + shift.extent),
    };
  }

  private async pixels(x: Tensor4D): Promise<Pixels> {
    return pixelsOf(await readRaster(x));
  }

  private report({ width, height }: Size, octave: number): void {
    const { step, msPerStep } = this.tally;
    const { latest } = this.tally.losses;
    this.context.control.report({
      phase: 'optimise',
      step,
      steps: this.steps,
      ...(octave > 0 && { scale: { index: octave, count: this.sizes.length, width, height } }),
      ...(step > 0 && { msPerStep }),
      memoryBytes: tf.memory().numBytes,
      ...(latest === undefined ? {} : { loss: latest }),
    });
  }
}

/** Of a film that has frames. As bytes: a frame that goes on from it starts from what is shown. */
const lastOf = (film: readonly Frame[]): Raster => {
  const last = film.at(-1);
  if (!last) throw new ReverieError('internal', 'The film has no frame to go on from.');
  return rasterOf(last.pixels);
};
