/** The least that one iteration must hold: what the adjoints ask for, and the largest tensor that passes by. */
import { foldEntrance } from '../../../web/engine/network/fold';
import { createOperator } from '../../../web/engine/network/operators';
import { tapsOfRecipe } from '../../../web/engine/techniques/style/objectives';
import type { Problem, Size } from './problem';

export interface Floor {
  /** Outputs that an adjoint or an objective reads again. */
  readonly savedBytes: number;
  /** The largest gradient or feature on the way; one of them at least is alive beside what is saved. */
  readonly temporaryBytes: number;
}

/** For float32, from shapes and from what the operators say that they need; nothing is run. */
export function iterationFloor({ recipe, network, architecture, parameters }: Problem, { width, height }: Size): Floor {
  const taps = tapsOfRecipe(recipe);
  const shapes = network.featureShapes(taps, height, width);
  const folded = foldEntrance(architecture, parameters);
  const saved = new Set<string>();
  for (const { name, from, layer, tap } of folded.architecture.nodes) {
    if (!shapes.has(name)) continue;
    const operator = createOperator(name, layer, folded.parameters);
    if (operator.needsOutput || (tap && taps.includes(tap))) saved.add(name);
    if (operator.needsInput) saved.add(from[0] ?? 'input');
    operator.dispose();
  }
  const bytes = new Map([...shapes].map(([name, shape]) => [name, 4 * shape[0] * shape[1] * shape[2]]));
  return {
    savedBytes: [...saved].reduce((sum, name) => sum + (bytes.get(name) ?? 0), 0),
    temporaryBytes: Math.max(...bytes.values()),
  };
}
