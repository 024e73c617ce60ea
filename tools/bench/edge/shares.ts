/** Shares to visit, with pictures of a usual size. */
import sharp from 'sharp';
import { recipeVersion } from '../../../shared/recipe/version';
import {
  type CreatedShare,
  type DescribedPicture,
  type ShareRequestInput,
  sharePart,
  sharePaths,
} from '../../../shared/share';
import { sha256Of } from '../../files';
import { someAddress } from './visitors';

interface File {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly picture: DescribedPicture;
}

/** Noise, which no coder makes small: a WebP of 512×384 has some 70 KB, as a painting has. */
async function noise(width: number, height: number, quality: number): Promise<File> {
  const create = { width, height, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 30 } } as const;
  const { data } = await sharp({ create: { ...create, background: '#808080' } })
    .webp({ quality })
    .toBuffer({ resolveWithObject: true });
  const bytes = new Uint8Array(data);
  const sha256 = sha256Of(bytes);
  return { bytes, picture: { sha256, bytes: bytes.length, width, height, type: 'image/webp' } };
}

let film: Promise<File> | undefined;

/** Addresses of a share: nobody has asked for them yet. */
export interface MeasuredShare {
  readonly page: string;
  readonly result: string;
  readonly film: string;
}

export async function createShare(edge: string): Promise<MeasuredShare> {
  const result = await noise(512, 384, 60);
  film ??= noise(6 * 160, 4 * 120, 50);
  const files = { result, film: await film };
  const steps = Array.from({ length: 24 }, (_, i) => i * 10);
  const request: ShareRequestInput = {
    version: 1,
    title: 'Measured',
    language: 'en',
    termDays: 7,
    inputs: [],
    recipe: { technique: 'style', version: recipeVersion, styles: [{ preset: 'starry-night' }] },
    result: result.picture,
    film: {
      picture: files.film.picture,
      frames: 24,
      columns: 6,
      frameWidth: 160,
      frameHeight: 120,
      steps,
      losses: steps.map((step) => 1 / (1 + step)),
    },
    run: { backend: 'wasm', engine: 'bench', seconds: 1, steps: 230 },
  };
  const form = new FormData();
  form.set(sharePart, JSON.stringify(request));
  for (const [name, { bytes }] of Object.entries(files)) form.set(name, new Blob([bytes]), name);
  const headers = { 'CF-Connecting-IP': someAddress() };
  const response = await fetch(edge + sharePaths.create, { method: 'POST', body: form, headers });
  if (!response.ok) throw new Error(`The share was refused: ${await response.text()}`);
  const { url } = (await response.json()) as CreatedShare;
  const pathOf = ({ picture }: File) => edge + sharePaths.picture(picture.sha256, picture.type);
  return { page: edge + url, result: pathOf(result), film: pathOf(files.film) };
}

export async function createShares(edge: string, count: number): Promise<MeasuredShare[]> {
  const shares: MeasuredShare[] = [];
  for (let i = 0; i < count; i++) shares.push(await createShare(edge));
  return shares;
}
