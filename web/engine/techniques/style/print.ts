/**
 * Prints by optimisation: what hangs is taken some steps further at the sizes between it and paper, tile by tile. What a
 * style asks of a tile follows from the statistics of the whole, which are measured step by step on samples that are
 * painted first; a tile alone would make every patch of sky a painting of its own.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { StyleRecipe } from '../../../../shared/techniques/style/schema';
import { withColoursOf } from '../../images/colours';
import { rasterOf, readRaster, tensorOf } from '../../images/pictures';
import { randomGenerator } from '../../images/random';
import type { Part, Raster } from '../../images/resample';
import type { Network } from '../../network/network';
import { given } from '../../network/operator';
import { contentObjective, energyPerPosition } from '../../objectives/content';
import { isPixelTap, pixelNetwork, sown } from '../../objectives/grain';
import type { Objective } from '../../objectives/objective';
import { blendStatistics, type StyleStatisticsByLayer } from '../../objectives/statistics';
import { partObjective } from '../../objectives/style';
import { Descent } from '../../optimise/descend';
import { PyramidAdam } from '../../optimise/pyramidAdam';
import { type Shift, Shifter, shiftsUpTo } from '../../optimise/shift';
import { noiseField } from '../../transformer/any/noise';
import type { PrintJob, TechniqueResult } from '../../types';
import { type PrintScale, PrintScales, printCanvas, printTiles } from '../print';
import { contentOf, type TechniqueContext } from '../technique';
import { type StyleTerm, styleTerms, tapsOfRecipe } from './objectives';
import { recolouring } from './recolouring';
import { gradientAt } from './stage';
import { measureStyle } from './targets';

/** Steps of a size at most: what hangs has its shapes, and strokes are all that is asked for. */
const mostSteps = 16;
/** So few are averaged over fewer than a run's many. */
const mostAveraging = 0.9;
/** Of a run's step: what hangs is near its end, and steps as long as those would leave speckle and strong colours. By eye. */
const stepShare = 0.4;
/** Of the noise that grain grows from, likewise. */
const seedShare = 0.5;
const alignments = 4;
/** Of what the photo shows beyond what hangs. */
const detailShare = 1 / 3;
/** Pixels around a tile: the deepest layers see further, but little follows from it. */
const reach = 64;

type Context = Pick<TechniqueContext<StyleRecipe, Network>, 'recipe' | 'network' | 'content' | 'styles' | 'control'>;

/** @param tile side of a tile at most, pixels */
export async function printStyle(context: Context, print: PrintJob, tile?: number): Promise<TechniqueResult> {
  const printing = new StylePrint(context, print, tile);
  try {
    return await printing.run();
  } finally {
    printing.dispose();
  }
}

/** A part under way. */
interface Tile {
  readonly picture: PyramidAdam;
  /** By alignment. */
  readonly content: readonly (readonly Objective[])[];
}

/** What is known of one size: how much of the photo there is, and what the style asks for, step by step. */
interface Plan {
  readonly energies: ReadonlyMap<string, number>;
  readonly steps: (readonly Objective[])[];
}

class StylePrint {
  private readonly network: Network;
  private readonly taps: readonly string[];
  private readonly grain: Network | null;
  private readonly shifter = new Shifter();
  private readonly shifts: readonly Shift[];
  private readonly descent: Descent;
  private readonly canvas;
  private readonly scales: PrintScales;
  private readonly plans: Plan[] = [];
  private readonly steps: number;
  private readonly settings: StyleRecipe['optimiser'];

  constructor(
    private readonly context: Context,
    private readonly print: PrintJob,
    tile: number | undefined,
  ) {
    const { recipe, network, control } = context;
    this.network = recipe.pooling === 'network' ? network : network.with({ pooling: recipe.pooling });
    this.taps = tapsOfRecipe(recipe);
    for (const tap of this.taps) network.nodeOf(tap);
    this.grain = pixelNetwork(recipe);
    this.shifts = shiftsUpTo(recipe.jitter, alignments, randomGenerator(recipe.seed));
    this.steps = Math.min(mostSteps, Math.max(1, recipe.schedule.steps));
    const { optimiser } = recipe;
    this.settings = {
      ...optimiser,
      averaging: Math.min(optimiser.averaging, mostAveraging),
      stepSize: stepShare * optimiser.stepSize,
    };
    this.descent = new Descent(control, [{ steps: this.steps }]);
    this.canvas = printCanvas(print, detailShare);
    // The optimiser's coarsest level has cells, too.
    const lattice = Math.max(2 ** (optimiser.levels - 1), ...this.taps.map((tap) => network.geometry(tap).stride));
    this.scales = new PrintScales({
      print,
      canvas: this.canvas,
      lattice,
      reach,
      tile,
      refine: (start, scale, part, step) => this.refine(start, scale, part, step),
    });
  }

  async run(): Promise<TechniqueResult> {
    const { print } = this;
    const { control } = this.context;
    const result = (complete: boolean) => ({ ...this.descent.result({ pixels: print.base }), complete });
    const proceed = this.scales.sampling(control, this.steps);
    for (const scale of this.scales.scales) if (!(await this.learn(scale, proceed))) return result(false);
    return result(await printTiles(print, control, this.scales.painter(this.steps)));
  }

  dispose(): void {
    this.descent.dispose();
    this.shifter.dispose();
    this.grain?.dispose();
    for (const objective of this.plans.flatMap(({ steps }) => steps.flat())) objective.dispose();
  }

