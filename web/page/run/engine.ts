/** The one engine of a page; its code is fetched when it is first needed. */
import { ReverieError } from '../../../shared/errors';
import { backendNames, type Engine } from '../../engine/api';

async function loadEngine(): Promise<Engine> {
  const { createEngine } = await import('../../engine/client');
  // `?backend=wasm` forces one: for tests, and for people whose GPU misbehaves.
  const asked = new URLSearchParams(location.search).get('backend');
  const backend = backendNames.find((name) => name === asked);
  return createEngine({ baseUrl: location.origin, ...(backend && { backend }) });
}

let loader: () => Promise<Engine> = loadEngine;
let engine: Promise<Engine> | null = null;

/** Tests put an engine of their own here. */
export function setEngineLoader(next: () => Promise<Engine>): void {
  loader = next;
  engine = null;
}

/** A failed fetch of its code is tried again on the next call. @throws ReverieError `weights-network` */
export function getEngine(): Promise<Engine> {
  engine ??= loader().catch((cause: unknown) => {
    engine = null;
    throw ReverieError.from(cause, 'weights-network');
  });
  return engine;
}

/** Gives memory and device back; the next call opens another. */
export async function closeEngine(): Promise<void> {
  const open = engine;
  engine = null;
  await (await open?.catch(() => null))?.dispose();
}

/** Heat and memory ask for less there. */
export const isPhone = () => matchMedia('(pointer: coarse)').matches && Math.min(screen.width, screen.height) < 600;
