/** The world as the command line sees it. */
import type { BackendName, Engine } from '../../web/engine/api';
import type { Outputs } from '../commandLine';

export interface Context extends Outputs {
  /** Opens the engine on this machine; loads it only now, because that takes a second. */
  openEngine(backend: BackendName, threads: number): Promise<Engine>;
  /** Calls `handler` on Ctrl-C until the returned function is called. */
  onInterrupt(handler: () => void): () => void;
}

/** What the flags of a line say, by their names in camel case. */
export type Values = Readonly<Record<string, unknown>>;

export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
/** Of a flag that may be given several times. */
export const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
