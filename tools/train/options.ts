/** The command line of `npm run train`. */
import path from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { normalisations, photoStyle, transformerDefaults, upsamplings } from '../../shared/transformer';
import { parseTrainOptions, type TrainOptions, trainDefaults } from '../../web/engine/train/options';
import { parseLayer } from '../cli/flags';
import { backendFlag, collect, countFlag, given, misuse, numberFlag } from '../commandLine';
import { parseTeacher } from '../weights/metric';
import { type AnyTraining, anyCommand, scoreAnyCommand } from './any/options';
import type { AnyScoring } from './any/score';
import { type BackboneTraining, backboneCommand } from './backbone/options';
import type { Plot } from './plot';
import type { Scoring } from './score';
import type { Teaching } from './teach';
import { styleId, type TrainingJob } from './work';

export interface StyleTraining extends TrainingJob {
  readonly options: TrainOptions;
  /** Folder of photos. */
  readonly images: string;
  /** One file per style. */
  readonly paintings: readonly string[];
  /** Manifest of the network that measures the losses. */
  readonly perceptual: string;
}

/** What is done for each line that can be said. */
export interface Trainings {
  style(training: StyleTraining): void | Promise<void>;
  teach(teaching: Teaching): void | Promise<void>;
  backbone(training: BackboneTraining): void | Promise<void>;
  plot(plot: Plot): void | Promise<void>;
  score(scoring: Scoring): void | Promise<void>;
  any(training: AnyTraining): void | Promise<void>;
  scoreAny(scoring: AnyScoring): void | Promise<void>;
}

export const trainCommand = (trainings: Trainings) =>
  new Command('train')
    .usage('<verb> [options]')
    .description('Trains networks on this machine. Ctrl-C stops a training after the step and writes what there is.')
    .addCommand(styleCommand(trainings))
    .addCommand(backboneCommand(trainings.backbone))
    .addCommand(anyCommand(trainings.any))
    .addCommand(plotCommand(trainings.plot))
    .addCommand(scoreCommand(trainings.score))
    .addCommand(scoreAnyCommand(trainings.scoreAny));

const stylesHelp = 'a painting; may be given several times, one style each. Its name up to "--" is the style\'s id';

