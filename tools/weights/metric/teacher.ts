/** `<safetensors>:<architecture>:<tap>,<tap>`: a network whose feature space a metric is taken from. */
import { ReverieError } from '../../../shared/errors';
import { type Architecture, architectureOf, nodeOfTap } from '../../../web/engine/network/architectures';
import type { Parameters } from '../../../web/engine/network/parameters';
import { parseSafetensors } from '../safetensors';
import { readSource } from '../source';
import { readParameters } from '../tensors';

export interface TeacherSpec {
  /** A safetensors file or URL. */
  readonly from: string;
  readonly architecture: string;
  /** Named alike in both networks. */
  readonly taps: readonly string[];
}

export interface Teacher {
  readonly architecture: Architecture;
  readonly parameters: Parameters;
  readonly taps: readonly string[];
}

/** Undefined if it is not of that form. */
export function parseTeacher(text: string): TeacherSpec | undefined {
  // From the end: the file's name may hold colons of its own.
  const [, from, architecture, taps] = /^(.+):([^:]+):([^:]+)$/.exec(text) ?? [];
  if (!from || !architecture || !taps) return undefined;
  return { from, architecture, taps: taps.split(',').map((tap) => tap.trim()) };
}

/** @throws ReverieError `network-unknown`, `layer-unknown`, `not-found`, `weights-invalid`, `weights-network`. */
export async function readTeacher(spec: TeacherSpec, signal?: AbortSignal): Promise<Teacher> {
  const architecture = architectureOf(spec.architecture);
  for (const tap of spec.taps) nodeOfTap(architecture, tap);
  const file = parseSafetensors(await readSource(spec.from, { signal }));
  return { architecture, parameters: readParameters(file, architecture), taps: spec.taps };
}

/**
 * Refuses taps that are named twice or for which the network's architecture brings no metric.
 * @throws ReverieError `usage`
 */
export function checkTaps(architecture: Architecture, specs: readonly TeacherSpec[]): void {
  const seen = new Set<string>();
  for (const tap of specs.flatMap(({ taps }) => taps)) {
    if (seen.has(tap)) throw new ReverieError('usage', `${tap} is named twice; one teacher can have it.`);
    seen.add(tap);
    if (!architecture.metrics?.includes(tap)) {
      const known = architecture.metrics?.join(', ') ?? 'none';
      throw new ReverieError('usage', `${architecture.id} takes no metric at "${tap}"; it takes: ${known}.`);
    }
  }
}
