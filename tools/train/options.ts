/** The command line of `npm run train`. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ReverieError } from '../../shared/errors';
import { normalisations, photoStyle, transformerDefaults, upsamplings } from '../../shared/transformer';
import { parseTrainOptions, type TrainOptions, trainDefaults } from '../../web/engine/train/options';
import { parseBackend } from '../cli/execute';
import { parseLayer } from '../cli/techniqueVerb';
import { parseTeacher } from '../weights/metric/teacher';
import { defined, numbersFor, type TrainingJob, text } from './flags';
import type { Scoring } from './score';
import type { Teaching } from './teach';

export interface StyleTraining extends TrainingJob {
  readonly options: TrainOptions;
  /** Folder of photos. */
  readonly images: string;
  /** One file per style. */
  readonly paintings: readonly string[];
  /** Manifest of the network that measures the losses. */
  readonly perceptual: string;
}

const defaults = {
  ...{ id: 'reverie-fast', out: 'web/public/weights', every: 100, threads: 2 },
  perceptual: 'web/public/weights/reverie-vgg.json',
} as const;
const scoreDefaults = { count: 20, size: 256, steps: 300, record: '.cache/train/scores.jsonl' } as const;

export const usage = `Usage: npm run train -- style --images <folder> --styles <painting> … [options]
       npm run train -- style --images <folder> --styles <painting> --style-file <file> [--thorough]
       npm run train -- backbone --images <folder> --teacher <weights>:<architecture>:<taps> … (backbone --help)
       npm run train -- plot --out <png> --curve <name>=<checkpoint> …
       npm run train -- score --images <folder> --styles <painting> … --judge <safetensors>:<architecture>:<taps>
                              [--count ${scoreDefaults.count}] [--size ${scoreDefaults.size}] [--steps ${scoreDefaults.steps}] [--record ${scoreDefaults.record}]

Trains a network that paints in one pass; the result is what the edge serves. Ctrl-C stops it after the step and writes what there is.
  --images       folder of photos
  --styles       painting; may be given several times, one style each. Its name up to "--" is the style's id
  --id           of the network (${defaults.id})
  --out          folder for the manifest and its shards (${defaults.out})
  --work         folder for the checkpoint, sample pictures and the loss plot (.cache/train/<id>)
  --resume       go on with the checkpoint there
  --from         manifest of a network to begin from, instead of noise
  --style-file   teach the shipped network this one painting, and write that as a .reverie-style file: minutes instead of hours
  --thorough     with it: all filters move, not only the style's scales and shifts
  --perceptual   manifest of the network through which losses are measured (${defaults.perceptual})
  --steps        ${trainDefaults.steps}
  --batch        pictures per step (${trainDefaults.batch})
  --crop         side of the squares cut from the photos (${trainDefaults.crop})
  --style-size   long side of the paintings (${trainDefaults.styleSize})
  --strength     0..100, as in style transfer (${trainDefaults.strength})
  --content-layer LAYER[:WEIGHT], what is kept of the photo; may be given several times (${trainDefaults.contentLayers.map(({ layer }) => layer).join(', ')})
  --step-size    of Adam, at the top (${trainDefaults.optimiser.stepSize})
  --variation    total variation's weight (${trainDefaults.totalVariation})
  --grain        the finest marks' weight beside the style layers (${trainDefaults.grain})
  --palette      the colours' weight beside the style layers (${trainDefaults.palette})
  --no-photo     without the style that gives the photo back, with which a style's strength is mixed
  --width        channels at full resolution (${transformerDefaults.width})
  --blocks       residual blocks (${transformerDefaults.blocks})
  --norm         ${normalisations.join(' or ')} (${transformerDefaults.norm})
  --upsampling   ${upsamplings.join(' or ')} (${transformerDefaults.upsampling})
  --noise        deviation of what is added to a photo before it is painted (${transformerDefaults.noise})
  --speckle      deviation of what the last features are multiplied by (${transformerDefaults.speckle})
  --seed         ${trainDefaults.seed}
  --threads      each with a backend of its own (${defaults.threads})
  --backend      wasm, webgpu or cpu (wasm)
  --every        steps between checkpoints and sample pictures (${defaults.every})`;

/** @returns null when no style file is asked for. @throws ReverieError `usage` */
export function parseTeaching(args: string[]): Teaching | null {
  const { values } = parse(args);
  const { images, styles = [], 'style-file': file, seed, steps, batch, crop, strength } = values;
  if (values.help || file === undefined) return null;
  const [painting, ...more] = styles;
  if (!images || !painting || more.length > 0) throw misuse('--style-file needs --images and one painting (--styles).');
  const options = {
    ...{ trains: values.thorough ? 'all' : 'output', seed: number('seed', seed), steps: number('steps', steps) },
    ...{ batch: number('batch', batch), crop: number('crop', crop), strength: number('strength', strength) },
    styleSize: number('style-size', values['style-size']),
  };
  return {
    ...{ images, painting, file, name: path.parse(painting).name, backend: parseBackend(values.backend) },
    options: defined(options) as Teaching['options'],
  };
}

