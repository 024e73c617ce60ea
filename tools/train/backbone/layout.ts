/**
 * A network that learns as one flat array: of every convolution the direction, gain and bias (weightNorm.ts), then the
 * heads, one per lesson.
 */
import { ReverieError } from '../../../shared/errors';
import { type Architecture, architectureOf, type NormaliseLayer } from '../../../web/engine/network/architectures';
import { type TapGeometry, tapGeometryOf } from '../../../web/engine/network/geometry';
import { type Slot, slotsInARow } from '../../../web/engine/transformer/parameters';
import { type BackboneOptions, type Lesson, lessonsOf } from './schema';

export interface ConvolutionSlots {
  /** Name of its node and its tap. */
  readonly name: string;
  readonly tap: string;
  /** `[3, 3, in, out]` */
  readonly direction: Slot;
  /** `[out]` */
  readonly gain: Slot;
  readonly bias: Slot;
}

/** A 1×1 convolution from our features to the teacher's, which is thrown away in the end. */
export interface HeadSlots extends Pair {
  readonly lesson: Lesson;
  /** `[in, out]` */
  readonly weight: Slot;
  /** `[out]` */
  readonly bias: Slot;
}

export interface BackboneLayout {
  /** Without its entrance: it takes normalised pictures. */
  readonly architecture: Architecture;
  readonly entrance: NormaliseLayer;
  readonly convolutions: readonly ConvolutionSlots[];
  readonly heads: readonly HeadSlots[];
  /** Taps of all convolutions down to the deepest lesson. */
  readonly taps: readonly string[];
  /** Channels of all convolutions. */
  readonly channels: number;
  /** Numbers in all. */
  readonly size: number;
}

export function backboneLayoutOf(options: Pick<BackboneOptions, 'architecture' | 'teachers'>): BackboneLayout {
  const whole = architectureOf(options.architecture);
  const [entrance, ...rest] = whole.nodes;
  if (entrance?.layer.kind !== 'normalise') throw new ReverieError('internal', `${whole.id} cannot be taught.`);
  const nodes = rest.map((node) => ({
    ...node,
    from: node.from.map((source) => (source === entrance.name ? 'input' : source)),
  }));
  const { slot, total } = slotsInARow();
  const convolutions = nodes.flatMap(({ name, tap = name, layer }): ConvolutionSlots[] => {
    if (layer.kind !== 'conv') return [];
    const outputs = [layer.channels[1]];
    return [
      {
        name,
        tap,
        direction: slot(`${name}.direction`, [...layer.kernel, ...layer.channels]),
        gain: slot(`${name}.gain`, outputs),
        bias: slot(`${name}.bias`, outputs),
      },
    ];
  });
  const heads = lessonsOf(options).map((lesson): HeadSlots => {
    const own = tapGeometryOf(whole, lesson.tap);
    const theirs = tapGeometryOf(architectureOf(options.teachers[lesson.teacher]?.architecture ?? ''), lesson.towards);
    return {
      lesson,
      own,
      theirs,
      weight: slot('head.weight', [own.channels, theirs.channels]),
      bias: slot('head.bias', [theirs.channels]),
    };
  });
  const deepest = convolutions.findLastIndex(({ tap }) => heads.some(({ lesson }) => lesson.tap === tap));
  return {
    architecture: { id: whole.id, nodes },
    entrance: entrance.layer,
    convolutions,
    heads,
    taps: convolutions.slice(0, deepest + 1).map(({ tap }) => tap),
    channels: convolutions.reduce((sum, { gain }) => sum + gain.size, 0),
    size: total(),
  };
}

/** The numbers of a slot; a view. */
export const inSlot = <T extends Float32Array>(values: T, { offset, size }: Slot): T =>
  values.subarray(offset, offset + size) as T;

// How cells of two networks fall together in the picture: a network without padding begins its cells further in than one
// that reflects its border.

interface Pair {
  readonly own: TapGeometry;
  readonly theirs: TapGeometry;
}

type Axis = 0 | 1;

/** Cells of ours before the first of theirs, when their picture begins `cut` pixels later; not whole as a rule. */
const offset = ({ own, theirs }: Pair, cut: number, axis: Axis) =>
  (theirs.centre[axis] + cut - own.centre[axis]) / own.stride;

/**
 * How many pixels a teacher's picture is cut at the top and left so that its cells fall on the student's as well as they
 * can at all taps.
 */
export function cutOf(pairs: readonly Pair[]): readonly [vertical: number, horizontal: number] {
  const along = (axis: Axis) => {
    const off = (cut: number) =>
      Math.max(...pairs.map((pair) => Math.abs(offset(pair, cut, axis) - Math.round(offset(pair, cut, axis)))));
    const cuts = Array.from({ length: Math.max(...pairs.map(({ own }) => own.stride)) }, (_, cut) => cut);
    return cuts.reduce((best, cut) => (off(cut) < off(best) ? cut : best), 0);
  };
  return [along(0), along(1)];
}

/** The part of a row or column of cells that two networks have in common. */
interface Overlap {
  /** First cell of ours, and of theirs. */
  readonly own: number;
  readonly theirs: number;
  /** None where it is not above 0. */
  readonly count: number;
}

/** @param counts how many cells each has along the axis */
export function overlapOf(
  axis: Axis,
  pair: Pair,
  cut: number,
  counts: { readonly own: number; readonly theirs: number },
): Overlap {
  const shift = Math.round(offset(pair, cut, axis));
  const own = Math.max(0, shift);
  return { own, theirs: own - shift, count: Math.min(counts.own - own, counts.theirs - (own - shift)) };
}
