/**
 * The paintings of a person's own, kept in this browser: their statistics, which is all that one pass paints with, a thumbnail,
 * and the picture for whatever has to look at it again. Nothing of them leaves the device by itself.
 * @example
 * const { painting } = await addPainting(await getEngine(), pixels, 'my-painting.jpg');
 * edit({ styles: [{ ...(await styleOf(await getEngine(), painting.id, size * styleScale)), weight: 1 }] });
 */
import { encodeStyle, isMeasuredWith, readStyleText, styleText } from '../../../shared/anyStyle/statistics';
import { ReverieError } from '../../../shared/errors';
import { sha256Hex, weightsHash } from '../../../shared/hash';
import { limits } from '../../../shared/limits';
import { ownStyleId } from '../../../shared/ownStyle';
import { anyDefaults } from '../../../shared/techniques/any/schema';
import type { Engine, JobListener, Pixels } from '../../engine/api';
import { isTransparent } from '../../engine/images/alpha';
import { pixelsHash } from '../../engine/images/hash';
import { cleanName, decodePaintingFile, encodePaintingFile, thumbnailType } from '../../engine/train/styleFile';
import { decodePhoto } from '../intake/decode';
import { copyWithin } from '../intake/scale';
import { openRecords } from '../output/records';
import { encode } from '../output/save';
import { measure } from './measure';

export interface OwnPainting {
  /** Follows from the picture: the same one is kept once. */
  readonly id: string;
  readonly name: string;
  /** Width over height. */
  readonly aspect: number;
  /** ISO 8601. */
  readonly addedAt: string;
  /** Null where a style file brought none. */
  readonly thumbnail: Blob | null;
  /** Null for one that came as statistics alone: it is painted with in one pass, and has nothing to look at again. */
  readonly picture: Blob | null;
  /** As recipes carry them, by the long side at which it was looked at. */
  readonly statistics: Readonly<Record<number, string>>;
}

/** What became of an addition: `kept` is false where only this page has it, since storage is full or there are too many. */
export interface Added {
  readonly painting: OwnPainting;
  readonly kept: boolean;
}

const { max, pictureSide, thumbnailSide } = limits.paintings;
const records = openRecords('reverie-paintings', 'paintings');
/** One too many for the storage: as long as the page lives. */
const passing = new Map<string, OwnPainting>();

/** The newest first. */
export async function ownPaintings(): Promise<readonly OwnPainting[]> {
  const kept: OwnPainting[] = [];
  for (const key of await records.keys()) {
    const painting = await records.get<OwnPainting>(key);
    if (painting) kept.push(painting);
  }
  return [...passing.values(), ...kept].sort((a, b) => b.addedAt.localeCompare(a.addedAt));
}

/**
 * Measures a painting at the size that is painted at by default, and keeps it; one that is there already is only found.
 * @throws ReverieError what a run throws; nothing is kept then
 */
export async function addPainting(
  engine: Engine,
  pixels: Pixels,
  name: string,
  listener?: JobListener,
): Promise<Added> {
  const small = copyWithin(pixels, pictureSide);
  const id = ownStyleId(await pixelsHash(small));
  const before = await find(id);
  if (before) return { painting: before, kept: !passing.has(id) };
  const statistics = { [anyDefaults.size]: await measure(engine, small, anyDefaults.size, listener) };
  return keep({
    ...{ id, name: cleanName(name), aspect: small.width / small.height, addedAt: new Date().toISOString(), statistics },
    thumbnail: await encode(copyWithin(small, thumbnailSide), 'jpeg'),
    picture: await encode(small, isTransparent(small) ? 'png' : 'jpeg'),
  });
}

/**
 * The style as a recipe names it, looked at with this long side: measured when it is first asked for, and anew where the
 * network has other weights than it had then. Of one without a picture, the nearest size that there is.
 * @throws ReverieError `not-found`; what a run throws
 */
