/** What a card should take for what it is told: every kernel is bound by arithmetic or by memory, and every dispatch costs. */
import { winogradWork } from '../../../web/engine/device/webgpu/winograd';
import type { Card, Told } from './format';

export type Bound = 'arithmetic' | 'memory' | 'dispatch';

export interface Expected {
  readonly ms: number;
  /** Milliseconds of what each bound holds back. */
  readonly by: Readonly<Record<Bound, number>>;
}

type Speeds = Pick<Card, 'gflops' | 'gigabytes' | 'dispatchUs'>;

/** Of one kind of kernel: the longest of the three, and which it is. */
export function expectedOf({ dispatches, flop, bytes }: Told, card: Speeds): { ms: number; bound: Bound } {
  const times: Record<Bound, number> = {
    arithmetic: flop / card.gflops / 1e6,
    memory: bytes / card.gigabytes / 1e6,
    dispatch: (dispatches * card.dispatchUs) / 1000,
  };
  const [bound, ms] = (Object.entries(times) as [Bound, number][]).reduce((most, one) =>
    one[1] > most[1] ? one : most,
  );
  return { ms, bound };
}

export function expect(told: readonly Told[], card: Speeds): Expected {
  const by: Record<Bound, number> = { arithmetic: 0, memory: 0, dispatch: 0 };
  for (const kernel of told) {
    const { ms, bound } = expectedOf(kernel, card);
    by[bound] += ms;
  }
  return { ms: by.arithmetic + by.memory + by.dispatch, by };
}

/**
 * A convolution 3×3 of as many channels in as out, made directly, as many times as long as by Winograd's way. That way has a quarter
 * of the products, but transforms what it reads, sums and filters: 2.2 times fewer operations with 16 channels, 2.9 with many. It
 * reads and writes the same bytes, as nothing of it leaves a workgroup: it gains where arithmetic bounds, and nothing where memory
 * does, which a card with much arithmetic for its bandwidth has at few channels.
 */
export function winogradGain(channels: number, side: number, card: Speeds): number {
  const bytes = 4 * (2 * channels * side ** 2 + 9 * channels ** 2);
  const of = (flop: number) => expectedOf({ key: '', dispatches: 1, flop, bytes }, card).ms;
  const size = { height: side, width: side };
  const way = 2 * winogradWork(size, { inputs: channels, outputs: channels });
  return of(18 * channels ** 2 * side ** 2) / of(way);
}

/** As their makers state them; a dispatch costs about so much with each. For a guess before there is a measurement. */
export const knownCards: readonly ({ readonly name: string } & Speeds)[] = [
  { name: 'RTX 4090', gflops: 82_600, gigabytes: 1008, dispatchUs: 5 },
  { name: 'RTX 3060', gflops: 12_700, gigabytes: 360, dispatchUs: 5 },
  { name: 'Apple M1', gflops: 2_600, gigabytes: 68, dispatchUs: 10 },
  { name: 'Intel Iris Xe', gflops: 2_000, gigabytes: 60, dispatchUs: 10 },
];
