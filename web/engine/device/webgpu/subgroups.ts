/**
 * Sums over neighbouring threads by the device's own means, where it has `subgroups`: without memory of the workgroup and without
 * barriers. Neighbours are taken to be those next to one another in `local_invocation_index`, which WGSL does not promise: where
 * they are not, the self-test finds wrong numbers, and this stays off.
 */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

const sizes = new WeakMap<WebGPUBackend, number>();

/** @param least threads of a subgroup at least; 1: none are used from now on */
export function useSubgroups(backend: WebGPUBackend, least: number): void {
  sizes.set(backend, least);
}

/** How many neighbouring threads can be summed over, a power of two; 1 where that is off. */
export const neighboursOf = (backend: WebGPUBackend): number => sizes.get(backend) ?? 1;

/** WGSL: each of these variables becomes its sum over so many neighbours, in every one of them; always added in the same order. */
export function sumNeighbours(names: readonly string[], count: number): string {
  const steps = Array.from({ length: Math.log2(count) }, (_, i) => 2 ** i);
  return steps
    .map((step) => names.map((name) => `${name} += subgroupShuffleXor(${name}, ${step}u);`).join(' '))
    .join('\n  ');
}

/** WGSL: `value` becomes its sum over all threads of a workgroup, in all of them or in the first, by way of `memory`, one for each thread. */
export function sumWorkgroup(value: string, memory: string, threads: number, neighbours: number): string {
  const many = Math.min(neighbours, threads);
  if (many === 1)
    return `${memory}[thread] = ${value};
  workgroupBarrier();
  for (var half = ${threads / 2}; half > 0; half /= 2) {
    if (thread < half) { ${memory}[thread] += ${memory}[thread + half]; }
    workgroupBarrier();
  }
  ${value} = ${memory}[0];`;
  return `${sumNeighbours([value], many)}
  if (thread % ${many} == 0) { ${memory}[thread] = ${value}; }
  workgroupBarrier();
  ${value} = ${memory}[0];
  for (var other = ${many}; other < ${threads}; other += ${many}) { ${value} += ${memory}[other]; }`;
}
