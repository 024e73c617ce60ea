/** Everything that decides how a distilled perceptual network turns out, with its bounds and defaults. */
import * as v from 'valibot';
import { ReverieError } from '../../../shared/errors';
import { invalidField } from '../../../shared/invalid';
import { limits } from '../../../shared/limits';
import { defaultNetwork } from '../../../shared/networks';
import { finite, integer, layerName } from '../../../shared/techniques/pieces';
import { type Architecture, architectureOf, tapsOf } from '../../../web/engine/network/architectures';
import { tapGeometryOf } from '../../../web/engine/network/geometry';
import { adamFields } from '../../../web/engine/train/adam';

const { train, backbone } = limits;

/** Reasons: web/engine/train/README.md. */
export const backboneDefaults = {
  architecture: defaultNetwork,
  seed: 1,
  steps: 5000,
  batch: 8,
  crop: 128,
  brightness: 0.2,
  noise: 0.1,
  optimiser: { stepSize: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, averaging: 0.995, warmUp: 100 },
} as const;

const lessonSchema = v.strictObject({
  /** Of the network that learns. */
  tap: layerName,
  /** The teacher's tap that it is drawn to. */
  towards: layerName,
});

export const backboneOptionsSchema = v.strictObject({
  /** Name of the architecture that learns, or its channels (`architectureOf`). */
  architecture: v.optional(v.string(), backboneDefaults.architecture),
  teachers: v.pipe(
    v.array(
      v.strictObject({
        architecture: v.string(),
        lessons: v.pipe(v.array(lessonSchema), v.minLength(1), v.maxLength(backbone.maxTaps)),
      }),
    ),
    v.minLength(1, 'at least one teacher is needed'),
    v.maxLength(backbone.maxTeachers),
  ),
  seed: v.optional(integer(limits.run.seed.min, limits.run.seed.max), backboneDefaults.seed),
  steps: v.optional(integer(1, train.maxSteps), backboneDefaults.steps),
  /** Squares per step. */
  batch: v.optional(integer(1, train.maxBatch), backboneDefaults.batch),
  /** Their side, pixels. */
  crop: v.optional(integer(backbone.minCrop, train.maxCrop), backboneDefaults.crop),
  /** A square is up to this share lighter or darker. */
  brightness: v.optional(finite(0, 0.9), backboneDefaults.brightness),
  /** Every fourth square has white noise of up to this deviation added, as pictures that an optimisation begins with have. */
  noise: v.optional(finite(0, 1), backboneDefaults.noise),
  optimiser: v.optional(v.strictObject(adamFields(backboneDefaults.optimiser)), () => ({
    ...backboneDefaults.optimiser,
  })),
});
export type BackboneOptions = v.InferOutput<typeof backboneOptionsSchema>;

/** One tap drawn to one tap of a teacher. */
export interface Lesson extends v.InferOutput<typeof lessonSchema> {
  /** Index into the teachers. */
  readonly teacher: number;
}

/** All lessons, teacher by teacher: the order of losses and heads. */
export const lessonsOf = ({ teachers }: Pick<BackboneOptions, 'teachers'>): Lesson[] =>
  teachers.flatMap(({ lessons }, teacher) => lessons.map((lesson) => ({ ...lesson, teacher })));

/** @throws ReverieError `training-invalid`, naming the field, tap or architecture that is wrong. */
export function parseBackboneOptions(value: unknown): BackboneOptions {
  const parsed = v.safeParse(backboneOptionsSchema, value, { abortEarly: true });
  if (!parsed.success) throw invalidField('training-invalid', 'Training', parsed.issues);
  const options = parsed.output;
  const student = architectureNamed(options.architecture);
  checkTrainable(student);
  const seen = new Set<string>();
  for (const { tap, towards, teacher } of lessonsOf(options)) {
    const taught = architectureNamed(options.teachers[teacher]?.architecture ?? '');
    checkTap(student, tap);
    checkTap(taught, towards);
    const own = tapGeometryOf(student, tap).stride;
    const theirs = tapGeometryOf(taught, towards).stride;
    if (own !== theirs) {
      throw invalid(
        `${tap} has a cell every ${own} pixels, ${towards} of ${taught.id} every ${theirs}. Name taps of one scale.`,
      );
    }
    if (options.crop % own !== 0)
      throw invalid(`--crop ${options.crop} is no multiple of ${own}, the scale of ${tap}.`);
    const name = `${tap}=${towards} of teacher ${teacher + 1}`;
    if (seen.has(name)) throw invalid(`${name} is named twice.`);
    seen.add(name);
  }
  if (seen.size > backbone.maxTaps) throw invalid(`At most ${backbone.maxTaps} taps can be taught at a time.`);
  return options;
}

function architectureNamed(id: string): Architecture {
  try {
    return architectureOf(id);
  } catch (cause) {
    throw invalid(ReverieError.from(cause).message);
  }
}

function checkTap(architecture: Architecture, tap: string): void {
  const taps = tapsOf(architecture);
  if (!taps.includes(tap)) throw invalid(`${architecture.id} has no tap "${tap}"; it has ${taps.join(', ')}.`);
}

/** Layers one after the other behind a fixed normalisation: VGG's topology. */
function checkTrainable({ id, nodes }: Architecture): void {
  const chain = nodes.every(({ from, layer }, i) => {
    if (from.join() !== (nodes[i - 1]?.name ?? 'input')) return false;
    return i === 0 ? layer.kind === 'normalise' : layer.kind === 'pool' || (layer.kind === 'conv' && layer.relu);
  });
  if (!chain) {
    throw invalid(`${id} cannot be taught: only a chain like reverie-vgg can, for example vgg-16.16-32.32.`);
  }
}

const invalid = (message: string) => new ReverieError('training-invalid', message);
