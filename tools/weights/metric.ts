/**
 * Metrics of a network's features: at each tap the quadratic form P = A·Aᵀ of the best linear head A from its
 * features to a teacher's, measured with the engine itself. The committed ones were made by
 *
 *   npm run weights -- metric --network web/public/weights/reverie-vgg.json \
 *     --photos photos --photos paintings --out web/public/weights \
 *     --teacher teachers/vgg19-relu3_1.safetensors:vgg19-relu3_1:relu1_1,relu1_2,relu2_1,relu2_2,relu3_1 \
 *     --teacher teachers/vgg19-16x.safetensors:vgg19-16x:relu3_3,relu4_1,relu4_2,relu4_3,relu5_1
 */
import { setImmediate } from 'node:timers/promises';
import { ReverieError } from '../../shared/errors';
import { openDevice } from '../../web/engine/device';
import { tensorOf } from '../../web/engine/images/pictures';
import {
  type Architecture,
  architectureOf,
  metricName,
  nodeOfTap,
  parameterShapes,
} from '../../web/engine/network/architectures';
import { Network } from '../../web/engine/network/network';
import type { Parameters } from '../../web/engine/network/parameters';
import { type LaidOut, layOut, quantise, type StoredTensor } from './convert';
import { readSource } from './import';
import { choosePictures, readSquare } from './pictures';
import { diagonal, fitMetric, type Moments, meanMoments, momentsOf } from './regression';
import { parseSafetensors, readParameters } from './safetensors';
import { readStored, type Written, writeNetwork } from './stored';

/** Side of the squares that pictures are scaled to cover: ten windows of relu5_1 across. */
const side = 160;

export interface MetricOptions {
  /** The network's manifest, its shards beside it. */
  readonly network: string;
  /** Folders of pictures. */
  readonly photos: readonly string[];
  readonly teachers: readonly TeacherSpec[];
  readonly out: string;
  /** Pictures in all. */
  readonly count: number;
  readonly signal?: AbortSignal;
  readonly onPicture?: (done: number, of: number) => void;
}

interface TapReport {
  readonly tap: string;
  readonly channels: number;
  /** Share of the teacher's variance that no linear head explains. */
  readonly unexplained: number;
  /** Smallest, median and largest weight of a single channel. */
  readonly diagonal: readonly [min: number, median: number, max: number];
}

export interface MetricResult extends LaidOut {
  /** In the architecture's order. */
  readonly taps: readonly TapReport[];
  readonly pictures: number;
  readonly written: Written;
}

/**
 * Every other tensor, and metrics of taps that no teacher names, keep their stored bytes.
 * @throws ReverieError; whatever it throws, `out` is as it was.
 */
export async function measureMetrics(options: MetricOptions): Promise<MetricResult> {
  const { network, photos, teachers: specs, out, count, signal } = options;
  const stored = await readStored(network);
  const architecture = architectureOf(stored.manifest.architecture);
  checkTaps(architecture, specs);
  const pictures = await choosePictures(photos, count);
  const teachers: Teacher[] = [];
  for (const spec of specs) teachers.push(await readTeacher(spec, signal));

  const moments = await measure({ architecture, parameters: stored.parameters }, teachers, pictures, options);
  const tensors = new Map(stored.tensors.map((part) => [part.tensor.name, part]));
  const taps: TapReport[] = [];
  for (const tap of architecture.metrics ?? []) {
    const measured = moments.get(tap);
    if (!measured) continue;
    const channels = measured.inputs - 1;
    const { metric, unexplained } = fitMetric(meanMoments(measured.each));
    const name = metricName(tap);
    tensors.set(name, quantise(name, [channels, channels], Float32Array.from(metric), 'float16'));
    taps.push({ tap, channels, unexplained, diagonal: spreadOf(diagonal(metric, channels)) });
  }
  const ordered = parameterShapes(architecture).flatMap(({ name }) => {
    const part: StoredTensor | undefined = tensors.get(name);
    return part ? [part] : [];
  });
  const laidOut = layOut(stored.manifest, ordered);
  const written = await writeNetwork(out, laidOut.manifest, laidOut.shards, signal);
  return { ...laidOut, taps, pictures: pictures.length, written };
}

interface Measured {
  readonly inputs: number;
  /** One per picture. */
  readonly each: Moments[];
}

async function measure(
  ours: { readonly architecture: Architecture; readonly parameters: Parameters },
  teachers: readonly Teacher[],
  pictures: readonly string[],
  { signal, onPicture }: MetricOptions,
): Promise<ReadonlyMap<string, Measured>> {
  const measured = new Map<string, Measured>();
  const allTaps = teachers.flatMap(({ taps }) => taps);
  // One backend, on which every machine has the same numbers.
  const device = await openDevice({ backend: 'wasm' });
  try {
    const student = Network.create(ours.architecture, ours.parameters);
    const taught = teachers.map(({ architecture, parameters, taps }) => ({
      network: Network.create(architecture, parameters),
      taps,
    }));
    for (const [i, file] of pictures.entries()) {
      // Lets a Ctrl-C through.
      await setImmediate();
      if (signal?.aborted) throw new ReverieError('aborted', 'The measurement was cancelled; nothing was written.');
      const image = tensorOf(await readSquare(file, side));
      const mine = student.forward(image, allTaps, 'features');
      for (const { network, taps } of taught) {
        const theirs = network.forward(image, taps, 'features');
        for (const tap of taps) {
          const moments = await momentsOf(mine.at(tap), theirs.at(tap));
          const sofar = measured.get(tap) ?? { inputs: moments.inputs, each: [] };
          sofar.each.push(moments);
          measured.set(tap, sofar);
        }
        theirs.dispose();
      }
      mine.dispose();
      image.dispose();
      onPicture?.(i + 1, pictures.length);
    }
    return measured;
  } finally {
    // Takes every tensor with it.
    device.dispose();
  }
}

function spreadOf(values: readonly number[]): [number, number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  return [sorted[0] ?? 0, sorted[sorted.length >> 1] ?? 0, sorted.at(-1) ?? 0];
}

// `<safetensors>:<architecture>:<tap>,<tap>`: a network whose feature space a metric is taken from.

export interface TeacherSpec {
  /** A safetensors file or URL. */
  readonly from: string;
  readonly architecture: string;
  /** Named alike in both networks. */
  readonly taps: readonly string[];
}

interface Teacher {
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
function checkTaps(architecture: Architecture, specs: readonly TeacherSpec[]): void {
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
