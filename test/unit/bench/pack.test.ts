/** The model beside a pack's numbers, and what `--read` makes of its file. */
import { describe, expect, it } from 'vitest';
import { type Packed, packFormat, parsePacked, winogradName } from '../../../tools/bench/pack/format';
import { expect as expectedBy, expectedOf, winogradGain } from '../../../tools/bench/pack/model';
import { printed } from '../../../tools/bench/pack/read';
import { bestTiles, tilesToTry, winogradFrom } from '../../../tools/bench/pack/tiles';
import { tileBytes } from '../../../web/engine/device/webgpu/gemm';
import { columnClasses, tileFor, tryTiles, useTilesOf } from '../../../web/engine/device/webgpu/tiles';
import { leastLimits } from '../../../web/engine/device/webgpuBackend';

const card = { gflops: 1000, gigabytes: 100, dispatchUs: 10 };

describe('the model of a card', () => {
  it.each([
    ['arithmetic', { key: 'a', dispatches: 1, flop: 2e9, bytes: 1e6 }, 2],
    ['memory', { key: 'b', dispatches: 1, flop: 1e6, bytes: 3e8 }, 3],
    ['dispatch', { key: 'c', dispatches: 100, flop: 1e6, bytes: 1e6 }, 1],
  ] as const)('is bound by %s', (bound, told, ms) => {
    expect(expectedOf(told, card)).toEqual({ bound, ms });
  });

  it('adds up kernel by kernel, each by what holds it back', () => {
    const told = [
      { key: 'a', dispatches: 1, flop: 2e9, bytes: 1e6 },
      { key: 'b', dispatches: 1, flop: 1e6, bytes: 3e8 },
    ];
    expect(expectedBy(told, card)).toEqual({ ms: 5, by: { arithmetic: 2, memory: 3, dispatch: 0 } });
  });
});

describe("Winograd's way by the model", () => {
  it('gains what it saves of arithmetic where that bounds, the more with many channels', () => {
    const [few, many] = [16, 512].map((channels) => winogradGain(channels, 240, { ...card, gigabytes: 1e6 })) as [
      number,
      number,
    ];
    expect(few).toBeGreaterThan(2);
    expect(many).toBeGreaterThan(few);
    expect(many).toBeLessThan(3);
  });

  it('gains nothing where memory bounds', () => {
    expect(winogradGain(16, 256, { ...card, gigabytes: 1 })).toBe(1);
  });
});

const ms = { median: 10, low: 9, high: 11, count: 5 };
const packed: Packed = {
  format: packFormat,
  date: '2026-01-01T00:00:00.000Z',
  engine: '1.0.0',
  seconds: 400,
  notes: ['a note'],
  card: { ...card, description: 'llvmpipe', software: true, features: ['shader-f16'], without: ['ReverieSettle'] },
  rows: [
    {
      what: 'iteration',
      network: 'embedded',
      side: 256,
      reverie: { ms },
      submits: 7,
      allocatedBytes: 2 ** 20,
      tensorflow: { ms: { ...ms, median: 35 } },
      pytorch: { why: 'not here' },
      watts: 200,
      told: [{ key: 'conv2d', dispatches: 13, flop: 5e9, bytes: 1e6 }],
    },
    { what: 'dream', network: 'embedded', side: 512, reverie: { why: 'the time was up' } },
  ],
  swept: [
    {
      shape: '64 channels',
      flop: 1e9,
      untried: 3,
      tiles: [
        { name: 'as taken', ms: 2 },
        { name: 'other', ms: 1 },
      ],
    },
  ],
};

describe('the tiles of a sweep', () => {
  /** Where a workgroup's threads do not fetch whole rows of it, its shader is refused, and the device is lost. */
  const expectRuns = (columns: number) => {
    for (const rows of [1, 1e6]) {
      const tile = tileFor(rows, columns);
      const threads = tile.threadColumns * tile.threadRows;
      expect(tile.threadColumns % 1).toBe(0);
      expect(threads).toBeLessThanOrEqual(leastLimits.maxComputeInvocationsPerWorkgroup);
      expect(tile.rows % (threads / 4)).toBe(0);
      expect(tileBytes(tile.rows, tile.threadColumns)).toBeLessThanOrEqual(leastLimits.maxComputeWorkgroupStorageSize);
    }
  };

  it.each(columnClasses)('run on every device, as do those that would be written down, at %i columns', (columns) => {
    expectRuns(columns);
    const shapes = tilesToTry(columns);
    const taken = { name: 'as taken', ms: 2 };
    try {
      for (const shape of shapes) {
        tryTiles(shape);
        expectRuns(columns);
        const tiles = [taken, { name: 'best', ms: 1, shape: [...shape] as [number, number, number, number] }];
        const best = bestTiles([{ shape: '', columns, flop: 1, tiles }])[columns];
        expect(best).toBeDefined();
        if (best) tryTiles(best);
        expectRuns(columns);
      }
    } finally {
      useTilesOf('');
    }
    expect(shapes.length).toBeGreaterThan(columns === 4 ? 0 : 5);
  });
});

