/** Bytes over the wire of a first visit, on WebGPU where it holds: until one pass has painted, and until an optimisation has. */
import { formatNumber, formatTransfer, type Row, target } from '../report';
import { kindOf, totalOf, totals } from '../wire/transfer';
import { firstVisit } from '../wire/visit';

export const wire: Row = {
  name: 'wire',
  title: 'bytes of a first visit until its first painting, WebGPU',
  async run() {
    const visit = await firstVisit();
    const { transfers, preset, backend, compressed, errors } = visit;
    const byKind = totals(transfers);
    const all = totalOf('all', transfers);
    const { deployedBytes: pictureBytes } = totalOf('first picture', transfers.slice(0, visit.untilFirstPicture));
    const scripts = transfers
      .slice(0, visit.untilUsable)
      .filter((transfer) => kindOf(transfer) === 'scripts, first load')
      .reduce((sum, { bodyBytes, gzipBytes }) => sum + Math.min(bodyBytes, gzipBytes), 0);
    const early = visit.engineInFirstLoad.length + visit.workersBeforePhoto;
    return {
      targets: [
        target('first picture', pictureBytes / 1e6, 'at most', 3, 'MB'),
        target('first optimised painting', all.deployedBytes / 1e6, 'at most', 5, 'MB'),
        target('scripts until the page takes a photo, compressed', scripts / 1000, 'at most', 60, 'kB'),
        target('engine files in the first load', early, 'exactly', 0),
      ],
      tables: [
        {
          columns: ['first visit', 'requests', 'bodies, plain', 'as sent here', 'as deployed'],
          rows: [...byKind, all].map(({ kind, requests, ...bytes }) => [
            ...[kind, String(requests)],
            ...[bytes.bodyBytes, bytes.sentBytes, bytes.deployedBytes].map(formatTransfer),
          ]),
        },
      ],
      notes: [
        ...visit.waits.map(
          (wait) =>
            `From the click on a photo to the first picture on ${wait.backend}: ${formatNumber(wait.coldMs)} ms cold, ${formatNumber(wait.warmMs)} ms warm with ${wait.warmRequests} requests (on this machine, now).`,
        ),
        `${visit.untilFirstPicture} requests until the first picture, which are ${formatTransfer(pictureBytes)} as deployed.`,
        `Style: ${preset}, the largest of the presets; the photo is the site’s sample picture. Backend: ${visit.device}.`,
        ...(backend === 'webgpu'
          ? []
          : ['WebGPU was asked for and is not what this visit ran on: its bytes are those of the backend above.']),
        `The page took a photo after ${formatNumber(visit.usableMs)} ms (on this machine, now); the first script of the engine was asked for ${formatNumber(visit.engineAskedMs)} ms after the start, once there was a photo.`,
        'All sizes are response heads and bodies. “As sent here” is what Chromium counted' +
          `${compressed ? '; this local edge compresses' : '; this local edge does not compress'}. ` +
          '“As deployed” counts text as gzip makes it and everything else plain, with the heads as sent here; targets are judged on it.',
        ...(errors.length > 0 ? [`Errors in the page: ${errors.join('; ')}`] : []),
      ],
      numbers: { ...visit, byKind, all, firstLoadScriptBytes: scripts },
    };
  },
};
