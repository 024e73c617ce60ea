/** A picture that is looked at by finger, mouse and wheel: pinch, double tap, drag; held without moving, it shows what it was painted from. */
import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { isWhole, type Lens, panBy, type Room, type Sides, settle, whole, zoomAt } from './lens';

/** Milliseconds that a finger rests before it holds, and between the taps of a double one; pixels that a resting finger trembles. */
const holdMs = 250;
const doubleMs = 350;
const trembles = 8;

interface Point {
  readonly x: number;
  readonly y: number;
}

const middle = ([one, other = one]: readonly Point[]): Point =>
  one && other ? { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 } : { x: 0, y: 0 };
const apart = ([one, other]: readonly Point[]) => (one && other ? Math.hypot(one.x - other.x, one.y - other.y) : 0);

/** Has a gesture of its own: a slider, the cells of a matrix. */
const isOther = ({ target }: Event) => target instanceof Element && target.closest('button, input') !== null;

export interface Looking {
  readonly lens: Signal<Lens>;
  /** While a finger rests on it. */
  readonly held: Signal<boolean>;
  readonly zoomBy: (factor: number) => void;
  readonly pan: (x: number, y: number) => void;
  readonly fit: () => void;
  /** A pixel of the picture on one of the screen. */
  readonly real: () => void;
  /** Of the real size; 1: a pixel on a pixel. */
  readonly share: Signal<number>;
}

/**
 * @param view what clips the picture, and takes the gestures
 * @param picture whose width is set by the lens
 * @param pixels its own size
 * @param wheels whether a wheel alone zooms, or pans a page
 */
export function useLens(
  view: RefObject<HTMLElement | null>,
  picture: RefObject<HTMLElement | null>,
  pixels: Sides,
  wheels: boolean,
): Looking {
  const lens = useSignal(whole);
  const held = useSignal(false);
  const share = useSignal(1);
  const sides = useRef(pixels);
  sides.current = pixels;
  const shape = (pixels.width / pixels.height).toFixed(2);
  // A picture of the same shape is looked at in the same place: that is how styles are compared.
  useEffect(() => {
    lens.value = whole;
  }, [shape]);

  const looking = useMemo((): Looking & { room: () => Room } => {
    const room = (): Room => {
      const seen = view.current?.getBoundingClientRect() ?? { width: 1, height: 1 };
      const { offsetWidth = 1, offsetHeight = 1 } = picture.current ?? {};
      const { scale } = lens.peek();
      const fit = { width: offsetWidth / scale, height: offsetHeight / scale };
      return { view: seen, fit, real: sides.current.width / devicePixelRatio / fit.width };
    };
    const zoomBy = (factor: number) => {
      lens.value = zoomAt(lens.peek(), factor, { x: 0, y: 0 }, room());
    };
    return {
      lens,
      held,
      room,
      zoomBy,
      pan: (x, y) => {
        lens.value = panBy(lens.peek(), x, y, room());
      },
      fit: () => {
        lens.value = whole;
      },
      real: () => zoomBy(room().real / lens.peek().scale),
      share,
    };
  }, []);
  const measure = () => {
    share.value = lens.peek().scale / looking.room().real;
  };
  useLayoutEffect(measure, [lens.value, pixels.width]);

  useEffect(() => {
    const element = view.current;
    if (!element) return;
    const { room } = looking;
    const fingers = new Map<number, Point>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let began: Point | null = null;
    let tapped: { readonly at: Point; readonly when: number } | null = null;
    const at = ({ clientX, clientY }: MouseEvent): Point => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
    };
    const letGo = () => {
      clearTimeout(timer);
      held.value = false;
    };
    const onDown = (event: PointerEvent) => {
      if (isOther(event) || event.button !== 0) return;
      fingers.set(event.pointerId, at(event));
      letGo();
      began = fingers.size === 1 ? at(event) : null;
      if (!began) return;
      timer = setTimeout(() => {
        held.value = true;
        tapped = null;
      }, holdMs);
    };
    const onMove = (event: PointerEvent) => {
      const before = [...fingers.values()];
      if (!fingers.has(event.pointerId)) return;
      const now = at(event);
      if (began && apart([began, now]) < trembles) return;
      began = null;
      letGo();
      fingers.set(event.pointerId, now);
      const after = [...fingers.values()];
      if (!element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
      const [from, to] = [middle(before), middle(after)];
      const by = before.length === 2 ? apart(after) / Math.max(1, apart(before)) : 1;
      const moved =
        before.length === 2 || !isWhole(lens.peek()) ? panBy(lens.peek(), to.x - from.x, to.y - from.y, room()) : whole;
      lens.value = by === 1 ? moved : zoomAt(moved, by, to, room());
    };
    const onUp = (event: PointerEvent) => {
      if (!fingers.delete(event.pointerId)) return;
      const rested = held.peek();
      letGo();
      if (!began || rested || event.type === 'pointercancel') return;
      const [point, when] = [at(event), performance.now()];
      const double = tapped && when - tapped.when < doubleMs && apart([tapped.at, point]) < 4 * trembles;
      tapped = double ? null : { at: point, when };
      if (!double) return;
      const now = room();
      lens.value = lens.peek().scale > 1.01 ? whole : zoomAt(lens.peek(), Math.max(2, now.real), point, now);
    };
    const onWheel = (event: WheelEvent) => {
      // A trackpad's pinch comes as a wheel with Control.
      if (!wheels && !event.ctrlKey && isWhole(lens.peek())) return;
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const speed = event.ctrlKey ? 0.01 : 0.002;
      const next = zoomAt(lens.peek(), Math.exp(-event.deltaY * lines * speed), at(event), room());
      lens.value = event.deltaY > 0 && next.scale < 1 && lens.peek().scale >= 1 ? whole : next;
    };
    const onResize = () => {
      if (!isWhole(lens.peek())) lens.value = settle(lens.peek(), room());
      measure();
    };
    const sizes = new ResizeObserver(onResize);
    sizes.observe(element);
    const gestures = new AbortController();
    const { signal } = gestures;
    element.addEventListener('pointerdown', onDown, { signal });
    element.addEventListener('pointermove', onMove, { signal });
    element.addEventListener('pointerup', onUp, { signal });
    element.addEventListener('pointercancel', onUp, { signal });
    element.addEventListener('wheel', onWheel, { signal, passive: false });
    return () => {
      gestures.abort();
      sizes.disconnect();
      letGo();
    };
  }, [wheels]);
  return looking;
}
