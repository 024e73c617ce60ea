import { ReverieError } from '../../../shared/errors';

/** @throws ReverieError `internal` when a layer is run without what its declaration promised it. */
export function given<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new ReverieError('internal', 'A layer was run without its input.');
  return value;
}
