/**
 * The paintings of a person's own, kept in this browser: the picture, a thumbnail, and their statistics, which is all that one
 * pass paints with, once something was painted so. Nothing of them leaves the device by itself.
 * @example
 * const { painting } = await addPainting(pixels, 'my-painting.jpg');
 * const recipe = { ...defaultRecipe('any'), styles: [{ image: painting.image, weight: 1 }] };
 * const asRun = await withPaintings(await getEngine(), recipe);
 */
import { encodeStyle, isMeasuredWith, readStyleText, styleText } from '../../../shared/anyStyle/statistics';
import { ReverieError } from '../../../shared/errors';
import { sha256Hex, weightsHash } from '../../../shared/hash';
import { limits } from '../../../shared/limits';
import { ownStyleId } from '../../../shared/ownStyle';
import { styleSizeOf, stylesOf } from '../../../shared/recipe/about';
import { type Recipe, techniqueOf } from '../../../shared/techniques';
import { anyDefaults } from '../../../shared/techniques/any/schema';
import type { Engine, Pixels } from '../../engine/api';
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
  /** As recipes name it: SHA-256 of its pixels, or of its statistics where those are all that came. */
  readonly image: string;
  readonly name: string;
  /** Width over height. */
  readonly aspect: number;
  /** ISO 8601. */
  readonly addedAt: string;
  /** Null where a style file brought none. */
  readonly thumbnail: Blob | null;
  /** Null for one that came as statistics alone: it is painted with in one pass, and has nothing to look at again. */
  readonly picture: Blob | null;
  /** As recipes carry them, by the long side at which it was looked at; none before it was painted with. */
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
/** Opened pictures: of what is painted with now. */
const recent = new Map<string, Pixels>();
const recentMost = 4;

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
 * Keeps a painting; one that is there already is only found. It is measured when it is painted with.
 * @param name of its file, say
 */
export async function addPainting(pixels: Pixels, name: string): Promise<Added> {
  const small = copyWithin(pixels, pictureSide);
  const image = await pixelsHash(small);
  const id = ownStyleId(image);
  const before = await find(id);
  if (before) return { painting: before, kept: !passing.has(id) };
  open(id, small);
  const [thumbnail, picture] = await Promise.all([
    encode(copyWithin(small, thumbnailSide), 'jpeg'),
    encode(small, isTransparent(small) ? 'png' : 'jpeg'),
  ]);
  const said = { id, image, name: cleanName(name), aspect: small.width / small.height };
  return keep({ ...said, addedAt: new Date().toISOString(), statistics: {}, thumbnail, picture });
}

/**
 * A recipe as a run takes it: the paintings that it names by `image` are their statistics where one pass is enough of them,
 * and come as pictures where they are looked at.
 * @returns with the pictures in the order of the recipe's styles
 * @throws ReverieError `not-found` for one that is not here; what a run throws
 */
export async function withPaintings(
  engine: Engine,
  recipe: Recipe,
): Promise<{ readonly recipe: Recipe; readonly styles: Pixels[] }> {
  const styles: Pixels[] = [];
  const named: object[] = [];
  for (const style of stylesOf(recipe)) {
    const { image, ...rest } = 'image' in style ? style : { ...style, image: undefined };
    const id = ownStyleId(image ?? '');
    if (image === undefined) named.push(style);
    else if (techniqueOf(recipe).onePass) named.push({ ...rest, ...(await styleOf(engine, id, styleSizeOf(recipe))) });
    else {
      const picture = await pictureOf(id);
      if (!picture) throw new ReverieError('style-invalid', 'Of this style there is no painting to look at.');
      styles.push(picture);
      named.push(style);
    }
  }
  return { recipe: { ...recipe, styles: named } as Recipe, styles };
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
  // Removed, or looked at with another size, meanwhile.
  const now = await find(id);
  const others = found ? [] : Object.entries(now?.statistics ?? {}).slice(1 - limits.paintings.maxSizes);
  if (now) await keep({ ...now, statistics: { ...Object.fromEntries(others), [size]: statistics } });
  return { statistics };
}

/** A copy of the picture itself; null where there is none. @throws ReverieError `not-found` */
export async function pictureOf(id: string): Promise<Pixels | null> {
  const { picture } = await known(id);
  const opened = recent.get(id) ?? (picture && (await decodePhoto(picture)).pixels);
  if (!opened) return null;
  open(id, opened);
  return copyWithin(opened, pictureSide);
}

function open(id: string, pixels: Pixels): void {
  // The newest last, so that the first is who goes.
  recent.delete(id);
  recent.set(id, pixels);
  const [oldest] = recent.keys();
  if (recent.size > recentMost && oldest) recent.delete(oldest);
}

/** @throws ReverieError `not-found` */
export async function renamePainting(id: string, name: string): Promise<void> {
  await keep({ ...(await known(id)), name: cleanName(name) });
}

export async function removePainting(id: string): Promise<void> {
  passing.delete(id);
  recent.delete(id);
  await records.remove(id);
}

/** One that was removed, as it was. */
export const putBack = (painting: OwnPainting): Promise<Added> => keep(painting);

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
  const image = await sha256Hex(new TextEncoder().encode(Object.values(statistics).join()));
  const said = {
    id: ownStyleId(image),
    image,
    name,
    aspect: width / height,
    addedAt: new Date().toISOString(),
    statistics,
  };
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