export async function styleOf(engine: Engine, id: string, longSide: number): Promise<{ readonly statistics: string }> {
  const painting = await known(id);
  const size = Math.round(longSide);
  const found = painting.statistics[size];
  if (found && (await isOfToday(engine, found))) return { statistics: found };
  const pixels = await pictureOf(id);
  if (!pixels) {
    const sizes = Object.keys(painting.statistics).map(Number);
    const [nearest = 0] = sizes.sort((a, b) => Math.abs(Math.log(a / size)) - Math.abs(Math.log(b / size)));
    return { statistics: painting.statistics[nearest] ?? '' };
  }
  const statistics = await measure(engine, pixels, size);
  const others = found ? [] : Object.entries(painting.statistics).slice(1 - limits.paintings.maxSizes);
  await keep({ ...painting, statistics: { ...Object.fromEntries(others), [size]: statistics } });
  return { statistics };
}

/** The picture itself; null where there is none. @throws ReverieError `not-found` */
export async function pictureOf(id: string): Promise<Pixels | null> {
  const { picture } = await known(id);
  return picture && (await decodePhoto(picture)).pixels;
}

/** @throws ReverieError `not-found` */
export async function renamePainting(id: string, name: string): Promise<void> {
  await keep({ ...(await known(id)), name: cleanName(name) });
}

export async function removePainting(id: string): Promise<void> {
  passing.delete(id);
  await records.remove(id);
}

/** As a file for another browser, or the command line: statistics and thumbnail, not the painting. @throws ReverieError `not-found` */
export async function paintingFile(engine: Engine, id: string): Promise<Blob> {
  await styleOf(engine, id, anyDefaults.size);
  const { name, thumbnail, statistics } = await known(id);
  const bytes = thumbnail ? new Uint8Array(await thumbnail.arrayBuffer()) : new Uint8Array();
  const fits = bytes.length <= limits.train.maxThumbnailBytes;
  const sizes = Object.values(statistics).map(readStyleText);
  return new Blob([await encodePaintingFile({ name, sizes, thumbnail: fits ? bytes : new Uint8Array() })], {
    type: 'application/octet-stream',
  });
}

/** @throws ReverieError `training-file-invalid`, `style-invalid`, before anything is kept */
export async function importPainting(engine: Engine, file: Blob): Promise<Added> {
  const most = limits.train.maxStyleFileBytes + 1;
  const { name, sizes, thumbnail } = await decodePaintingFile(new Uint8Array(await file.slice(0, most).arrayBuffer()));
  const statistics = Object.fromEntries(sizes.map((each) => [each.longSide, styleText(encodeStyle(each))]));
  for (const text of Object.values(statistics)) {
    if (await isOfToday(engine, text)) continue;
    throw new ReverieError('style-invalid', 'This style was measured by another network than the one here.');
  }
  const type = thumbnailType(thumbnail);
  const picture = type ? new Blob([thumbnail], { type }) : null;
  const { width, height } = picture ? (await decodePhoto(picture)).pixels : { width: 1, height: 1 };
  const id = ownStyleId(await sha256Hex(new TextEncoder().encode(Object.values(statistics).join())));
  const said = { id, name, aspect: width / height, addedAt: new Date().toISOString(), statistics };
  return keep({ ...said, thumbnail: picture, picture: null });
}

const find = async (id: string): Promise<OwnPainting | undefined> =>
  passing.get(id) ?? (await records.get<OwnPainting>(id));

async function known(id: string): Promise<OwnPainting> {
  const painting = await find(id);
  if (painting) return painting;
  throw new ReverieError('not-found', 'This painting was removed, perhaps in another tab. Choose it again.');
}

/** As many as fit: what was kept before is never thrown out for it. */
async function keep(painting: OwnPainting): Promise<Added> {
  const others = (await records.keys()).filter((id) => id !== painting.id);
  const kept = others.length < max && (await records.set(painting.id, painting));
  if (others.length < max) passing.delete(painting.id);
  else passing.set(painting.id, painting);
  return { painting, kept };
}

async function isOfToday(engine: Engine, statistics: string): Promise<boolean> {
  const hash = await weightsHash(await engine.prepare(anyDefaults.network).result);
  try {
    return isMeasuredWith(readStyleText(statistics), hash);
  } catch {
    // Of an earlier format.
    return false;
  }
}
