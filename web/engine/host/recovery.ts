/**
 * What follows when a device fails in mid-run. Lost: the same backend once more, then the next. Out of memory: smaller
 * tiles, where the technique has any, then the next backend.
 */
import type { BackendName } from '../../../shared/backends';
import type { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import type { Recipe } from '../../../shared/recipe';
import { clipped, type Trouble } from '../../../shared/record';
import type { Technique } from '../techniques/technique';

export class Recovery {
  readonly troubles: Trouble[] = [];
  /** Backends that are not to be opened again. */
  readonly exclude = new Set<BackendName>();

  /** @param recipe what the next attempt runs */
  constructor(
    public recipe: Recipe,
    private readonly technique: Technique,
  ) {}

  /**
   * Takes note of a failure and decides how to go on.
   * @param step steps that were kept
   * @returns false when it is not a device's failure, or nothing is left to try
   */
  follows(error: ReverieError, backend: BackendName, step: number): boolean {
    const outOfMemory = error.code === 'out-of-memory';
    if (!outOfMemory && error.code !== 'device-lost') return false;
    if (this.troubles.length >= limits.device.maxRecoveries) return false;
    const smaller = outOfMemory ? (this.technique.withSmallerTile?.(this.recipe) ?? null) : null;
    const lostBefore = this.troubles.some((trouble) => trouble.code === 'device-lost' && trouble.backend === backend);
    if (outOfMemory ? !smaller : lostBefore) this.exclude.add(backend);
    if (smaller) this.recipe = smaller;
    const { code, message } = error;
    const tile = smaller && 'tile' in smaller ? { tile: smaller.tile } : {};
    this.troubles.push({ code, message: clipped(message), backend, step, ...tile });
    return true;
  }
}
