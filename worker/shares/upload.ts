/** An upload, read within its limits and checked whole before anything of it is stored. */
import { ReverieError } from '../../shared/errors';
import { limits } from '../../shared/limits';
import { type DescribedPicture, parseShareRequest, picturesOf, type ShareRequest, sharePart } from '../../shared/share';
import { sniffPicture } from './pictures/sniff';

const { maxUploadBytes, maxRecordBytes } = limits.share;

export interface Upload {
  readonly request: ShareRequest;
  /** One entry per content: a picture that is named twice is stored once. */
  readonly pictures: ReadonlyMap<string, { readonly described: DescribedPicture; readonly bytes: ArrayBuffer }>;
}

/** @throws ReverieError `share-too-large`, `share-invalid`, `share-picture-refused`, `recipe-version` */
export async function readUpload(request: Request): Promise<Upload> {
  const type = request.headers.get('Content-Type') ?? '';
  if (!/^multipart\/form-data\s*;/i.test(type)) {
    throw new ReverieError('share-invalid', 'A share is sent as multipart/form-data.');
  }
  const body = await readBounded(request, maxUploadBytes);
  const form = await new Response(body, { headers: { 'Content-Type': type } }).formData().catch((cause: unknown) => {
    throw new ReverieError('share-invalid', 'The upload is cut short or is no multipart form.', { cause });
  });
  const share = parseShareRequest(await readRecord(form));
  const described = picturesOf(share);
  const expected = new Set([sharePart, ...described.map(({ part }) => part)]);
  for (const name of form.keys()) {
    if (!expected.has(name))
      throw new ReverieError('share-invalid', 'The upload has a part that the share does not describe.');
  }
  const pictures = new Map<string, { described: DescribedPicture; bytes: ArrayBuffer }>();
  for (const { part, picture } of described) {
    pictures.set(picture.sha256, { described: picture, bytes: await readPicture(form, part, picture) });
  }
  return { request: share, pictures };
}

async function readRecord(form: FormData): Promise<unknown> {
  const parts = form.getAll(sharePart);
  const [part] = parts;
  if (parts.length !== 1 || part === undefined) {
    throw new ReverieError('share-invalid', `The upload needs exactly one part "${sharePart}".`);
  }
  const text = typeof part === 'string' ? part : await part.text();
  if (new TextEncoder().encode(text).length > maxRecordBytes) {
    throw new ReverieError('share-too-large', `The share's description has more than ${maxRecordBytes} bytes.`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ReverieError('share-invalid', 'The share’s description is not JSON.', { cause });
  }
}

/** The bytes must be what the share says of them; that their hash is too, R2 checks when it stores them. */
async function readPicture(form: FormData, part: string, described: DescribedPicture): Promise<ArrayBuffer> {
  const files = form.getAll(part);
  const [file] = files;
  if (files.length !== 1 || file === undefined || typeof file === 'string') {
    throw new ReverieError('share-invalid', `The upload needs exactly one file "${part}".`);
  }
  if (file.size !== described.bytes) {
    throw new ReverieError('share-invalid', `"${part}" has ${file.size} bytes, and the share says ${described.bytes}.`);
  }
  const bytes = await file.arrayBuffer();
  const { type, width, height } = await sniffPicture(new Uint8Array(bytes));
  if (type !== described.type || width !== described.width || height !== described.height) {
    throw new ReverieError(
      'share-invalid',
      `"${part}" is a ${type} of ${width}×${height}, and the share says otherwise.`,
    );
  }
  return bytes;
}

/** Content-Length may lie or be absent: the bytes themselves are counted. @throws ReverieError `share-too-large` */
export async function readBounded(request: Request, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new ReverieError('share-too-large', `At most ${Math.floor(most / 1024)} KiB are taken.`);
  if (Number(request.headers.get('Content-Length') ?? 0) > most) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new ReverieError('share-invalid', 'The upload was cut off.', { cause });
    });
    if (done) break;
    length += value.byteLength;
    if (length > most) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
