/**
 * Does this backend compute the right numbers? Drivers have returned wrong ones without any error (Adreno with reused
 * bind groups, Mali with packed depthwise, tfjs#6775), and a failed WebGPU pipeline leaves buffers unwritten. Every
 * kernel that a run depends on, on odd sizes, twice over: the second round meets buffers that the first has used.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import * as kernels from '../../kernels';
import type { OpenedBackend } from '../device';
import { type Checks, compare } from './check';
import { neededChecks } from './needed';
import { spareKernels, variantChecks } from './spare';

/** What is tested together, and what is given up where its numbers are wrong: nothing stands in for what has no name. */
interface Suspect {
  readonly checks: Checks;
  readonly name?: string;
  giveUp?(): void;
}

/**
 * A kernel that stock ones stand in for is given up where its numbers are wrong, alone, and so is a variant.
 * @returns the names of kernels and variants that were given up
 * @throws ReverieError `backend-unavailable` that names the first kernel whose numbers are wrong.
 */
export async function selfTest({
  compile,
  variants = {},
}: Pick<OpenedBackend, 'compile' | 'variants'>): Promise<string[]> {
  const backend = tf.getBackend();
  const suspects: readonly Suspect[] = [
    { checks: neededChecks },
    ...spareKernels
      .filter(([name]) => kernels.hasOwn(name))
      .map(([name, checks]) => ({ name, checks, giveUp: () => tf.unregisterKernel(name, backend) })),
  ];
  const wrong: string[] = [];
  await compile(() => suspects.flatMap(({ checks }) => checks(0)));
  for (const round of [1, 2]) wrong.push(...(await tried(suspects, round, wrong)));
  // Each with those before it that are right, as they are used.
  for (const [name, turn] of Object.entries(variants)) {
    turn('everywhere');
    await compile(() => variantChecks(1));
    const given = await tried([{ name, checks: variantChecks, giveUp: () => turn(false) }], 1, wrong);
    if (given.length === 0) turn(true);
    wrong.push(...given);
  }
  return wrong;
}

/** All of them in one go, which a GPU is asked for and answers once. @returns the names of those that are given up */
async function tried(suspects: readonly Suspect[], round: number, gone: readonly string[]): Promise<string[]> {
  const left = suspects.filter(({ name }) => name === undefined || !gone.includes(name));
  const made: ReturnType<Checks>[] = [];
  // Returned alone: tidy would walk through every number of the expected arrays in search of tensors.
  tf.tidy(() => {
    made.push(...left.map(({ checks }) => checks(round)));
    return made.flat().map(([, actual]) => actual);
  });
  try {
    const values = await Promise.all(made.map((checks) => Promise.all(checks.map(([, actual]) => actual.data()))));
    return left.flatMap(({ name, giveUp }, index) => {
      try {
        made[index]?.forEach(([what, , expected], i) => {
          compare(what, values[index]?.[i] ?? [], expected);
        });
        return [];
      } catch (cause) {
        if (name === undefined || !giveUp) throw ReverieError.from(cause);
        giveUp();
        return [name];
      }
    });
  } finally {
    tf.dispose(made.flat().map(([, actual]) => actual));
  }
}
