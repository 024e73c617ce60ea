/** A Gram matrix that is being explored: which of its cells is looked at. */
import { computed, signal } from '@preact/signals';
import type { GramData } from '../../engine/api';
import { busy } from '../../page/run/drive';
import { painting } from './run';

export interface Cell {
  readonly row: number;
  readonly column: number;
}

export const gram = computed<GramData | null>(() => (busy.value ? null : (painting.value?.gram ?? null)));

/** The person's choice; null until there was one. */
const chosen = signal<{ readonly of: GramData; readonly cell: Cell } | null>(null);
/** True once a cell was pressed: the pointer then passes over the others. */
export const pinned = signal(false);

export interface Pair {
  readonly cell: Cell;
  readonly channels: readonly [number, number];
  readonly cosine: number;
}

export function pairAt({ order, channels, cosines }: GramData, { row, column }: Cell): Pair {
  const [i, j] = [order[row] ?? 0, order[column] ?? 0];
  return { cell: { row, column }, channels: [i, j], cosine: cosines[i * channels + j] ?? 0 };
}

/** Different channels that answer together most, strongest first. */
export function strongestPairs(data: GramData, count: number): Pair[] {
  const pairs: Pair[] = [];
  for (let row = 0; row < data.channels; row++) {
    for (let column = row + 1; column < data.channels; column++) pairs.push(pairAt(data, { row, column }));
  }
  return pairs.sort((a, b) => b.cosine - a.cosine).slice(0, count);
}

const listed = 24;
export const strongest = computed<readonly Pair[]>(() => (gram.value ? strongestPairs(gram.value, listed) : []));

/** What is looked at: the choice, or the strongest pair. */
export const pair = computed<Pair | null>(() => {
  const data = gram.value;
  if (!data) return null;
  if (chosen.value?.of === data) return pairAt(data, chosen.value.cell);
  return strongest.value[0] ?? pairAt(data, { row: 0, column: 0 });
});

/** Kept within the matrix. */
export function lookAt({ row, column }: Cell): void {
  const data = gram.value;
  if (!data) return;
  const within = (index: number) => Math.min(data.channels - 1, Math.max(0, index));
  chosen.value = { of: data, cell: { row: within(row), column: within(column) } };
}