/** @returns null when only help is wanted. @throws ReverieError `usage`, `training-invalid` */
export function parseStyleTraining(args: string[]): StyleTraining | null {
  const { values } = parse(args);
  if (values.help) return null;
  const { images, styles, id = defaults.id, out = defaults.out } = values;
  if (!images || !styles) throw misuse('--images and --styles are needed.');
  const width = number('width', values.width) ?? transformerDefaults.width;
  const blocks = number('blocks', values.blocks) ?? transformerDefaults.blocks;
  const norm = values.norm ?? transformerDefaults.norm;
  const upsampling = values.upsampling ?? transformerDefaults.upsampling;
  const stepSize = number('step-size', values['step-size']);
  const options = parseTrainOptions(
    defined({
      network: {
        width,
        blocks,
        norm,
        upsampling,
        noise: number('noise', values.noise) ?? transformerDefaults.noise,
        speckle: number('speckle', values.speckle) ?? transformerDefaults.speckle,
        styles: [...styles.map(styleId), ...(values['no-photo'] ? [] : [photoStyle])],
      },
      seed: number('seed', values.seed),
      steps: number('steps', values.steps),
      batch: number('batch', values.batch),
      crop: number('crop', values.crop),
      styleSize: number('style-size', values['style-size']),
      strength: number('strength', values.strength),
      contentLayers: values['content-layer']?.map(parseLayer),
      totalVariation: number('variation', values.variation),
      grain: number('grain', values.grain),
      palette: number('palette', values.palette),
      optimiser: stepSize === undefined ? undefined : { stepSize },
    }),
  );
  return {
    ...{ options, images, paintings: styles, id, out, from: values.from },
    perceptual: values.perceptual ?? defaults.perceptual,
    work: values.work ?? path.join('.cache/train', id),
    resume: values.resume ?? false,
    backend: parseBackend(values.backend),
    threads: number('threads', values.threads) ?? defaults.threads,
    every: number('every', values.every) ?? defaults.every,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        ...{ images: text, styles: { type: 'string', multiple: true }, id: text, out: text, work: text, from: text },
        ...{ perceptual: text, 'content-layer': { type: 'string', multiple: true } },
        ...{ steps: text, batch: text, crop: text, 'style-size': text, strength: text, 'step-size': text },
        ...{
          grain: text,
          palette: text,
          variation: text,
          width: text,
          blocks: text,
          norm: text,
          upsampling: text,
          noise: text,
          speckle: text,
          seed: text,
          threads: text,
        },
        ...{
          backend: text,
          every: text,
          'style-file': text,
          thorough: { type: 'boolean' },
          resume: { type: 'boolean' },
          'no-photo': { type: 'boolean' },
          help: { type: 'boolean', short: 'h' },
        },
      },
    });
  } catch (cause) {
    throw misuse(ReverieError.from(cause).message);
  }
}

/** @throws ReverieError `usage` */
export function parseScoring(args: string[]): Scoring {
  const { values } = parseScoringArgs(args);
  const { images, styles, judge } = values;
  if (!images || !styles || !judge) throw misuse('--images, --styles and --judge are needed.');
  const spec = parseTeacher(judge);
  if (!spec) throw misuse(`--judge ${judge} is not <safetensors>:<architecture>:<tap>,<tap>.`);
  return {
    ...{ images, judge: spec, paintings: styles, record: values.record ?? scoreDefaults.record },
    count: whole('count', values.count) ?? scoreDefaults.count,
    size: whole('size', values.size) ?? scoreDefaults.size,
    steps: whole('steps', values.steps) ?? scoreDefaults.steps,
  };
}

function parseScoringArgs(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        ...{ images: text, styles: { type: 'string', multiple: true }, judge: text },
        ...{ count: text, size: text, steps: text, record: text },
      },
    });
  } catch (cause) {
    throw misuse(ReverieError.from(cause).message);
  }
}

/** `la-grande-jatte--georges-seurat-1886.jpg` is `la-grande-jatte`. */
export const styleId = (file: string): string => {
  const [name = ''] = path.parse(file).name.split('--');
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
};

export const misuse = (message: string) => new ReverieError('usage', `${message}\n\n${usage}`);

const { number, whole } = numbersFor(misuse);
