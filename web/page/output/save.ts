/** The result out of the page: as a file, or on the clipboard. */
import type { Pixels } from '../../engine/api';
import { onPaper, toCanvas } from '../intake/scale';

export type SaveFormat = 'png' | 'jpeg';

/** JPEG quality at which blocking is no longer seen in brushwork. */
const jpegQuality = 0.95;

export async function encode(pixels: Pixels, format: SaveFormat): Promise<Blob> {
  const drawn = toCanvas(pixels);
  const canvas = format === 'jpeg' ? onPaper(drawn) : drawn;
  return new Promise((resolve, reject) => {
    const done = (blob: Blob | null) => (blob ? resolve(blob) : reject(new Error('The browser could not encode it.')));
    canvas.toBlob(done, `image/${format}`, jpegQuality);
  });
}

export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Safari starts the download after the click returns.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The system's own sheet for files: on a phone that is the way into its photos. Desktops have theirs, but a click there means a file. */
export function canShareFiles(): boolean {
  if (!matchMedia('(pointer: coarse)').matches || !navigator.canShare) return false;
  return navigator.canShare({ files: [new File([''], 'picture.png', { type: 'image/png' })] });
}

/** @returns whether the sheet took them, or the person closed it: false where there is none, or it does not take these */
export async function shareFiles(files: File[]): Promise<boolean> {
  if (!canShareFiles()) return false;
  // Closed by the person: there is nothing to make up for.
  return navigator.share({ files }).then(
    () => true,
    ({ name }: Error) => name === 'AbortError',
  );
}

/** Hands a picture to the sheet, or to the downloads. */
export async function keep(blob: Blob, name: string): Promise<void> {
  if (!(await shareFiles([new File([blob], name, { type: blob.type })]))) download(blob, name);
}

export const canCopyImages = () => typeof ClipboardItem !== 'undefined' && Boolean(navigator.clipboard?.write);

/** @throws when the browser or the person refuses. */
export async function copyImage(pixels: Pixels): Promise<void> {
  // Safari allows the write only when the item is made within the click, so it gets a promise.
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': encode(pixels, 'png') })]);
}

export type FileFormat = SaveFormat | 'json' | 'webp' | 'webm' | 'mp4' | 'reverie-style';

/** `holiday-starry-night.png`: plain ASCII where possible, spaces as hyphens, no path characters. */
export function fileName(photo: string, style: string, format: FileFormat): string {
  const clean = (text: string) =>
    text
      .replace(/\.[a-z0-9]{2,5}$/i, '')
      .normalize('NFC')
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60);
  const stem = [clean(photo), clean(style)].filter(Boolean).join('-').toLowerCase() || 'reverie';
  return `${stem}.${format === 'jpeg' ? 'jpg' : format}`;
}
