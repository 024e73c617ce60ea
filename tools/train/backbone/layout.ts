/**
 * A network that learns as one flat array: of every convolution the direction, gain and bias (weightNorm.ts), then the
 * heads, one per lesson.
 */
import { ReverieError } from '../../../shared/errors';
import { type Architecture, architectureOf, type NormaliseLayer } from '../../../web/engine/network/architectures';
import { tapGeometryOf } from '../../../web/engine/network/geometry';
import { type Slot, slotsInARow } from '../../../web/engine/transformer/parameters';
import type { Pair } from './alignment';
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
