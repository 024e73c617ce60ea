/** A network's numbers by name, as weights files have them. No arithmetic: pages that only read files import this. */
import { ReverieError } from '../../../shared/errors';

export interface Parameter {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}
export type Parameters = ReadonlyMap<string, Parameter>;

/** @throws ReverieError `weights-invalid` when it is missing or has another shape. */
export function parameterOf(parameters: Parameters, name: string, shape: readonly number[]): Float32Array {
  const found = parameters.get(name);
  if (!found) throw new ReverieError('weights-invalid', `The weights have no tensor "${name}".`);
  if (found.shape.join() !== shape.join() || found.values.length !== shape.reduce((a, b) => a * b, 1)) {
    throw new ReverieError(
      'weights-invalid',
      `Tensor "${name}" has shape [${found.shape.join(', ')}]; the architecture needs [${shape.join(', ')}].`,
    );
  }
  return found.values;
}