  /** Paints samples of a size, all of them step by step together, and keeps what the style asked for. */
  private async learn(scale: PrintScale, proceed: () => Promise<boolean>): Promise<boolean> {
    const { recipe } = this.context;
    const places = this.scales.samples(scale);
    const photos = places.map((part) => this.canvas.photo(scale, part));
    const seen = await this.measured(
      recipe.contentLayers.map(({ layer }) => layer),
      photos,
    );
    const energies = new Map(
      [...seen].map(([layer, of]) => [layer, energyPerPosition(of, this.network.metric(layer))]),
    );
    const plan: Plan = { energies, steps: [] };
    this.plans.push(plan);
    const terms = await this.terms(scale);
    const tiles: Tile[] = [];
    try {
      for (const part of places) {
        const start = await this.scales.start(scale, part, proceed);
        if (!start) return false;
        tiles.push(this.open(start, scale, part));
      }
      for (let step = 0; step < this.steps; step++) {
        const pictures = await Promise.all(tiles.map(({ picture }) => readRaster(picture.x)));
        plan.steps.push(
          this.asked(terms, await this.measured([...new Set(terms.map(({ layer }) => layer))], pictures)),
        );
        for (const tile of tiles) {
          this.take(tile, scale, step);
          if (!(await proceed())) return false;
        }
      }
      return true;
    } finally {
      for (const tile of tiles) close(tile);
    }
  }

  private async terms(scale: PrintScale): Promise<StyleTerm[]> {
    const { recipe, styles } = this.context;
    const photo = rasterOf(contentOf(this.context));
    const longSide = Math.max(scale.width, scale.height) * recipe.styleScale;
    return styleTerms(recipe, this.network, recolouring(recipe, styles, photo).styles, Math.round(longSide));
  }

  /** Statistics of all of these pictures together. */
  private async measured(layers: readonly string[], pictures: readonly Raster[]): Promise<StyleStatisticsByLayer> {
    const each: StyleStatisticsByLayer[] = [];
    for (const picture of pictures) each.push(await measureStyle(this.network, layers, picture));
    return new Map(
      layers.map((layer) => [
        layer,
        blendStatistics(
          each.flatMap((of) => {
            const statistics = of.get(layer);
            return statistics ? [{ weight: 1, statistics }] : [];
          }),
        ),
      ]),
    );
  }

  private asked(terms: readonly StyleTerm[], whole: StyleStatisticsByLayer): Objective[] {
    return terms.flatMap(({ layer, kind, target, weight, metric }) => {
      const statistics = whole.get(layer);
      return statistics ? [partObjective(layer, kind, target, weight * this.pixelsOf(layer), metric, statistics)] : [];
    });
  }

  /** Of a position of a layer: what all losses are given by, so that a tile of any size is moved alike. */
  private pixelsOf(layer: string): number {
    const { stride } = given(isPixelTap(layer) ? this.grain : this.network).geometry(layer);
    return stride ** 2;
  }

  private open(start: Raster, scale: PrintScale, part: Part): Tile {
    const { recipe } = this.context;
    const { width, height, top, left } = part;
    const noise = () => noiseField(recipe.seed, top, left, height, width).map((value) => seedShare * value);
    const sownStart = recipe.grain === 0 ? start : sown(start, noise());
    const image = tensorOf(this.canvas.photo(scale, part));
    const layers = recipe.contentLayers.filter(({ weight }) => weight > 0);
    const energies = this.plans[scale.index]?.energies;
    const content = this.shifts.map((shift) => {
      if (layers.length === 0) return [];
      const seen = this.shifter.apply(image, shift);
      const names = layers.map(({ layer }) => layer);
      const activations = this.network.forward(seen, names, 'features');
      const objectives = layers.map(({ layer, weight }) =>
        contentObjective(
          layer,
          tf.clone(activations.at(layer)),
          weight * this.pixelsOf(layer),
          this.network.metric(layer),
          energies?.get(layer),
        ),
      );
      activations.dispose();
      seen.dispose();
      return objectives;
    });
    image.dispose();
    return { picture: PyramidAdam.start(sownStart, this.settings), content };
  }

  private take({ picture, content }: Tile, { index }: PrintScale, step: number): void {
    const { recipe } = this.context;
    const at = step % this.shifts.length;
    const shift = this.shifts[at] as Shift;
    const objectives = [...(this.plans[index]?.steps[step] ?? []), ...(content[at] ?? [])];
    const { x } = picture;
    const totalVariation = (recipe.totalVariation * x.size) / x.shape[3];
    const gradient = gradientAt({ ...this.parts, recipe: { totalVariation } }, x, { shift, objectives }, undefined);
    picture.update(gradient);
    gradient.dispose();
  }

  private get parts() {
    const { network, taps, shifter, grain, descent } = this;
    return { network, taps, shifter, grain, descent };
  }

  private async refine(
    start: Raster,
    scale: PrintScale,
    part: Part,
    step: () => Promise<boolean>,
  ): Promise<Raster | null> {
    const tile = this.open(start, scale, part);
    try {
      for (let taken = 0; taken < this.steps; taken++) {
        this.take(tile, scale, taken);
        if (!(await step())) return null;
      }
      const painted = await tile.picture.picture();
      // What hangs has the photo's colours already.
      return this.context.recipe.colours === 'style' ? painted : withColoursOf(painted, start);
    } finally {
      close(tile);
    }
  }
}

function close({ picture, content }: Tile): void {
  picture.dispose();
  for (const objective of content.flat()) objective.dispose();
}
