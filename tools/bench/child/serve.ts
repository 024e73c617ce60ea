/** The child's end of `call.ts`: answers calls one after another, and ends when the parent is gone. */
import { type ErrorRecord, ReverieError } from '../../../shared/errors';

export type Handlers = Record<string, (argument: never) => unknown>;

export interface Call {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  /** The message with its stack. */
  readonly error?: ErrorRecord;
}

export function serve(handlers: Handlers): void {
  process.on('message', async ({ id, name, argument }: Call) => {
    process.send?.(await answer(handlers, { id, name, argument }));
  });
  process.on('disconnect', () => process.exit());
}

async function answer(handlers: Handlers, { id, name, argument }: Call): Promise<Answer> {
  try {
    const handler = handlers[name];
    if (!handler) throw new Error(`There is no "${name}" to call.`);
    return { id, value: await handler(argument as never) };
  } catch (cause) {
    const { code, message } = ReverieError.from(cause);
    return { id, error: { code, message: (cause instanceof Error && cause.stack) || message } };
  }
}
