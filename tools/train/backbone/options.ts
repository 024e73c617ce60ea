/** The command line of `npm run train -- backbone`. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ReverieError } from '../../../shared/errors';
import {
  type BackboneOptions,
  backboneDefaults,
  parseBackboneOptions,
} from '../../../web/engine/train/backbone/options';
import { parseBackend } from '../../cli/execute';
import { parseTeacher } from '../../weights/metric/teacher';
import { defined, numbersFor, type TrainingJob, text } from '../flags';

export interface BackboneTraining extends TrainingJob {
  readonly options: BackboneOptions;
  /** Folders of photos. */
  readonly images: readonly string[];
  /** Weights files, one per teacher of the options. */
  readonly teachers: readonly string[];
}

const defaults = { id: 'backbone', every: 100, threads: 2 } as const;

export const backboneUsage = `Usage: npm run train -- backbone --images <folder> --teacher <safetensors>:<architecture>:<tap>=<its tap>,… [options]

Teaches a small perceptual network to say what larger ones see. Ctrl-C stops it after the step and writes what there is.
  --images        folder of photos; may be given several times
  --teacher       weights, their architecture, and which tap of ours is drawn to which of theirs (one name if they are
                  called alike); may be given several times
  --architecture  what learns: ${backboneDefaults.architecture}, or channels such as vgg-16.16-32.32-64.64 (${backboneDefaults.architecture})
  --from          manifest of a network to begin from, instead of noise
  --resume        go on with the checkpoint in --work
  --id            of the network (${defaults.id})
  --out           folder for the manifest and its shards (.cache/train/<id>/network)
  --work          folder for the checkpoint and the loss plot (.cache/train/<id>)
  --steps         ${backboneDefaults.steps}
  --batch         squares per step (${backboneDefaults.batch})
  --crop          their side in pixels (${backboneDefaults.crop})
  --step-size     of Adam, at the top (${backboneDefaults.optimiser.stepSize})
  --warm-up       steps until the top (${backboneDefaults.optimiser.warmUp})
  --brightness    share by which squares are lighter or darker (${backboneDefaults.brightness})
  --noise         deviation of the noise on every fourth square (${backboneDefaults.noise})
  --seed          ${backboneDefaults.seed}
  --threads       each with a backend of its own (${defaults.threads})
  --backend       wasm, webgpu or cpu (wasm)
  --every         steps between checkpoints (${defaults.every})`;

/** @returns null when only help is wanted. @throws ReverieError `usage`, `training-invalid` */
export function parseBackboneTraining(args: string[]): BackboneTraining | null {
  const { values } = parse(args);
  if (values.help) return null;
  const { images, teacher, id = defaults.id, architecture, from } = values;
  if (!images || !teacher) throw misuse('--images and --teacher are needed.');
  if (from !== undefined && values.resume) throw misuse('--from and --resume exclude each other.');
  const teachers = teacher.map((given) => {
    const spec = parseTeacher(given);
    if (!spec) throw misuse(`--teacher ${given} is not <safetensors>:<architecture>:<tap>=<its tap>,….`);
    return spec;
  });
  const options = parseBackboneOptions(
    defined({
      architecture,
      teachers: teachers.map((spec) => ({ architecture: spec.architecture, lessons: spec.taps.map(lesson) })),
      seed: number('seed', values.seed),
      steps: number('steps', values.steps),
      batch: number('batch', values.batch),
      crop: number('crop', values.crop),
      brightness: number('brightness', values.brightness),
      noise: number('noise', values.noise),
      optimiser: defined({
        stepSize: number('step-size', values['step-size']),
        warmUp: number('warm-up', values['warm-up']),
      }),
    }),
  );
  const work = values.work ?? path.join('.cache/train', id);
  return {
    ...{ options, images, id, work, from },
    threads: whole('threads', values.threads) ?? defaults.threads,
    every: whole('every', values.every) ?? defaults.every,
    teachers: teachers.map((spec) => spec.from),
    out: values.out ?? path.join(work, 'network'),
    resume: values.resume ?? false,
    backend: parseBackend(values.backend),
  };
}

/** `relu5_2=mixed_3`, or one name for both. */
function lesson(given: string) {
  const [tap = '', towards = tap, ...more] = given.split('=');
  if (more.length > 0) throw misuse(`${given} is not <tap>=<its tap>.`);
  return { tap, towards };
}

function parse(args: string[]) {
  const texts = { type: 'string', multiple: true } as const;
  try {
    return parseArgs({
      args,
      options: {
        ...{ images: texts, teacher: texts, architecture: text, from: text, id: text, out: text, work: text },
        ...{ steps: text, batch: text, crop: text, 'step-size': text, 'warm-up': text, brightness: text, noise: text },
        ...{ seed: text, threads: text, backend: text, every: text },
        ...{ resume: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      },
    });
  } catch (cause) {
    throw misuse(ReverieError.from(cause).message);
  }
}

const misuse = (message: string) => new ReverieError('usage', `${message}\n\n${backboneUsage}`);

const { number, whole } = numbersFor(misuse);
