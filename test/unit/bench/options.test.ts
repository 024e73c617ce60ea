import { describe, expect, it } from 'vitest';
import { parseOptions, usage } from '../../../tools/bench/options';
import { rows } from '../../../tools/bench/rows';

const names = ['style-iteration', 'wire'];

describe('the command line of the benchmark', () => {
  it('runs everything when nothing is said', () => {
    expect(parseOptions([], names)).toEqual({ only: null, json: null, help: false });
  });

  it('takes rows one by one or with commas, and a file', () => {
    expect(parseOptions(['--only', 'wire', '--only', 'style-iteration'], names).only).toEqual(names.toReversed());
    expect(parseOptions(['--only', 'wire, style-iteration', '--json', 'x.json'], names)).toMatchObject({
      only: names.toReversed(),
      json: 'x.json',
    });
  });

  it.each([[['--only', 'wires']], [['--fast']], [['wire']], [['--json']]])('refuses %j as misuse', (argv) => {
    expect(() => parseOptions(argv, names)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('lists every row there is, and no name twice', () => {
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    for (const { name } of rows) expect(usage(rows)).toContain(name);
  });
});
