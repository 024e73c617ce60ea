/** A share on the edge under test, made over the interface as the studio makes one. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { parseRecipe } from '../../../shared/recipe';
import {
  type CreatedShare,
  type ShareRequestInput,
  type ShareType,
  sharePart,
  sharePaths,
} from '../../../shared/share';
import { root } from '../../../tools/setup/process.mjs';

export const size = { width: 96, height: 64 } as const;
const frames = 6;

/** Small and short: a processor paints it in seconds. */
export const recipe = parseRecipe({
  version: 2,
  technique: 'style',
  size: size.width,
  seed: 7,
  styles: [{ preset: 'starry-night' }],
  schedule: { minSize: 64, firstSteps: 8, steps: 4 },
});

type Bytes = Uint8Array<ArrayBuffer>;

const photo = async (width: number, height: number): Promise<Sharp> =>
  sharp(await readFile(path.join(root, 'web/public/sample.jpg'))).resize(width, height, { fit: 'cover' });

const pngOf = async (image: Sharp): Promise<Bytes> => new Uint8Array(await image.png().toBuffer());

/** A sprite whose frames are plain greys, 40 levels apart: a test can read off which one is shown. */
async function sprite(): Promise<Bytes> {
  const tiles = Array.from({ length: frames }, (_, i) => ({
    input: { create: { ...size, channels: 3 as const, background: { r: i * 40, g: i * 40, b: i * 40 } } },
    left: i * size.width,
    top: 0,
  }));
  const base = {
    create: { width: size.width * frames, height: size.height, channels: 3 as const, background: '#000' },
  };
  return pngOf(sharp(base).composite(tiles));
}

const described = (bytes: Bytes, width: number, height: number, type: ShareType) => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  bytes: bytes.length,
  width,
  height,
  type,
});

let visitors = 0;
/** A provider of its own for every one who shares or reports: the edge counts by them, and all tests come from one. */
export const newNetwork = () => ({ 'CF-Connecting-IP': `${20 + (process.pid & 127)}.${visitors++ & 255}.7.1` });

export interface ShareOptions {
  readonly title?: string;
  readonly withPhoto?: boolean;
  /** Other than the usual one. */
  readonly schedule?: { readonly minSize: number; readonly firstSteps: number; readonly steps: number };
  /** Of another technique, which this tree may not have. */
  readonly recipe?: object;
  /** PNG; the negative of the photo by default. */
  readonly result?: Bytes;
}

/** What the studio would send. */
export async function formOf(options: ShareOptions = {}): Promise<FormData> {
  const { width, height } = size;
  const content = await pngOf(await photo(width, height));
  const result = options.result ?? (await pngOf((await photo(width, height)).negate({ alpha: false })));
  const card = new Uint8Array(await (await photo(1200, 630)).jpeg({ quality: 60 }).toBuffer());
  const film = await sprite();
  const request: ShareRequestInput = {
    version: 1,
    title: options.title ?? 'A shore <b>at dusk</b>',
    language: 'en',
    termDays: 7,
    recipe: (options.recipe as typeof recipe | undefined) ?? {
      ...recipe,
      schedule: options.schedule ?? recipe.schedule,
    },
    result: described(result, width, height, 'image/png'),
    card: described(card, 1200, 630, 'image/jpeg'),
    film: {
      picture: described(film, width * frames, height, 'image/png'),
      frames,
      columns: frames,
      frameWidth: width,
      frameHeight: height,
      steps: [0, 2, 4, 6, 8, 12],
      losses: [1000, 300, 100, 40, 20, 12],
    },
    run: { backend: 'wasm', engine: '0.1.0', seconds: 2.5, steps: 12 },
    inputs:
      options.withPhoto === false
        ? []
        : [{ role: 'content', index: 0, picture: described(content, width, height, 'image/png') }],
  };
  const form = new FormData();
  form.set(sharePart, new Blob([JSON.stringify(request)], { type: 'application/json' }));
  const add = (name: string, bytes: Bytes, type: string) => form.set(name, new Blob([bytes], { type }), name);
  add('result', result, 'image/png');
  add('card', card, 'image/jpeg');
  add('film', film, 'image/png');
  if (options.withPhoto !== false) add('content-0', content, 'image/png');
  return form;
}

export async function createShare(edge: string, options: ShareOptions = {}): Promise<CreatedShare> {
  const form = await formOf(options);
  const response = await fetch(`${edge}${sharePaths.create}`, { method: 'POST', body: form, headers: newNetwork() });
  if (!response.ok) throw new Error(`The share was refused: ${response.status} ${await response.text()}`);
  return (await response.json()) as CreatedShare;
}
