/** The command line of `npm run weights`. */
import path from 'node:path';
import { Command, Option } from '@commander-js/extra-typings';
import { weightDtypes } from '../../shared/manifest';
import { architectures } from '../../web/engine/network/architectures';
import { choiceFlag, collect, countFlag, misuse } from '../commandLine';
import { root } from '../setup/process.mjs';
import type { ImportOptions } from './import';
import { type MetricOptions, parseTeacher } from './metric';
import { servedFolder } from './r2';

export interface UploadJob {
  /** Manifests, their shards beside them. */
  readonly files: readonly string[];
  readonly remote: boolean;
  /** Of the local edge. */
  readonly state: string;
  /** Folder of the manifests that the build lists. */
  readonly list: string;
}

/** What is done for each line that can be said. */
export interface WeightVerbs {
  import(options: ImportOptions): void | Promise<void>;
  upload(options: UploadJob): void | Promise<void>;
  metric(options: MetricOptions): void | Promise<void>;
}

export const weightsCommand = (verbs: WeightVerbs) =>
  new Command('weights')
    .usage('<verb> [options]')
    .description("Brings networks' weights into the form that the edge serves, and to where it serves them from.")
    .addCommand(importCommand(verbs.import))
    .addCommand(uploadCommand(verbs.upload))
    .addCommand(metricCommand(verbs.metric));

const importCommand = (take: WeightVerbs['import']) =>
  new Command('import')
    .description("Brings a network's weights into the form that the edge serves.")
    .argument('<FILE|URL>', 'a safetensors file')
    .requiredOption('--architecture <NAME>', Object.keys(architectures).join(', '))
    .addOption(
      choiceFlag('dtype', weightDtypes, 'half precision, or 8 bits, affine per output channel').makeOptionMandatory(),
    )
    .requiredOption(
      '--out <DIR>',
      "for the manifest and its shards: web/public/weights for the site's static assets, or networks for a large network, which is then uploaded",
    )
    .option('--id <ID>', "of the network, if not the architecture's name")
    .option('--license <TEXT>', "of the weights, if the file's metadata does not say it")
    .option('--source <TEXT>', "where they come from, if the file's metadata does not say it")
    .action((from, flags) => take({ from, ...flags }));

const uploadCommand = (take: WeightVerbs['upload']) =>
  new Command('upload')
    .description(
      'Brings the shards of a network that is too large for static assets to R2, and its manifest to where the next build lists it. What is there already is not uploaded again.',
    )
    .argument('<MANIFEST...>', 'such as networks/vgg19.json')
    .option('--local', "into the storage of this machine's edge (npm start)", false)
    .option('--remote', 'into the bucket of the Cloudflare account that wrangler is logged in to', false)
    .option('--state <DIR>', 'of the local storage (default .wrangler/state)')
    .addOption(new Option('--list <DIR>', 'for the manifest').default(servedFolder, 'web/public/weights'))
    .action((files, { local, remote, state, list }) => {
      if (local === remote) throw misuse('Say where to: --local or --remote.');
      if (remote && state) throw misuse('--state is the folder of the local storage; leave it out with --remote.');
      return take({ files, remote, state: state ?? path.join(root, '.wrangler/state'), list });
    });

const metricCommand = (take: WeightVerbs['metric']) =>
  new Command('metric')
    .description(
      "Measures how differences of a network's features look to a teacher, and puts the result beside the weights.",
    )
    .requiredOption('--network <FILE>', 'manifest of the network, its shards beside it')
    .requiredOption('--photos <DIR>', 'pictures to measure on; may be given several times', collect)
    .requiredOption(
      '--teacher <SAFETENSORS:ARCHITECTURE:TAP,…>',
      'weights, their architecture and the taps to take from it, such as vgg19-16x.safetensors:vgg19-16x:relu4_1,relu5_1; may be given several times',
      collect,
    )
    .requiredOption('--out <DIR>', 'for the new manifest and shards')
    .addOption(countFlag('count', 'pictures in all, spread over the folders').default(60))
    .action(({ teacher, ...flags }) => {
      if (flags.count < flags.photos.length) {
        throw misuse(`--count ${flags.count} is less than one picture for each of --photos.`);
      }
      const teachers = teacher.map((text) => {
        const spec = parseTeacher(text);
        if (spec) return spec;
        throw misuse(`--teacher ${text} is not <safetensors>:<architecture>:<tap>,<tap>.`);
      });
      return take({ ...flags, teachers });
    });
