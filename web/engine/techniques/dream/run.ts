/**
 * DeepDream (Mordvintsev, Olah & Tyka 2015): gradient ascent on what the layers already see, from small to large, the
 * photo's own detail put back at every size; and the zoom into it, frame by frame.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import type { DreamRecipe } from '../../../../shared/techniques/dream/schema';
import { clampUnit, fitLongSide, fitted, pixelsOf, rasterOf, readRaster, tensorOf } from '../../images/pictures';
import { type RandomGenerator, type RandomState, randomFrom, randomGenerator } from '../../images/random';
import type { Raster } from '../../images/resample';
import type { Network } from '../../network/network';
import type { Place } from '../../objectives/amplify';
import type { Objective } from '../../objectives/objective';
import {
  Descent,
  type Measure,
  type Rehearsal,
  type Stage,
  seenThrough,
  type TallyState,
} from '../../optimise/descend';
import { normaliseBands } from '../../optimise/pyramid';
import { type Shift, Shifter } from '../../optimise/shift';
import type { Frame, TechniqueResult } from '../../types';
import { contentOf, type TechniqueContext } from '../technique';
import { checkLayers, dreamObjectives, tapsOf } from './objectives';
import { bands, detailOf, octaveSizes, type Size, withDetail, zoomed } from './octaves';
import { printDream } from './print';
import { piecesOf, type Reach, reachOf, tiledGradient } from './tiles';

type Tensor4D = tf.Tensor4D;

interface DreamPlace {
  readonly picture: Raster;
  /** Within an octave, or within a frame of the film, after so many of its steps. */
  readonly steps: number;
  /** Index into the octaves; their number within a film. */
  readonly octave: number;
  /** What the octaves before have dreamt. */
  readonly detail: Raster | null;
  readonly film: readonly Frame[];
  readonly random: RandomState;
}

export type DreamState = DreamPlace & { readonly tally: TallyState };

type DreamContext = TechniqueContext<DreamRecipe, Network, DreamState>;

