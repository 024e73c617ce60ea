import { describe, expect, it } from 'vitest';
import {
  describeTarget,
  failed,
  formatNumber,
  formatOutcome,
  formatSummary,
  formatTable,
  isMet,
  type Outcome,
  type Target,
  toJson,
} from '../../../tools/bench/report';

const target = (sense: Target['sense'], value: number, bound = 4): Target => ({
  name: 'speed',
  value,
  sense,
  bound,
  unit: '×',
});
const outcome = (targets: readonly Target[]): Outcome => ({
  name: 'row',
  title: 'a row',
  seconds: 1.4,
  result: { targets, tables: [{ columns: ['a', 'b'], rows: [['x', '1']] }], notes: ['a note'], numbers: { n: 1 } },
});
const machine = { cpu: 'x', cores: 2, memoryBytes: 1, system: 'y', node: 'v20', load: 0 };

describe('a target', () => {
  it.each([
    ['at least', 4, 3.99],
    ['at most', 4, 4.01],
    ['exactly', 4, 5],
  ] as const)('%s is met at its bound and missed beyond it', (sense, good, bad) => {
    expect(isMet(target(sense, good))).toBe(true);
    expect(isMet(target(sense, bad))).toBe(false);
  });

  it.each(['at least', 'at most', 'exactly'] as const)('%s is missed by what is not a number', (sense) => {
    expect(isMet(target(sense, Number.NaN))).toBe(false);
  });

  it('says what was measured and what was asked', () => {
    expect(describeTarget(target('at least', 11.234))).toBe('PASS  speed: 11.2 ×, at least 4');
    expect(describeTarget(target('at least', 1))).toBe('FAIL  speed: 1 ×, at least 4');
  });
});

describe('a row', () => {
  it('fails when one of its targets is missed, or when it broke', () => {
    expect(failed(outcome([target('at least', 5)]))).toBe(false);
    expect(failed(outcome([target('at least', 5), target('at least', 3)]))).toBe(true);
    expect(failed({ ...outcome([]), result: { error: 'it broke' } })).toBe(true);
  });

  it('is told as tables, notes and verdicts', () => {
    expect(formatOutcome(outcome([target('at least', 5)]))).toBe(
      'row: a row (1 s)\n\na  b\nx  1\n\n- a note\n\nPASS  speed: 5 ×, at least 4\n',
    );
    expect(formatOutcome({ ...outcome([]), result: { error: 'it broke' } })).toContain('FAIL  it broke');
  });

  it('is written with the machine, the date and its verdicts', () => {
    const json = JSON.parse(toJson(machine, new Date(0), [outcome([target('at least', 5)])]));
    expect(json).toMatchObject({
      format: 'reverie-bench/1',
      date: '1970-01-01T00:00:00.000Z',
      machine,
      rows: [{ name: 'row', numbers: { n: 1 }, targets: [{ name: 'speed', met: true, bound: 4 }] }],
    });
  });
});

describe('a table', () => {
  it('aligns names to the left and figures to the right', () => {
    const table = formatTable({
      columns: ['kind', 'ms'],
      rows: [
        ['convolution', '1.5'],
        ['Adam', '120'],
      ],
    });
    expect(table.split('\n')).toEqual(['kind          ms', 'convolution  1.5', 'Adam         120']);
  });

  it('writes whole numbers as they are and others with three figures', () => {
    expect([48, 0, 1.234, 12.34, 123.4, 0.004].map(formatNumber)).toEqual(['48', '0', '1.23', '12.3', '123', '0.00']);
    expect(formatSummary({ median: 12.34, low: 10, high: 20.5, count: 3 }, 'ms')).toBe('12.3 ms (10–20.5)');
  });
});
