/** `npm run weights`: brings a network's weights into the form that the edge serves, and measures metrics for them. */
import type { WeightsManifest } from '../../shared/manifest';
import { interruption, print, runProcess } from '../commandLine';
import { storageNames } from '../deploy/config';
import { wranglerOf } from '../deploy/wrangler';
import { root } from '../setup/process.mjs';
import { importWeights } from './import';
import { measureMetrics } from './metric';
import { type UploadJob, weightsCommand } from './options';
import { localBucket, publishManifest, remoteBucket, uploadShards } from './r2';
import { formatMetrics, formatReport } from './report';
import type { Written } from './stored';

await runProcess(
  weightsCommand({
    async import(options) {
      const onBytes = progressLine(
        (loaded, total) => `fetched ${mebibytes(loaded)}${total ? ` of ${mebibytes(total)}` : ''} MiB`,
      );
      const result = await importWeights({ ...options, signal: interruption(), onBytes });
      tell(formatReport(result), result);
    },
    async metric(options) {
      const onPicture = progressLine((done, of) => `measured ${done} of ${of} pictures`);
      const result = await measureMetrics({ ...options, signal: interruption(), ...(onPicture && { onPicture }) });
      tell(formatMetrics(result), result);
    },
    upload,
  }),
);

function tell(report: string, { manifest, written }: { manifest: WeightsManifest; written: Written }): void {
  print(report);
  print(`${written.manifest}: ${manifest.shards.length} shards, ${manifest.bytes} bytes, ${manifest.license}`);
  if (written.removed.length > 0) print(`removed: ${written.removed.join(', ')}`);
}

async function upload({ files, remote, state, list }: UploadJob): Promise<void> {
  const signal = interruption();
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

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

/** Overwrites itself on a terminal, stays silent elsewhere. */
function progressLine(
  say: (done: number, of: number | undefined) => string,
): ((done: number, of: number | undefined) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  return (done, of) => void process.stderr.write(`\r${say(done, of)}${done === of ? '\n' : ''}`);
}
