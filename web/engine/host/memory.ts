/** What fits: the memory estimate of a recipe, and the largest size below its own that the budget allows. */
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import type { Size } from '../../../shared/pictureSize';
import type { Recipe } from '../../../shared/techniques';
import type { MemoryEstimate } from '../api';
import { fitLongSide } from '../images/pictures';
import type { Network } from '../network/network';
import type { Technique } from '../techniques/technique';
import type { HostDevice } from './devices';

export interface EstimateQuestion {
  readonly technique: Technique;
  readonly recipe: Recipe;
  readonly network: Network;
  readonly content: Size;
  readonly device: Pick<HostDevice, 'takes' | 'memoryBudget'>;
}

/** `fittingSize` is 0 when not even the smallest size fits. Arithmetic only: nothing is allocated. */
export function estimateMemory({ technique, recipe, network, content, device }: EstimateQuestion): MemoryEstimate {
  const budgetBytes = device.memoryBudget();
  const bytesAt = (size: number) => {
    const { width, height } = fitLongSide(content.width, content.height, size);
    const sized = { ...recipe, size };
    const tensorBytes = technique.estimateBytes(sized, network, width, height);
    return device.takes(tensorBytes) + technique.heldBytes(sized, width, height);
  };
  const bytes = bytesAt(recipe.size);
  if (bytes <= budgetBytes) return { bytes, budgetBytes, fittingSize: recipe.size };
  let fits = limits.run.minSize - 1;
  let tooLarge = recipe.size;
  while (tooLarge - fits > 1) {
    const size = Math.floor((fits + tooLarge) / 2);
    if (bytesAt(size) <= budgetBytes) fits = size;
    else tooLarge = size;
  }
  return { bytes, budgetBytes, fittingSize: fits < limits.run.minSize ? 0 : fits };
}

/** @throws ReverieError `out-of-memory` with the numbers and the size that fits. */
export function assertFits({ bytes, budgetBytes, fittingSize }: MemoryEstimate, size: number): void {
  if (bytes <= budgetBytes) return;
  const advice = fittingSize > 0 ? `It fits at ${fittingSize} pixels.` : 'No size fits; try another network or device.';
  throw new ReverieError(
    'out-of-memory',
    `At ${size} pixels this needs ${megabytes(bytes)} and this device may spend ${megabytes(budgetBytes)}. ${advice}`,
    { data: { bytes, budgetBytes, fittingSize } },
  );
}

/** `RangeError` is what every engine throws for a buffer that it has no room for (ECMA-262, CreateByteDataBlock). */
export function asComputeError(cause: unknown): ReverieError {
  if (cause instanceof ReverieError) return cause;
  if (!(cause instanceof RangeError)) return ReverieError.from(cause);
  return new ReverieError('out-of-memory', `The device ran out of memory (${cause.message}). Choose a smaller size.`, {
    cause,
  });
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
