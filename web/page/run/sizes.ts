/** Which result sizes are offered, and which one a device starts with. */
import { limits } from '../../../shared/limits';
import { firstTechnique, techniqueNamed } from '../../../shared/techniques';
import type { BackendName } from '../../engine/api';

/** Long sides in pixels. Steps of about ×1.4: each costs about twice the one before. */
export const sizeSteps: readonly number[] = [256, 384, 512, 768, 1024, 1536, 2048].filter(
  (size) => size >= limits.run.minSize && size <= limits.run.maxSize,
);

/**
 * A size whose first result comes soon: the recipe's default on a desktop GPU, less on a phone (heat and
 * memory), least where a processor does the work.
 */
export function startingSize(backend: BackendName, phone: boolean): number {
  if (backend === 'webgpu') return phone ? 384 : techniqueNamed(firstTechnique).defaults.size;
  return 256;
}

/** The offered sizes with one more, in order, when a recipe asks for a size between them. */
export function offeredSizes(current: number): readonly number[] {
  return sizeSteps.includes(current) ? sizeSteps : [...sizeSteps, current].sort((a, b) => a - b);
}

/** The next smaller offered size, for a second try after memory ran out; null at the smallest. */
export function smallerSize(current: number): number | null {
  return [...sizeSteps].reverse().find((size) => size < current) ?? null;
}
