/** What a technique's examples are shown by in the studio: one row of squares a technique, each run on the project's own sample. */
import { access, mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { parseRecipe } from '../../shared/recipe';
import { needsPhoto } from '../../shared/recipe/about';
import type { TechniqueName } from '../../shared/techniques';
import { exampleRecipe, examplesOf } from '../../shared/techniques/examples';
import type { Engine, Pixels } from '../../web/engine/api';
import { writeWhole } from '../files';
import { readPhoto } from '../images';

/** Of a square in the row, and of the run that it is cut out of, pixels. */
const [square, side] = [128, 256];
/** As many as a small square shows. */
const mostSteps = 100;

/** @param site what the edge serves: its sample, its figures, and where the rows go */
export async function makeExamples(engine: Engine, name: TechniqueName, site: string): Promise<void> {
  const examples = Object.keys(examplesOf[name] ?? {});
  const cells: { input: Buffer; left: number; top: number }[] = [];
  for (const example of examples) {
    cells.push({ input: await pictureOf(engine, name, example, site), left: cells.length * square, top: 0 });
  }
  const row = sharp({
    create: { width: examples.length * square, height: square, channels: 3, background: '#808080' },
  });
  await mkdir(path.join(site, 'examples'), { recursive: true });
  const file = path.join(site, 'examples', `${name}.webp`);
  await writeWhole(file, await row.composite(cells).webp({ quality: 72 }).toBuffer());
}

/** A view's figure is its example. */
async function pictureOf(engine: Engine, name: TechniqueName, example: string, site: string): Promise<Buffer> {
  const figure = path.join(site, 'figures', `${example}.webp`);
  const drawn = await access(figure).then(
    () => sharp(figure),
    async () => opened(await run(engine, name, example, site)),
  );
  return drawn.resize(square, square, { fit: 'cover', position: sharp.strategy.attention }).toBuffer();
}

const opened = ({ data, width, height }: Pixels) =>
  sharp(Buffer.from(data), { raw: { width, height, channels: 4 } }).png();

async function run(engine: Engine, name: TechniqueName, example: string, site: string): Promise<Pixels> {
  const whole = exampleRecipe(name, example);
  const steps = 'steps' in whole ? { steps: Math.min(whole.steps, mostSteps) } : {};
  const recipe = parseRecipe({ ...whole, ...steps, size: side });
  const content = needsPhoto(recipe) ? await readPhoto(path.join(site, 'sample.jpg')) : null;
  return (await engine.run({ recipe, inputs: { content } }).result).pixels;
}