describe('--read', () => {
  it('tells the card, ratios, share of the peak, what bounds, and energy', () => {
    const text = printed(parsePacked(JSON.stringify(packed), 'x.json'));
    for (const said of [
      'llvmpipe (software driver',
      'ReverieSettle',
      '3.50×',
      'not here',
      '50 %',
      'arithmetic',
      '1 MiB',
      '3 tiles not tried',
    ])
      expect(text).toContain(said);
    // 200 W for 10 ms; the best of the tiles; a row that has no numbers says why.
    for (const said of [/ 2\n/, /other\s+1 ms/, 'the time was up', '- a note']) expect(text).toMatch(said);
  });

  it('says which tiles are best on a card, and where to write them down', () => {
    const shape = [16, 8, 4, 4] as const;
    const sweep = (columns: number, ms: number) => ({
      shape: 'any',
      columns,
      flop: 1e9,
      tiles: [
        { name: 'as taken', ms: 2 },
        { name: 'other', ms, shape: [...shape] as [number, number, number, number] },
      ],
    });
    // Quicker at one number of channels, as slow or slower at others of its class: all of them count.
    const swept = [sweep(32, 1), sweep(64, 1), sweep(128, 3.5), sweep(16, 1.99)];
    expect(bestTiles(swept)).toEqual({ 32: [16, 8, 4, 4] });
    const measured = { ...packed, swept, card: { ...packed.card, software: false, vendor: 'some' } };
    const text = printed(parsePacked(JSON.stringify(measured), 'x.json'));
    expect(text).toContain('tilesByVendor (web/engine/device/webgpu/tiles.ts)');
    expect(text).toContain('"some": { 32: [16, 8, 4, 4] },');
    expect(printed({ ...measured, card: { ...measured.card, software: true } })).toContain('not to be written down');
    expect(printed({ ...measured, swept: [sweep(32, 2)] })).toContain('No tile is quicker');
  });

  it("says from how many channels on Winograd's way is quicker than every tile", () => {
    const sweep = (columns: number, best: number, winograd: number) => ({
      shape: `${columns} channels`,
      columns,
      flop: 18 * columns ** 2 * 64 ** 2,
      tiles: [
        { name: 'as taken', ms: 2 },
        { name: 'other', ms: best, shape: [16, 8, 4, 4] as [number, number, number, number] },
        { name: winogradName, ms: winograd },
      ],
    });
    // Quicker with 16, not with 32: what is between is not worth a rule.
    const swept = [sweep(512, 2, 1), sweep(16, 2, 1.5), sweep(32, 1, 1.5), sweep(64, 2, 1.9)];
    expect(winogradFrom(swept)).toBe(64);
    expect(winogradFrom([sweep(64, 1, 1)])).toBeUndefined();
    expect(winogradFrom(packed.swept)).toBeUndefined();
    const measured = { ...packed, swept, card: { ...packed.card, software: false, vendor: 'some' } };
    const text = printed(parsePacked(JSON.stringify(measured), 'x.json'));
    expect(text).toContain('winograd: 64 },');
    // No tile is said to be best that is none.
    expect(text).not.toMatch(/64: \[/);
    expect(text).toMatch(/512 channels.*1 ms.*2×/);
  });

  it.each([
    ['no JSON', '{'],
    ['another file', '{"format":"reverie-bench/1"}'],
    ['a number that is none', JSON.stringify({ ...packed, seconds: 'many' })],
    ['a row of an unknown kind', JSON.stringify({ ...packed, rows: [{ ...packed.rows[0], what: 'nap' }] })],
  ])('refuses %s with a code', (_, text) => {
    expect(() => parsePacked(text, 'x.json')).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
