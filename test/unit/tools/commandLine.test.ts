/** What every tool's command line does alike. */
import { Command } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { choiceFlag, collect, countFlag, numberFlag, run } from '../../../tools/commandLine';

async function say(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const asked: object[] = [];
  const grow = new Command('grow')
    .description('Grows it.')
    .argument('<FILE>', 'what')
    .requiredOption('--soil <DIR>', 'where')
    .addOption(numberFlag('seed', 'of chance').default(7))
    .addOption(countFlag('steps', 'how many'))
    .addOption(choiceFlag('season', ['spring', 'autumn'], 'when'))
    .option('--seed-bag <FILE>', 'which; may be given several times', collect)
    .option('--dry', 'without water', false)
    .action((file, flags) => void asked.push({ file, ...flags }));
  const rot = new Command('rot').action(() => {
    throw new ReverieError('aborted', 'It was stopped.');
  });
  const program = new Command('garden').usage('<verb> [options]').addCommand(grow).addCommand(rot);
  const code = await run(program, args, {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
  });
  return { code, out: out.join(''), err: err.join(''), asked: asked[0] };
}
const grow = (...more: string[]) => say('grow', 'a.txt', '--soil', 'bed', ...more);

describe('a command line', () => {
  it('should take flags, with defaults where nothing is said, and numbers below zero', async () => {
    expect((await grow()).asked).toEqual({ file: 'a.txt', soil: 'bed', seed: 7, dry: false });
    const { code, asked } = await grow(
      '--seed',
      '-1.5',
      '--dry',
      '--season=autumn',
      '--seed-bag',
      'x',
      '--seed-bag',
      'y',
    );
    expect([code, asked]).toEqual([
      0,
      { file: 'a.txt', soil: 'bed', seed: -1.5, dry: true, season: 'autumn', seedBag: ['x', 'y'] },
    ]);
  });

  it.each([
    [['--sead', '1'], /Unknown option '--sead'\. Did you mean --seed\? See: npm run garden -- grow --help/],
    [['--seed', '1', '--seed', '1'], /--seed was given twice\. See: /],
    [['--dry', '--dry'], /--dry was given twice/],
    [['--seed-bag'], /Option '--seed-bag <FILE>' argument missing\. See: /],
    [['--seed-bag', '--dry'], /Option '--seed-bag <FILE>' argument missing/],
    [['--seed', 'x'], /--seed takes a number, not "x"/],
    [['--seed', ''], /--seed takes a number, not ""/],
    [['--steps', '0'], /--steps takes a whole number above 0, not "0"/],
    [['--season', 'winter'], /--season is one of spring, autumn, not "winter"/],
    [['b.txt'], /Unexpected argument 'b\.txt'\. See: /],
  ])('should refuse %j with exit code 2, and say what to do', async (more, message) => {
    const { code, err, asked, out } = await grow(...more);
    expect([code, asked, out]).toEqual([2, undefined, '']);
    expect(err).toMatch(/^garden: .* \[usage\]\n$/);
    expect(err).toMatch(message);
  });

  it('should name what is missing', async () => {
    expect((await say('grow', 'a.txt')).err).toMatch(/--soil is missing\. See: /);
    expect((await say('grow', '--soil', 'bed')).err).toMatch(/FILE is missing\. See: /);
    expect((await say('grow', 'a.txt', '--colour', 'red')).err).toMatch(/Unknown option '--colour'/);
    expect(await say('shrink')).toMatchObject({ code: 2, err: expect.stringMatching(/There is: grow, rot\. See: /) });
  });

  it.each([[['grow', '--help']], [['help', 'grow']], [['grow', '--nonsense', '--seed', '--help']]])(
    'should show help on %j, whatever else is wrong',
    async (args) => {
      const { code, out, err } = await say(...args);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(/^Usage: npm run garden -- grow \[options\] <FILE>\n\nGrows it\./);
      expect(out).toMatch(/ --seed N +of chance \(default 7\)\n/);
      expect(out).toMatch(/ --season spring\|autumn +when\n/);
    },
  );

  it('should show its verbs, as a mistake where nothing was said', async () => {
    const [bare, asked] = [await say(), await say('--help')];
    expect([bare.code, asked.code]).toEqual([2, 0]);
    expect(bare.err).toBe(asked.out);
    expect(bare.err).toMatch(/\n {2}grow +Grows it\.\n/);
  });

  it('should end with the code of what went wrong', async () => {
    expect(await say('rot')).toMatchObject({ code: 130, err: 'garden: It was stopped. [aborted]\n' });
  });
});
