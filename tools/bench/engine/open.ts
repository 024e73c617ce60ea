/** A process of its own with the embedded network on a backend, for as long as it takes to measure. */
import { Child } from '../process';
import type { EngineHandlers, Opened, OpenRequest } from './child';

export type EngineChild = Child<EngineHandlers>;

export async function engineOf<T>(
  request: OpenRequest,
  measure: (child: EngineChild, opened: Opened) => Promise<T>,
): Promise<T> {
  const child: EngineChild = new Child(new URL('./child.ts', import.meta.url));
  try {
    return await measure(child, await child.call('open', request));
  } finally {
    child.stop();
  }
}
