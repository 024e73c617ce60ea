/** Exit codes, as shells know them. */
import type { ErrorCode } from '../../shared/errors';

/** 128 + the signal's number: what a shell reports for a program that a signal ended. */
export const exitCodes = {
  ...{ ok: 0, failed: 1, usage: 2, interrupted: 130 },
  ...{ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 },
} as const;

export function exitCodeOf(code: ErrorCode): number {
  if (code === 'usage') return exitCodes.usage;
  if (code === 'aborted') return exitCodes.interrupted;
  return exitCodes.failed;
}
