/** What a pack has measured, as tables. */
import { formatMemory, formatNumber, formatSummary, formatTable, type Table } from '../report';
import { type Card, type Contender, type Packed, type Row, type Swept, winogradName } from './format';
import { expect, expectedOf, knownCards, winogradGain } from './model';
import { bestDirect, bestTiles, winogradFrom } from './tiles';

const timeOf = (contender: Contender | undefined): string =>
  contender?.ms ? formatSummary(contender.ms, 'ms') : (contender?.why ?? '–');
const ratio = ({ reverie }: Row, other: Contender | undefined): string =>
  reverie.ms && other?.ms ? `${formatNumber(other.ms.median / reverie.ms.median)}×` : '–';

function rowTable(rows: readonly Row[], card: Card): Table {
  return {
    columns: [
      ...[
        'what',
        'side',
        'Reverie',
        'stock TensorFlow.js',
        '× as long',
        'PyTorch',
        '× as long',
        'dispatches',
        'GFLOP/s',
        'of peak',
      ],
      ...['buffers', 'model', 'bound by', 'joules'],
    ],
    rows: rows.map((row) => {
      const told = row.told ?? [];
      const ms = row.reverie.ms?.median;
      const rate = ms === undefined ? undefined : told.reduce((sum, { flop }) => sum + flop, 0) / ms / 1e6;
      const expected = expect(told, card);
      const bound = Object.entries(expected.by).reduce((most, one) => (one[1] > most[1] ? one : most))[0];
      return [
        `${row.what}, ${row.network}`,
        ...[String(row.side), timeOf(row.reverie), timeOf(row.tensorflow), ratio(row, row.tensorflow)],
        ...[timeOf(row.pytorch), ratio(row, row.pytorch)],
        told.length === 0 ? '–' : String(told.reduce((sum, { dispatches }) => sum + dispatches, 0)),
        ...(rate === undefined ? ['–', '–'] : [formatNumber(rate), `${formatNumber((100 * rate) / card.gflops)} %`]),
        row.allocatedBytes === undefined ? '–' : formatMemory(row.allocatedBytes),
        ...(told.length === 0 ? ['–', '–'] : [`${formatNumber(expected.ms)} ms`, bound]),
        row.watts === undefined || ms === undefined ? '–' : formatNumber((row.watts * ms) / 1000),
      ];
    }),
  };
}

/** The kernels of a row that take the most by the model. */
function kernelTable({ told = [] }: Row, card: Card): Table {
  const expected = told.map((kernel) => ({ ...kernel, ...expectedOf(kernel, card) })).toSorted((a, b) => b.ms - a.ms);
  return {
    columns: ['kernel', 'dispatches', 'GFLOP', 'MB', 'model', 'bound by'],
    rows: expected
      .slice(0, 12)
      .map(({ key, dispatches, flop, bytes, ms, bound }) => [
        ...[key, String(dispatches), formatNumber(flop / 1e9), formatNumber(bytes / 1e6)],
        ...[`${formatNumber(ms)} ms`, bound],
      ]),
  };
}

const sweepTable = (swept: readonly Swept[], card: Card): Table => ({
  columns: [
    'convolution 3×3',
    'as taken',
    'of peak',
    'best tile',
    'its time',
    winogradName,
    'against the best tile',
    'by the model',
  ],
  rows: swept.map((one) => {
    const [taken] = one.tiles;
    const best = bestDirect(one);
    const winograd = one.tiles.find(({ name }) => name === winogradName);
    const share = taken ? (100 * one.flop) / taken.ms / 1e6 / card.gflops : Number.NaN;
    const { columns = 0 } = one;
    const side = Math.sqrt(one.flop / 18) / columns;
    return [
      ...[
        one.untried ? `${one.shape}, ${one.untried} tiles not tried` : one.shape,
        `${formatNumber(taken?.ms ?? Number.NaN)} ms`,
        `${formatNumber(share)} %`,
      ],
      ...[best?.name ?? '–', `${formatNumber(best?.ms ?? Number.NaN)} ms`],
      ...(winograd && best
        ? [
            `${formatNumber(winograd.ms)} ms`,
            `${formatNumber(best.ms / winograd.ms)}×`,
            `${formatNumber(winogradGain(columns, side, card))}×`,
          ]
        : ['–', '–', '–']),
    ];
  }),
});

function tilesToWrite(swept: readonly Swept[], { vendor, software }: Card): string {
  const best = Object.entries(bestTiles(swept)).map(([columns, shape]) => `${columns}: [${shape.join(', ')}]`);
  const winograd = winogradFrom(swept);
  if (winograd !== undefined) best.push(`winograd: ${winograd}`);
  if (best.length === 0) return 'No tile is quicker than those that are taken.';
  if (software) return 'Tiles of a software driver are not to be written down.';
  return `To be written into tilesByVendor (web/engine/device/webgpu/tiles.ts):\n  ${JSON.stringify(vendor ?? '')}: { ${best.join(', ')} },`;
}

export function printed({ card, rows, swept, notes, date, engine, seconds }: Packed): string {
  const largest = rows.findLast(({ what, told }) => what === 'iteration' && told);
  const guesses = knownCards.map((known) => [
    known.name,
    ...rows.map(({ told = [] }) => `${formatNumber(expect(told, known).ms)} ms`),
  ]);
  const parts = [
    `${card.description}${card.software ? ' (software driver: a processor, whose times say nothing about a GPU)' : ''}`,
    `Reverie ${engine}, ${date}, ${seconds} s. Peak of a plain product: ${formatNumber(card.gflops)} GFLOP/s; a copy: ${formatNumber(card.gigabytes)} GB/s; a dispatch: ${formatNumber(card.dispatchUs)} µs.`,
    `Features: ${card.features.join(', ') || 'none'}.${card.without.length > 0 ? ` Given up by the self-test: ${card.without.join(', ')}.` : ''}`,
    formatTable(rowTable(rows, card)),
    ...(largest
      ? [`${largest.what}, ${largest.network}, ${largest.side}, by kernel:`, formatTable(kernelTable(largest, card))]
      : []),
    formatTable(sweepTable(swept, card)),
    tilesToWrite(swept, card),
    `By the model, from what makers state:\n${formatTable({ columns: ['card', ...rows.map(({ what, network, side }) => `${what}, ${network} ${side}`)], rows: guesses })}`,
    notes.map((note) => `- ${note}`).join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
