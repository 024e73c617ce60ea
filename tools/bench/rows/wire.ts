/** Bytes over the wire of a first visit, on a machine with WebGPU: until one pass has painted, and until an optimisation has. */
import { formatNumber, formatTransfer, type Row, type RowResult } from '../report';
import { deployedBytes, kindOf, totals } from '../wire/transfer';
import { firstVisit } from '../wire/visit';

async function run(): Promise<RowResult> {
  const visit = await firstVisit();
  const { transfers, preset, backend, compressed, errors } = visit;
  if (backend !== 'webgpu') throw new Error(`The visit ran on ${backend}, not on WebGPU. ${errors.join(' ')}`);
  const byKind = totals(transfers);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const all = {
    kind: 'all',
    requests: transfers.length,
    bodyBytes: sum(transfers.map(({ bodyBytes }) => bodyBytes)),
    sentBytes: sum(transfers.map(({ sentBytes }) => sentBytes)),
    deployedBytes: sum(transfers.map(deployedBytes)),
  };
  const pictureBytes = sum(transfers.slice(0, visit.untilFirstPicture).map(deployedBytes));
  const scripts = sum(
    transfers
      .filter((transfer) => kindOf(transfer) === 'scripts, first load')
      .map(({ bodyBytes, gzipBytes }) => Math.min(bodyBytes, gzipBytes)),
  );
  return {
    targets: [
      { name: 'first picture', value: pictureBytes / 1e6, sense: 'at most', bound: 3.5, unit: 'MB' },
      { name: 'first optimised painting', value: all.deployedBytes / 1e6, sense: 'at most', bound: 4, unit: 'MB' },
      { name: 'scripts of the first load, compressed', value: scripts / 1000, sense: 'at most', bound: 60, unit: 'kB' },
      {
        name: 'engine files in the first load',
        value: visit.engineInFirstLoad.length + visit.workersBeforePhoto,
        sense: 'exactly',
        bound: 0,
        unit: '',
      },
    ],
    tables: [
      {
        columns: ['first visit', 'requests', 'bodies, plain', 'as sent here', 'as deployed'],
        rows: [...byKind, all].map((total) => [
          total.kind,
          String(total.requests),
          formatTransfer(total.bodyBytes),
          formatTransfer(total.sentBytes),
          formatTransfer(total.deployedBytes),
        ]),
      },
    ],
    notes: [
      `Style: ${preset}, the largest of the presets; the photo is the site’s sample picture. Backend: ${backend} (SwiftShader).`,
      `The page took a photo after ${formatNumber(visit.usableMs)} ms (on this machine, now); the first script of the engine was asked for ${formatNumber(visit.engineAskedMs)} ms after the start, once there was a photo.`,
      'All sizes are response heads and bodies. “As sent here” is what Chromium counted' +
        `${compressed ? '; this local edge compresses' : '; this local edge does not compress'}. ` +
        '“As deployed” counts text as gzip makes it and everything else plain, with the heads as sent here; targets are judged on it.',
      ...(errors.length > 0 ? [`Errors in the page: ${errors.join('; ')}`] : []),
    ],
    numbers: { ...visit, byKind, all, firstLoadScriptBytes: scripts },
  };
}

export const wire: Row = { name: 'wire', title: 'bytes of a first visit until its first painting, WebGPU', run };
