/** Where the time of one iteration on WASM goes, by kind of layer and by shape of convolution. */
import { layerKinds } from '../engine/layerTimes';
import { engineOf } from '../engine/open';
import { formatNumber, formatSummary, median, type Row, type RowResult, summarise } from '../report';

const size = { width: 256, height: 192 };
const iterations = 15;

async function run(): Promise<RowResult> {
  const times = await engineOf({ backend: 'wasm', ...size }, (child) => child.call('layers', iterations));
  const total = median(times.total);
  const giga = (flop: number, ms: number) => formatNumber(flop / ms / 1e6);
  return {
    targets: [],
    tables: [
      {
        columns: ['256×192, WASM', 'per iteration', 'share'],
        rows: [
          ...layerKinds.map((kind) => {
            const ms = summarise(times.kinds[kind]);
            return [kind, formatSummary(ms, 'ms'), `${((100 * ms.median) / total).toFixed(1)} %`];
          }),
          ['all', formatSummary(summarise(times.total), 'ms'), ''],
        ],
      },
      {
        columns: ['convolutions', 'layers', 'forward', 'GFLOP/s', 'adjoint', 'GFLOP/s'],
        rows: times.convolutions.map(({ shape, layers, flop, forward, adjoint }) => {
          const [there, back] = [median(forward), median(adjoint)];
          return [
            shape,
            String(layers),
            `${formatNumber(there)} ms`,
            giga(flop, there),
            `${formatNumber(back)} ms`,
            giga(flop, back),
          ];
        }),
      },
    ],
    notes: [
      `Medians and quartiles of ${iterations} iterations. GFLOP/s count what a direct convolution would compute.`,
      '“Between kernels” is JavaScript: TensorFlow.js’ bookkeeping and our own.',
    ],
    numbers: { ...size, ...times },
  };
}

export const layers: Row = { name: 'layers', title: 'time per iteration by kind of layer, WASM', run };
