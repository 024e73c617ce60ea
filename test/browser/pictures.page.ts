/** The page of pictures.test.ts: a file as the browser shows it, and as the studio's intake hands it on. */
import { decodePhoto } from '../../web/page/intake/decode';

/** Colours at places given in shares of the sides, RGBA; or the code of what refused it. */
export type Seen =
  | {
      readonly width: number;
      readonly height: number;
      readonly colours: readonly (readonly number[])[];
      readonly notes: readonly string[];
    }
  | { readonly code: string };

type Places = readonly (readonly [x: number, y: number])[];

async function natively(file: Blob, places: Places): Promise<Seen> {
  const bitmap = await createImageBitmap(file);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d');
  context?.drawImage(bitmap, 0, 0);
  const data = context?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
  return seen({ width: canvas.width, height: canvas.height, data }, places);
}

const seen = (
  { width, height, data }: { width: number; height: number; data: ArrayLike<number> },
  places: Places,
  notes: readonly string[] = [],
): Seen => ({
  width,
  height,
  notes,
  colours: places.map(([x, y]) => {
    const at = 4 * (Math.floor(y * height) * width + Math.floor(x * width));
    return [0, 1, 2, 3].map((c) => data[at + c] ?? -1);
  }),
});

const codeOf = (cause: unknown): Seen => ({ code: (cause as { code?: string }).code ?? String(cause) });

async function look(base64: string, places: Places): Promise<{ browser: Seen; studio: Seen }> {
  const file = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
  return {
    browser: await natively(file, places).catch(codeOf),
    studio: await decodePhoto(file).then(({ pixels, notes }) => seen(pixels, places, notes), codeOf),
  };
}

Object.assign(window, { look });
