/**
 * What a HEIF file (HEIC, AVIF; ISO/IEC 23008-12) says of its primary picture: size, how it is turned, what its colours are.
 * Boxes are a length, a name and a content; a meta box holds all that is needed.
 */
import { hasTag, u8, u16be, u32be } from './bytes';
import { type ColourSpace, spaceOfCodePoints, spaceOfProfile, type Unfit } from './colourSpace';

interface Box {
  readonly name: string;
  /** Of the content. */
  readonly from: number;
  readonly to: number;
}

function* boxes(bytes: Uint8Array, from: number, to: number): Generator<Box> {
  for (let at = from; at + 8 <= to; ) {
    let length = u32be(bytes, at);
    let header = 8;
    if (length === 1) {
      length = u32be(bytes, at + 8) * 2 ** 32 + u32be(bytes, at + 12);
      header = 16;
    } else if (length === 0) length = to - at;
    if (length < header || at + length > to) return;
    yield { name: String.fromCharCode(...bytes.subarray(at + 4, at + 8)), from: at + header, to: at + length };
    at += length;
  }
}

const boxNamed = (bytes: Uint8Array, { from, to }: Pick<Box, 'from' | 'to'>, name: string): Box | undefined => {
  for (const box of boxes(bytes, from, to)) if (box.name === name) return box;
  return undefined;
};

export interface HeifPrimary {
  /** As shown, turned. */
  readonly width: number;
  readonly height: number;
  /** Null: sRGB. */
  readonly space: ColourSpace | Unfit | null;
}

/** @returns null where the file does not say which picture is the primary one */
export function readHeifPrimary(bytes: Uint8Array): HeifPrimary | null {
  const meta = boxNamed(bytes, { from: 0, to: bytes.length }, 'meta');
  if (!meta) return null;
  const inside = { from: meta.from + 4, to: meta.to };
  const item = boxNamed(bytes, inside, 'pitm');
  const group = boxNamed(bytes, inside, 'iprp');
  const container = group && boxNamed(bytes, group, 'ipco');
  if (!item || !container) return null;
  const primary = u8(bytes, item.from) === 0 ? u16be(bytes, item.from + 4) : u32be(bytes, item.from + 4);
  const all = [...boxes(bytes, container.from, container.to)];
  const own = [...boxes(bytes, group.from, group.to)]
    .filter(({ name }) => name === 'ipma')
    .flatMap((box) => associated(bytes, box, primary))
    .flatMap((index) => all[index - 1] ?? []);
  const extent = own.find(({ name }) => name === 'ispe');
  if (!extent) return null;
  const turned = own.some(({ name, from }) => name === 'irot' && (u8(bytes, from) & 1) === 1);
  const [width, height] = [u32be(bytes, extent.from + 4), u32be(bytes, extent.from + 8)];
  // Of a picture in tiles, the tiles alone may say it.
  const colours = own.some(({ name }) => name === 'colr') ? own : all;
  const space = colourOf(
    bytes,
    colours.filter(({ name }) => name === 'colr'),
  );
  return turned ? { width: height, height: width, space } : { width, height, space };
}

/** Places in the property container, from 1. */
function associated(bytes: Uint8Array, { from, to }: Box, item: number): number[] {
  const [version, wide] = [u8(bytes, from), (u8(bytes, from + 3) & 1) === 1];
  let at = from + 8;
  for (let i = u32be(bytes, from + 4); i > 0 && at < to; i--) {
    const id = version === 0 ? u16be(bytes, at) : u32be(bytes, at);
    at += version === 0 ? 2 : 4;
    const count = u8(bytes, at++);
    const size = wide ? 2 : 1;
    const places = Array.from({ length: count }, (_, k) =>
      wide ? u16be(bytes, at + 2 * k) & 0x7fff : u8(bytes, at + k) & 0x7f,
    );
    at += count * size;
    if (id === item) return places;
  }
  return [];
}

/** A profile says more than code points. */
function colourOf(bytes: Uint8Array, colours: readonly Box[]): ColourSpace | Unfit | null {
  const profile = colours.find(({ from }) => hasTag(bytes, from, 'prof') || hasTag(bytes, from, 'rICC'));
  if (profile) return spaceOfProfile(bytes.subarray(profile.from + 4, profile.to), 3);
  const points = colours.find(({ from }) => hasTag(bytes, from, 'nclx'));
  if (!points) return null;
  const [primaries, transfer] = [u16be(bytes, points.from + 4), u16be(bytes, points.from + 6)];
  // Browsers take video's curves for sRGB's in pictures of this kind, unlike in a PNG.
  return spaceOfCodePoints(primaries, [1, 6, 14, 15].includes(transfer) ? 13 : transfer);
}
