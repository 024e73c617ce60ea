/** How large a picture is seen, and which part of it: geometry only. Lengths are CSS pixels, points are told from the view's middle. */

export interface Sides {
  readonly width: number;
  readonly height: number;
}

export interface Lens {
  /** 1: as large as fits. */
  readonly scale: number;
  /** Where the picture's middle is. */
  readonly x: number;
  readonly y: number;
}

export interface Room {
  readonly view: Sides;
  /** The picture at scale 1. */
  readonly fit: Sides;
  /** At which one of its pixels is one of the screen's. */
  readonly real: number;
}

export const whole: Lens = { scale: 1, x: 0, y: 0 };

/** The nearest look: a pixel of the picture is eight of the screen's, and never less than four times the whole. */
const nearest = (real: number) => Math.max(4, 8 * real);

const within = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

/** @returns the closest lens that shows the picture without a needless border. */
export function settle({ scale, x, y }: Lens, { view, fit, real }: Room): Lens {
  const kept = within(scale, Math.min(1, real), nearest(real));
  const spareX = Math.max(0, (fit.width * kept - view.width) / 2);
  const spareY = Math.max(0, (fit.height * kept - view.height) / 2);
  return { scale: kept, x: within(x, -spareX, spareX), y: within(y, -spareY, spareY) };
}

/** What lies under the point stays there. */
export function zoomAt(lens: Lens, factor: number, at: { readonly x: number; readonly y: number }, room: Room): Lens {
  const { scale } = settle({ ...lens, scale: lens.scale * factor }, room);
  const by = scale / lens.scale;
  return settle({ scale, x: at.x - (at.x - lens.x) * by, y: at.y - (at.y - lens.y) * by }, room);
}

export const panBy = (lens: Lens, x: number, y: number, room: Room): Lens =>
  settle({ ...lens, x: lens.x + x, y: lens.y + y }, room);

export const isWhole = ({ scale, x, y }: Lens) => scale === 1 && x === 0 && y === 0;