export async function runDream(context: DreamContext): Promise<TechniqueResult> {
  const { recipe, network, print } = context;
  if (print) return printDream(context, print);
  checkLayers(recipe, network);
  const given = contentOf(context);
  const size = fitLongSide(given.width, given.height, recipe.size);
  const photo = fitted(rasterOf(context.start ?? given), size);
  const dream = new Dream(context, octaveSizes(recipe, size));
  try {
    return await dream.run(photo);
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

/** Where tiles are cut, of 0..1, when it does not matter. */
const usualCut = 0.5;

const none = [1, 1, 1, 3] satisfies Tensor4D['shape'];

class Dream {
  private readonly shifter = new Shifter();
  private readonly descent: Descent;
  private readonly random: RandomGenerator;
  private readonly taps: readonly string[];
  private readonly reach: Reach;
  private readonly objectives: readonly Objective[];
  /** How the network sees the picture at this step. */
  private seen: Look = { shift: { top: 0, left: 0, extent: 0 }, width: 1, height: 1, whole: none, part: none };

  constructor(
    private readonly context: DreamContext,
    private readonly sizes: readonly Size[],
  ) {
    const { recipe, network, guide, resume, control } = context;
    const placed = (at: Place) => this.placed(at);
    const shareOf = (tap: string) => this.shareOf(tap);
    this.objectives = dreamObjectives(recipe, network, guide, placed, shareOf);
    this.random = resume ? randomFrom(resume.random) : randomGenerator(recipe.seed);
    this.taps = tapsOf(recipe);
    this.reach = reachOf(network, this.taps);
    const last = sizes.at(-1);
    const frames = Array.from({ length: Math.max(0, recipe.film.frames - 1) }, () => last ?? { width: 1, height: 1 });
    const lengths = [...sizes, ...frames].map((size) => ({ steps: recipe.steps, cost: this.costOf(size) }));
    this.descent = new Descent(control, lengths, resume?.tally);
  }

  async run(photo: Raster): Promise<TechniqueResult> {
    const { recipe, resume } = this.context;
    const { frames, zoom, rotate } = recipe.film;
    const { descent } = this;
    const film: Frame[] = [...(resume?.film ?? [])];
    let from = resume;
    let picture: Raster | null = null;
    if (film.length === 0) {
      picture = await this.throughOctaves(photo, from);
      from = undefined;
      if (frames > 0) film.push({ label: '1', pixels: pixelsOf(picture) });
    }
    while (descent.complete && film.length > 0 && film.length < frames) {
      const start = from?.picture ?? zoomed(picture ?? lastOf(film), zoom, rotate);
      const place = { octave: this.sizes.length, detail: null, film: [...film] };
      const next = await this.ascend(start, place, from?.steps, () => lastOf(place.film));
      from = undefined;
      // A frame that was broken off would be a jump in the film.
      if (!descent.complete) break;
      picture = next;
      film.push({ label: String(film.length + 1), pixels: pixelsOf(picture) });
    }
    return descent.result({ pixels: pixelsOf(picture ?? lastOf(film)), frames: film });
  }

  dispose(): void {
    this.descent.dispose();
    this.shifter.dispose();
    for (const objective of this.objectives) objective.dispose();
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
      picture = await this.ascend(start, { octave: i, detail, film: [] }, resumed?.steps, enlarged);
      detail = detailOf(picture, photo);
      this.context.trim?.();
      if (!this.descent.complete) break;
    }
    return this.descent.complete ? picture : enlarged(picture);
  }

  /**
   * `recipe.steps` steps at one size.
   * @param done taken already @param whole what the run comes to if it ends here
   */
  private ascend(
    start: Raster,
    at: Pick<DreamPlace, 'octave' | 'detail' | 'film'>,
    done: number | undefined,
    whole: (picture: Raster) => Raster,
  ): Promise<Raster> {
    const { recipe } = this.context;
    const { width, height } = start;
    const count = this.sizes.length;
    let x = tensorOf(start);
    const stage: Stage<Tensor4D, DreamPlace> = {
      steps: recipe.steps,
      cost: this.costOf(start),
      done,
      frame: at.film.length,
      scale: { index: Math.min(count, at.octave + 1), count, width, height },
      look: (measure) => this.look(x, measure),
      update(gradient) {
        const moved = tf.tidy(() => tf.clipByValue<Tensor4D>(tf.sub(x, tf.mul(gradient, recipe.stepSize)), 0, 1));
        x.dispose();
        x = moved;
      },
      shown: async () => pixelsOf(await readRaster(x)),
      rehearse: (later) => this.rehearsal(this.sizes[Math.min(later, count - 1)] ?? start),
      place: (steps) => async () => {
        const picture = await readRaster(x);
        const made = () => ({ pixels: pixelsOf(whole(picture)), frames: at.film });
        return { place: { ...at, picture, steps, random: this.random.state() }, made };
      },
      dispose: () => x.dispose(),
    };
    return this.descent.through(stage, () => readRaster(x));
  }

  /** What the network looks at in one go. */
  private get tile(): number {
    const { layers, tile } = this.context.recipe;
    return layers.some(({ at }) => at) ? Number.POSITIVE_INFINITY : tile;
  }

  /** Of a step at a size: pixels that the network sees, with those around every tile. */
  private costOf({ width, height }: Size): number {
    const { jitter } = this.context.recipe;
    const seen = (side: number) =>
      piecesOf(side + jitter, this.tile, usualCut, this.reach).reduce((sum, { from, to }) => sum + to - from, 0);
    return seen(width) * seen(height);
  }

  private rehearsal({ width, height }: Size): Rehearsal {
    const x = tf.fill<tf.Rank.R4>([1, height, width, 3], 0.5);
    return { step: () => this.look(x, undefined, () => usualCut), dispose: () => x.dispose() };
  }

  /** Uphill is down the gradient of what is amplified, every frequency as strong as the others; a new tensor. */
  private look(x: Tensor4D, measure: Measure, random = () => this.random()): Tensor4D {
    const { recipe, network } = this.context;
    const draw = () => Math.floor(random() * (recipe.jitter + 1));
    const shift = { top: draw(), left: draw(), extent: recipe.jitter };
    const cuts = { x: random(), y: random() };
    const gradient = seenThrough(this.shifter.by(shift), x, (whole) => {
      this.seen = { shift, width: x.shape[2], height: x.shape[1], whole: whole.shape, part: whole.shape };
      return tiledGradient(whole, this.tile, cuts, this.reach, (part) => {
        this.seen = { ...this.seen, part: part.shape };
        return this.descent.gradient(network, this.taps, this.objectives, part, measure);
      });
    });
    const even = normaliseBands(gradient, bands);
    gradient.dispose();
    return even;
  }

  /** Of a tap's positions in the whole picture, those in the part that the network looks at. */
  private shareOf(tap: string): number {
    const { network } = this.context;
    const positions = ([, height, width]: Tensor4D['shape']) => {
      const [h, w] = network.featureShapes([tap], height, width).get(network.nodeOf(tap)) ?? [1, 1];
      return h * w;
    };
    return positions(this.seen.part) / positions(this.seen.whole);
  }

  /** A place of the picture in the shifted one that the network looks at. */
  private placed({ x, y }: Place): Place {
    const { shift, width, height } = this.seen;
    return {
      x: (shift.left + x * width) / (width + shift.extent),
      y: (shift.top + y * height) / (height + shift.extent),
    };
  }
}

/** Of a film that has frames. As bytes: a frame that goes on from it starts from what is shown. */
const lastOf = (film: readonly Frame[]): Raster => {
  const last = film.at(-1);
  if (!last) throw new ReverieError('internal', 'The film has no frame to go on from.');
  return rasterOf(last.pixels);
};
