/** The command line of `npm run weights`. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ReverieError } from '../../shared/errors';
import { type WeightDtype, weightDtypes } from '../../shared/manifest';
import { architectures } from '../../web/engine/network/architectures';
import { root } from '../setup/process.mjs';
import type { ImportOptions } from './import';
import type { MetricOptions } from './metric';
import { parseTeacher } from './metric/teacher';
import { servedFolder } from './r2/networks';

const defaultCount = 60;

export const usage = `Usage: npm run weights -- import <safetensors file or URL> --architecture <name> --dtype <type> --out <folder>
       npm run weights -- upload <manifest> … --local|--remote
       npm run weights -- metric --network <manifest> --photos <folder> --teacher <weights>:<name>:<taps> --out <folder>

import: brings a network's weights into the form that the edge serves.
  --architecture  ${Object.keys(architectures).join(', ')}
  --dtype         float16 (half precision), or uint8 (8 bits, affine per output channel)
  --out           folder for the manifest and its shards: web/public/weights for the site's static assets, or networks
                  for a large network, which is then uploaded
  --id            network id, if not the architecture's name
  --license       licence of the weights, if the file's metadata does not say it
  --source        where they come from, if the file's metadata does not say it

upload: brings the shards of a network that is too large for static assets to R2, and its manifest to web/public/weights,
  from where the next build lists it. What is there already is not uploaded again.
  --local         into the storage of this machine's edge (npm start)
  --remote        into the bucket of the Cloudflare account that wrangler is logged in to
  --state         folder of the local storage, if not .wrangler/state
  --list          folder for the manifest, if not web/public/weights

metric: measures how differences of a network's features look to a teacher, and puts the result beside the weights.
  --network       manifest of the network, its shards beside it
  --photos        folder of pictures to measure on; may be given several times
  --count         how many pictures in all (${defaultCount}), spread over the folders
  --teacher       safetensors file, its architecture and the taps to take from it, e.g.
                  vgg19-16x.safetensors:vgg19-16x:relu4_1,relu5_1; may be given several times
  --out           folder for the new manifest and shards`;

export type Command =
  | { readonly verb: 'help' }
  | { readonly verb: 'import'; readonly options: ImportOptions }
  | { readonly verb: 'upload'; readonly options: UploadCommand }
  | { readonly verb: 'metric'; readonly options: MetricOptions };

export interface UploadCommand {
  /** Manifests, their shards beside them. */
  readonly files: readonly string[];
  readonly remote: boolean;
  /** Of the local edge. */
  readonly state: string;
  /** Folder of the manifests that the build lists. */
  readonly list: string;
}

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;
const help = { type: 'boolean', short: 'h' } as const;

/** @throws ReverieError `usage` */
export function parseCommand(argv: string[]): Command {
  const [verb, ...rest] = argv;
  if (verb === '--help' || verb === '-h') return { verb: 'help' };
  try {
    if (verb === 'import') return parseImport(rest);
    if (verb === 'upload') return parseUpload(rest);
    if (verb === 'metric') return parseMetric(rest);
  } catch (cause) {
    // parseArgs throws a TypeError with a code of its own.
    if (cause instanceof TypeError && 'code' in cause) throw misuse(cause.message);
    throw cause;
  }
  throw misuse(verb ? `There is no command "${verb}".` : 'Say what to do: import, upload or metric.');
}

function parseImport(args: string[]): Command {
  const options = { architecture: text, dtype: text, out: text, id: text, license: text, source: text, help };
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  if (values.help) return { verb: 'help' };
  const [from, ...more] = positionals;
  if (!from || more.length > 0) throw misuse('Give exactly one file or URL to import.');
  const { architecture, dtype, out, id, license, source } = values;
  if (!architecture || !dtype || !out) throw misuse('--architecture, --dtype and --out are needed.');
  if (!isDtype(dtype)) throw misuse(`--dtype ${dtype} is unknown; use ${weightDtypes.join(' or ')}.`);
  return { verb: 'import', options: { from, architecture, dtype, out, id, license, source } };
}

function parseUpload(args: string[]): Command {
  const flag = { type: 'boolean' } as const;
  const options = { local: flag, remote: flag, state: text, list: text, help };
  const { values, positionals: files } = parseArgs({ args, allowPositionals: true, options });
  if (values.help) return { verb: 'help' };
  const { local = false, remote = false, state = path.join(root, '.wrangler/state'), list = servedFolder } = values;
  if (files.length === 0) throw misuse('Give the manifests to upload, e.g. networks/vgg19.json.');
  if (local === remote) throw misuse('Say where to: --local or --remote.');
  if (remote && values.state) throw misuse('--state is the folder of the local storage; leave it out with --remote.');
  return { verb: 'upload', options: { files, remote, state, list } };
}

function parseMetric(args: string[]): Command {
  const options = { network: text, photos: texts, teacher: texts, out: text, count: text, help };
  const { values } = parseArgs({ args, options });
  if (values.help) return { verb: 'help' };
  const { network, photos, teacher, out } = values;
  if (!network || !photos || !teacher || !out) throw misuse('--network, --photos, --teacher and --out are needed.');
  const count = Number(values.count ?? defaultCount);
  if (!Number.isInteger(count) || count < photos.length) {
    throw misuse(`--count ${values.count} must be a whole number, at least one for each of --photos.`);
  }
  const teachers = teacher.map((given) => {
    const spec = parseTeacher(given);
    if (!spec) throw misuse(`--teacher ${given} is not <safetensors>:<architecture>:<tap>,<tap>.`);
    return spec;
  });
  return { verb: 'metric', options: { network, photos, teachers, out, count } };
}

const isDtype = (value: string): value is WeightDtype => weightDtypes.some((dtype) => dtype === value);
const misuse = (message: string) => new ReverieError('usage', `${message}\n\n${usage}`);
