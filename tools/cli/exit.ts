/** Exit codes, as shells know them. */
import type { ErrorCode } from '../../shared/errors';

/** 130 is 128 + SIGINT: what a shell reports for a program that Ctrl-C ended. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

export function exitCodeOf(code: ErrorCode): number {
  if (code === 'usage') return exitCodes.usage;
  if (code === 'aborted') return exitCodes.interrupted;
  return exitCodes.failed;
}
