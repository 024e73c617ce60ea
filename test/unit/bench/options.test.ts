import { describe, expect, it } from 'vitest';
import { benchCommand } from '../../../tools/bench/options';
import { rows } from '../../../tools/bench/rows';
import { parse } from '../../../tools/commandLine';
import { askedOf } from '../../support/lines';

const names = ['style-iteration', 'wire'];
const asked = (args: readonly string[]) =>
  askedOf(
    (take) =>
      benchCommand(
        names.map((name) => ({ name, title: name })),
        take,
      ),
    args,
  );

describe('the command line of the benchmark', () => {
  it('runs everything when nothing is said', async () => {
    expect(await asked([])).toEqual({ only: null, json: null, pack: null, read: null });
  });

  it('takes rows one by one or with commas, and a file', async () => {
    expect(await asked(['--only', 'wire', '--only', 'style-iteration'])).toMatchObject({ only: names.toReversed() });
    expect(await asked(['--only', 'wire, style-iteration', '--json', 'x.json'])).toMatchObject({
      only: names.toReversed(),
      json: 'x.json',
    });
  });

  it('packs and reads instead of measuring', async () => {
    expect(await asked(['--pack', 'x.tar.xz'])).toMatchObject({ pack: 'x.tar.xz', read: null });
    expect(await asked(['--read', 'x.json'])).toMatchObject({ pack: null, read: 'x.json' });
  });

  it.each([
    [['--pack', 'x', '--read', 'y']],
    [['--pack', 'x', '--json', 'y']],
    [['--only', 'wires']],
    [['--fast']],
    [['wire']],
    [['--json']],
  ])('refuses %j as misuse', async (argv) => {
    await expect(asked(argv)).rejects.toEqual(expect.objectContaining({ code: 'usage' }));
  });

  it('lists every row there is, and no name twice', async () => {
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    const said: string[] = [];
    const out = { write: (text: string) => said.push(text) };
    await parse(
      benchCommand(rows, () => {}),
      ['--help'],
      { stdout: out, stderr: out },
    );
    for (const { name } of rows) expect(said.join('')).toContain(`  ${name} `);
  });
});
