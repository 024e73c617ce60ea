/** `npm run weights -- import …`: brings a network's weights into the form that the edge serves. */
import { parseArgs } from 'node:util';
import { ReverieError } from '../../shared/errors';
import { type WeightDtype, weightDtypes } from '../../shared/manifest';
import { architectures } from '../../web/engine/network/architectures';
import { type ImportOptions, importWeights } from './import';
import { formatReport } from './report';

const usage = `Usage: npm run weights -- import <safetensors file or URL> --architecture <name> --dtype <type> --out <folder>

  --architecture  ${Object.keys(architectures).join(', ')}
  --dtype         float16 (half precision), or uint8 (8 bits, affine per output channel)
  --out           folder for the manifest and its shards, e.g. web/public/weights
  --id            network id, if not the architecture's name
  --license       licence of the weights, if the file's metadata does not say it
  --source        where they come from, if the file's metadata does not say it`;

function parse(argv: string[]): ImportOptions | 'help' {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      architecture: text,
      dtype: text,
      out: text,
      id: text,
      license: text,
      source: text,
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  const [verb, from, ...rest] = positionals;
  if (verb !== 'import') throw misuse(verb ? `There is no command "${verb}".` : 'Say what to do: import.');
  if (!from || rest.length > 0) throw misuse('Give exactly one file or URL to import.');
  const { architecture, dtype, out, id, license, source } = values;
  if (!architecture || !dtype || !out) throw misuse('--architecture, --dtype and --out are needed.');
  if (!isDtype(dtype)) throw misuse(`--dtype ${dtype} is unknown; use ${weightDtypes.join(' or ')}.`);
  return { from, architecture, dtype, out, id, license, source };
}

const isDtype = (value: string): value is WeightDtype => weightDtypes.some((dtype) => dtype === value);
const misuse = (message: string) => new ReverieError('usage', `${message}\n\n${usage}`);

async function main(): Promise<void> {
  const options = parse(process.argv.slice(2));
  if (options === 'help') return void process.stdout.write(`${usage}\n`);
  const interrupt = new AbortController();
  // Once: a second Ctrl-C ends the process the hard way, and still no file is half-written.
  process.once('SIGINT', () => interrupt.abort());
  process.once('SIGTERM', () => interrupt.abort());
  const result = await importWeights({ ...options, signal: interrupt.signal, onBytes: progressLine() });
  const { manifest, written } = result;
  process.stdout.write(`${formatReport(result)}\n`);
  process.stdout.write(
    `${written.manifest}: ${manifest.shards.length} shards, ${manifest.bytes} bytes, ${manifest.license}\n`,
  );
  if (written.removed.length > 0) process.stdout.write(`removed: ${written.removed.join(', ')}\n`);
}

/** Overwrites itself on a terminal, stays silent elsewhere. */
function progressLine(): ((loaded: number, total: number | undefined) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  return (loaded, total) => {
    const of = total === undefined ? '' : ` of ${mebibytes(total)}`;
    process.stderr.write(`\rfetched ${mebibytes(loaded)}${of} MiB${loaded === total ? '\n' : ''}`);
  };
}

try {
  await main();
} catch (cause) {
  // parseArgs throws a TypeError with a code of its own.
  const bad = cause instanceof TypeError && 'code' in cause;
  const error = bad ? misuse(cause.message) : ReverieError.from(cause);
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = error.code === 'aborted' ? 130 : error.code === 'usage' ? 2 : 1;
}
