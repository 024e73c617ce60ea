/** The command line of `npm run train -- backbone`. */
import path from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { backendFlag, collect, countFlag, given, misuse, numberFlag } from '../../commandLine';
import { parseTeacher } from '../../weights/metric';
import type { TrainingJob } from '../work';
import { type BackboneOptions, backboneDefaults, parseBackboneOptions } from './schema';

export interface BackboneTraining extends TrainingJob {
  readonly options: BackboneOptions;
  /** Folders of photos. */
  readonly images: readonly string[];
  /** Weights files, one per teacher of the options. */
  readonly teachers: readonly string[];
}

export const backboneCommand = (train: (training: BackboneTraining) => void | Promise<void>) =>
  new Command('backbone')
    .description('Teaches a small perceptual network to say what larger ones see.')
    .requiredOption('--images <DIR>', 'folder of photos; may be given several times', collect)
    .requiredOption(
      '--teacher <SAFETENSORS:ARCHITECTURE:TAP=THEIRS,…>',
      'weights, their architecture, and which tap of ours is drawn to which of theirs (one name if they are called alike); may be given several times',
      collect,
    )
    .option(
      '--architecture <NAME>',
      `what learns: ${backboneDefaults.architecture}, or channels such as vgg-16.16-32.32-64.64 (default ${backboneDefaults.architecture})`,
    )
    .option('--from <FILE>', 'manifest of a network to begin from, instead of noise')
    .option('--resume', 'go on with the checkpoint in --work', false)
    .option('--id <ID>', 'of the network', 'backbone')
    .option('--out <DIR>', 'folder for the manifest and its shards (default .cache/train/<id>/network)')
    .option('--work <DIR>', 'folder for the checkpoint and the loss plot (default .cache/train/<id>)')
    .addOption(numberFlag('steps', `(default ${backboneDefaults.steps})`))
    .addOption(numberFlag('batch', `squares per step (default ${backboneDefaults.batch})`))
    .addOption(numberFlag('crop', `their side in pixels (default ${backboneDefaults.crop})`))
    .addOption(numberFlag('step-size', `of Adam, at the top (default ${backboneDefaults.optimiser.stepSize})`))
    .addOption(numberFlag('warm-up', `steps until the top (default ${backboneDefaults.optimiser.warmUp})`))
    .addOption(
      numberFlag('brightness', `share by which squares are lighter or darker (default ${backboneDefaults.brightness})`),
    )
    .addOption(numberFlag('noise', `deviation of the noise on every fourth square (default ${backboneDefaults.noise})`))
    .addOption(numberFlag('seed', `(default ${backboneDefaults.seed})`))
    .addOption(countFlag('threads', 'each with a backend of its own').default(2))
    .addOption(backendFlag())
    .addOption(countFlag('every', 'steps between checkpoints').default(100))
    .action((flags) => {
      const { images, id, from, resume, threads, every, backend } = flags;
      if (from !== undefined && resume) throw misuse('--from and --resume exclude each other.');
      const teachers = flags.teacher.map((text) => {
        const spec = parseTeacher(text);
        if (spec) return spec;
        throw misuse(`--teacher ${text} is not <safetensors>:<architecture>:<tap>=<its tap>,….`);
      });
      const { architecture, seed, steps, batch, crop, brightness, noise, stepSize, warmUp } = flags;
      const options = parseBackboneOptions(
        given({
          architecture,
          seed,
          steps,
          batch,
          crop,
          brightness,
          noise,
          teachers: teachers.map((spec) => ({ architecture: spec.architecture, lessons: spec.taps.map(lesson) })),
          optimiser: given({ stepSize, warmUp }),
        }),
      );
      const work = flags.work ?? path.join('.cache/train', id);
      return train({
        options,
        images,
        id,
        work,
        from,
        resume,
        threads,
        every,
        backend,
        teachers: teachers.map((spec) => spec.from),
        out: flags.out ?? path.join(work, 'network'),
      });
    });

/** `relu5_2=mixed_3`, or one name for both. */
function lesson(text: string) {
  const [tap = '', towards = tap, ...more] = text.split('=');
  if (more.length > 0) throw misuse(`${text} is not <tap>=<its tap>.`);
  return { tap, towards };
}
