/** The command lines of `npm run train -- any` and `score-any`. */
import path from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { anyDefaults as anyRecipe } from '../../../shared/techniques/any/schema';
import { backendFlag, collect, countFlag, given, misuse, numberFlag } from '../../commandLine';
import { parseTeacher } from '../../weights/metric';
import type { TrainingJob } from '../work';
import { type AnyOptions, anyDefaults, type JudgeOptions, parseAnyOptions } from './schema';
import type { AnyScoring } from './score';

export interface AnyTraining extends TrainingJob {
  readonly options: AnyOptions;
  /** Folder of photos. */
  readonly images: string;
  /** Folders of paintings. */
  readonly paintings: readonly string[];
  /** Manifest of the network whose first blocks are the encoder. */
  readonly perceptual: string;
  /** Weights files, one per judge of the options. */
  readonly judges: readonly string[];
}

const perceptual = 'web/public/weights/reverie-vgg.json';
const paintingsHelp =
  'folder of paintings named painter--title; twenty of painters with nothing else in it are kept out. More folders may be given, which are taken whole';

/** The embedded network, if no other is named. */
const ownJudge = {
  architecture: 'reverie-vgg',
  taps: ['relu1_2', 'relu2_2', 'relu3_1', 'relu3_3', 'relu4_1', 'relu4_2', 'relu5_1'],
};

export const anyCommand = (train: (training: AnyTraining) => void | Promise<void>) =>
  new Command('any')
    .description('Trains the network that paints in any style: its decoder, on pairs of a photo and a painting.')
    .requiredOption('--images <DIR>', 'folder of photos')
    .requiredOption('--paintings <DIR>', paintingsHelp, collect)
    .option(
      '--judge <SAFETENSORS:ARCHITECTURE:TAP,…>',
      'through whose eyes what is painted is compared, shallow taps first; may be given several times (default the embedded network)',
      collect,
    )
    .option('--perceptual <FILE>', 'manifest of the network whose first blocks are the encoder', perceptual)
    .option('--from <FILE>', 'manifest, or safetensors of another program, to begin from, instead of noise')
    .option('--resume', 'go on with the checkpoint in --work', false)
    .option('--id <ID>', 'of the network', 'reverie-any')
    .option('--out <DIR>', 'folder for the manifest and its shards', 'web/public/weights')
    .option('--work <DIR>', 'folder for the checkpoint, sample pictures and the loss plot (default .cache/train/<id>)')
    .addOption(numberFlag('steps', `0 writes what it begins from (default ${anyDefaults.steps})`))
    .addOption(numberFlag('batch', `pairs per step (default ${anyDefaults.batch})`))
    .addOption(numberFlag('crop', `side of the squares cut from both (default ${anyDefaults.crop})`))
    .addOption(numberFlag('content', `weight of what is kept of the photo (default ${anyDefaults.content})`))
    .addOption(numberFlag('style', `weight of what is taken from the painting (default ${anyDefaults.style})`))
    .addOption(numberFlag('identity', `weight of a photo being its own style (default ${anyDefaults.identity})`))
    .addOption(numberFlag('step-size', `of Adam, at the top (default ${anyDefaults.optimiser.stepSize})`))
    .addOption(numberFlag('seed', `(default ${anyDefaults.seed})`))
    .addOption(countFlag('threads', 'each with a backend of its own').default(2))
    .addOption(backendFlag())
    .addOption(countFlag('every', 'steps between checkpoints and sample pictures').default(100))
    .action((flags) => {
      const { images, paintings, id, from, resume, threads, every, backend, out } = flags;
      if (from !== undefined && resume) throw misuse('--from and --resume exclude each other.');
      const judges = flags.judge?.map(judgeOf) ?? [{ from: flags.perceptual, ...ownJudge }];
      const { seed, steps, batch, crop, content, style, identity, stepSize } = flags;
      const options = parseAnyOptions(
        given({
          seed,
          steps,
          batch,
          crop,
          content,
          style,
          identity,
          judges: judges.map(({ architecture, taps }) => weighed(architecture, taps)),
          optimiser: given({ stepSize }),
        }),
      );
      return train({
        options,
        images,
        paintings,
        id,
        out,
        from,
        resume,
        threads,
        every,
        backend,
        perceptual: flags.perceptual,
        judges: judges.map((judge) => judge.from),
        work: flags.work ?? path.join('.cache/train', id),
      });
    });

function judgeOf(text: string) {
  const spec = parseTeacher(text);
  if (spec) return spec;
  throw misuse(`--judge ${text} is not <safetensors>:<architecture>:<tap>,<tap>.`);
}

/** Deeper taps say more of strokes; of the photo all are to keep as much. */
const weighed = (architecture: string, taps: readonly string[]): JudgeOptions => ({
  architecture,
  contentLayers: taps.map((layer) => ({ layer, weight: 1 })),
  styleLayers: taps.map((layer, i) => ({ layer, weight: (i + 1) / taps.length })),
});

export const scoreAnyCommand = (score: (scoring: AnyScoring) => void | Promise<void>) =>
  new Command('score-any')
    .description(
      'Tells how well unseen photos are painted after unseen paintings, in the eyes of a network that nothing was made with.',
    )
    .requiredOption('--images <DIR>', 'folder of photos; those kept out of training are painted')
    .requiredOption('--paintings <DIR>', paintingsHelp, collect)
    .option('--all', 'take all paintings of the first folder, one after the other, instead of those kept out', false)
    .requiredOption('--judge <SAFETENSORS:ARCHITECTURE:TAP,…>', 'the network that judges')
    .option('--network <FILE>', 'manifest of the network that paints', 'web/public/weights/reverie-any.json')
    .addOption(countFlag('count', 'pairs').default(20))
    .addOption(countFlag('size', 'long side in pixels').default(256))
    .addOption(numberFlag('strength', '0..100').default(100))
    .addOption(numberFlag('detail', '0..100').default(anyRecipe.detail))
    .option('--sheet <FILE>', 'PNG, WebP or JPEG of all pairs: photo, painting, painted')
    .action(({ judge, ...asked }) => score({ ...asked, judge: judgeOf(judge) }));