const styleCommand = ({ style, teach }: Trainings) =>
  new Command('style')
    .description(
      'Trains a network that paints in one pass, as the edge serves it; or, with --style-file, one more style for the shipped one.',
    )
    .requiredOption('--images <DIR>', 'folder of photos')
    .requiredOption('--styles <FILE>', stylesHelp, collect)
    .option('--id <ID>', 'of the network', 'reverie-fast')
    .option('--out <DIR>', 'folder for the manifest and its shards', 'web/public/weights')
    .option('--work <DIR>', 'folder for the checkpoint, sample pictures and the loss plot (default .cache/train/<id>)')
    .option('--resume', 'go on with the checkpoint there', false)
    .option('--from <FILE>', 'manifest of a network to begin from, instead of noise')
    .option(
      '--style-file <FILE>',
      'teach the shipped network this one painting, and write that as a .reverie-style file: minutes instead of hours',
    )
    .option('--thorough', "with it: all filters move, not only the style's scales and shifts", false)
    .option(
      '--perceptual <FILE>',
      'manifest of the network through which losses are measured',
      'web/public/weights/reverie-vgg.json',
    )
    .addOption(numberFlag('steps', `(default ${trainDefaults.steps})`))
    .addOption(numberFlag('batch', `pictures per step (default ${trainDefaults.batch})`))
    .addOption(numberFlag('crop', `side of the squares cut from the photos (default ${trainDefaults.crop})`))
    .addOption(numberFlag('style-size', `long side of the paintings (default ${trainDefaults.styleSize})`))
    .addOption(numberFlag('strength', `0..100, as in style transfer (default ${trainDefaults.strength})`))
    .option(
      '--content-layer <LAYER[:WEIGHT]>',
      `what is kept of the photo; may be given several times (default ${trainDefaults.contentLayers.map(({ layer }) => layer).join()})`,
      collect,
    )
    .addOption(numberFlag('step-size', `of Adam, at the top (default ${trainDefaults.optimiser.stepSize})`))
    .addOption(numberFlag('variation', `total variation's weight (default ${trainDefaults.totalVariation})`))
    .addOption(numberFlag('grain', `the finest marks' weight beside the style layers (default ${trainDefaults.grain})`))
    .addOption(numberFlag('palette', `the colours' weight beside the style layers (default ${trainDefaults.palette})`))
    .option('--no-photo', "without the style that gives the photo back, with which a style's strength is mixed")
    .addOption(numberFlag('width', 'channels at full resolution').default(transformerDefaults.width))
    .addOption(numberFlag('blocks', 'residual blocks').default(transformerDefaults.blocks))
    .option('--norm <KIND>', normalisations.join(' or '), transformerDefaults.norm as string)
    .option('--upsampling <KIND>', upsamplings.join(' or '), transformerDefaults.upsampling as string)
    .addOption(
      numberFlag('noise', 'deviation of what is added to a photo before it is painted').default(
        transformerDefaults.noise,
      ),
    )
    .addOption(
      numberFlag('speckle', 'deviation of what the last features are multiplied by').default(
        transformerDefaults.speckle,
      ),
    )
    .addOption(numberFlag('seed', `(default ${trainDefaults.seed})`))
    .addOption(countFlag('threads', 'each with a backend of its own; of a style alone, of one backend').default(2))
    .addOption(backendFlag())
    .addOption(countFlag('every', 'steps between checkpoints and sample pictures').default(100))
    .action((flags) => {
      const { images, styles, styleFile, backend, threads } = flags;
      const { seed, steps, batch, crop, strength, styleSize } = flags;
      const common = { seed, steps, batch, crop, strength, styleSize };
      if (styleFile !== undefined) {
        const [painting = '', ...more] = styles;
        if (more.length > 0) throw misuse('--style-file needs --images and one painting (--styles).');
        const options = given({ ...common, trains: flags.thorough ? 'all' : 'output' } as const);
        const teaching = { images, painting, file: styleFile, name: path.parse(painting).name, backend, threads };
        return teach({ ...teaching, options: options as Teaching['options'] });
      }
      const { id, out, perceptual, resume, every, from } = flags;
      const { width, blocks, norm, upsampling, noise, speckle } = flags;
      const network = {
        width,
        blocks,
        norm,
        upsampling,
        noise,
        speckle,
        styles: [...styles.map(styleId), ...(flags.photo ? [photoStyle] : [])],
      };
      const options = parseTrainOptions(
        given({
          ...common,
          network,
          grain: flags.grain,
          palette: flags.palette,
          totalVariation: flags.variation,
          contentLayers: flags.contentLayer?.map((word) => parseLayer(word)),
          optimiser: flags.stepSize === undefined ? undefined : { stepSize: flags.stepSize },
        }),
      );
      const work = flags.work ?? path.join('.cache/train', id);
      return style({
        options,
        images,
        paintings: styles,
        id,
        out,
        work,
        perceptual,
        resume,
        backend,
        threads,
        every,
        from,
      });
    });

const scoreCommand = (score: Trainings['score']) =>
  new Command('score')
    .description(
      'Tells how close one pass comes to the optimisation, on photos kept out of training, in the eyes of another network.',
    )
    .requiredOption('--images <DIR>', 'folder of photos')
    .requiredOption('--styles <FILE>', stylesHelp, collect)
    .requiredOption('--judge <SAFETENSORS:ARCHITECTURE:TAP,…>', 'the network that judges')
    .addOption(countFlag('count', 'photos').default(20))
    .addOption(countFlag('size', 'long side in pixels').default(256))
    .addOption(countFlag('steps', 'of the optimisation').default(300))
    .option('--record <FILE>', 'what was measured, to go on from', '.cache/train/scores.jsonl')
    .action(({ styles, judge: given, ...asked }) => {
      const judge = parseTeacher(given);
      if (!judge) throw misuse(`--judge ${given} is not <safetensors>:<architecture>:<tap>,<tap>.`);
      return score({ ...asked, paintings: styles, judge });
    });

const plotCommand = (plot: Trainings['plot']) =>
  new Command('plot')
    .description('Draws the losses of several trainings in one figure.')
    .option('--out <FILE>', 'a PNG', 'curves.png')
    .requiredOption('--curve <NAME=CHECKPOINT>', 'a training; may be given several times', collect)
    .action(({ out, curve }) => plot({ out, curves: curve }));
