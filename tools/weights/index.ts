/** `npm run weights`: brings a network's weights into the form that the edge serves, and measures metrics for them. */
import { ReverieError } from '../../shared/errors';
import type { WeightsManifest } from '../../shared/manifest';
import { storageNames } from '../deploy/config';
import { wranglerOf } from '../deploy/wrangler';
import { root } from '../setup/process.mjs';
import { importWeights } from './import';
import { measureMetrics } from './metric';
import { type Command, parseCommand, type UploadCommand, usage } from './options';
import { localBucket, remoteBucket } from './r2/bucket';
import { publishManifest, uploadShards } from './r2/upload';
import { formatMetrics, formatReport } from './report';
import type { Written } from './write';

async function main(): Promise<void> {
  const command = parseCommand(process.argv.slice(2));
  if (command.verb === 'help') return print(usage);
  const interrupt = new AbortController();
  // Once: a second Ctrl-C ends the process the hard way, and still no file is half-written.
  process.once('SIGINT', () => interrupt.abort());
  process.once('SIGTERM', () => interrupt.abort());
  if (command.verb === 'upload') return upload(command.options, interrupt.signal);
  const { manifest, written, report } = await run(command, interrupt.signal);
  print(report);
  print(`${written.manifest}: ${manifest.shards.length} shards, ${manifest.bytes} bytes, ${manifest.license}`);
  if (written.removed.length > 0) print(`removed: ${written.removed.join(', ')}`);
}

interface Outcome {
  readonly manifest: WeightsManifest;
  readonly written: Written;
  readonly report: string;
}

async function run(command: Exclude<Command, { verb: 'help' | 'upload' }>, signal: AbortSignal): Promise<Outcome> {
  if (command.verb === 'import') {
    const onBytes = progressLine(
      (loaded, total) => `fetched ${mebibytes(loaded)}${total ? ` of ${mebibytes(total)}` : ''} MiB`,
    );
    const result = await importWeights({ ...command.options, signal, onBytes });
    return { ...result, report: formatReport(result) };
  }
  const onPicture = progressLine((done, of) => `measured ${done} of ${of} pictures`);
  const result = await measureMetrics({ ...command.options, signal, ...(onPicture && { onPicture }) });
  return { ...result, report: formatMetrics(result) };
}

async function upload({ files, remote, state, list }: UploadCommand, signal: AbortSignal): Promise<void> {
  const name = storageNames(root).weights;
  const bucket = await (remote ? remoteBucket(name, wranglerOf()) : localBucket(name, state));
  try {
    for (const file of files) {
      const onBytes = progressLine((done, of) => `${mebibytes(done)} of ${mebibytes(of ?? done)} MiB are there`);
      const { manifest, put, skipped } = await uploadShards(file, bucket, { signal, onBytes });
      print(`${manifest.id}: ${put} shards uploaded, ${skipped} there before, ${manifest.bytes} bytes in all`);
      print(`${(await publishManifest(file, list)).manifest}: listed with the next build`);
    }
  } finally {
    await bucket.close();
  }
}

const print = (line: string) => void process.stdout.write(`${line}\n`);
const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);

/** Overwrites itself on a terminal, stays silent elsewhere. */
function progressLine(
  say: (done: number, of: number | undefined) => string,
): ((done: number, of: number | undefined) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  return (done, of) => void process.stderr.write(`\r${say(done, of)}${done === of ? '\n' : ''}`);
}

try {
  await main();
} catch (cause) {
  const error = ReverieError.from(cause);
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = error.code === 'aborted' ? 130 : error.code === 'usage' ? 2 : 1;
}
