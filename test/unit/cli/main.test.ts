import { Command } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import { techniqueNames } from '../../../shared/techniques';
import { styleDefaults } from '../../../shared/techniques/style/schema';
import { main } from '../../../tools/cli/main';
import { fakeWorld } from './fakes';

const verbs = [...techniqueNames, 'record', 'networks'];

describe('reverie', () => {
  it('should list its verbs on --help, and on nothing as a mistake', async () => {
    const asked = fakeWorld();
    expect(await main(['--help'], asked)).toBe(0);
    for (const name of verbs) expect(asked.out.join('')).toContain(`\n  ${name} `);
    const bare = fakeWorld();
    expect(await main([], bare)).toBe(2);
    expect(bare.err).toEqual(asked.out);
  });

  it.each([[['style', '--help']], [['help', 'style']], [['style', '--nonsense', '--help']]])(
    'should explain a verb on %j',
    async (args) => {
      const world = fakeWorld();
      expect(await main(args, world)).toBe(0);
      const text = world.out.join('');
      expect(text).toMatch(/^Usage: reverie style .*\n\nPaint a photo/);
      expect(text).toMatch(new RegExp(`--size N .*\\(default ${styleDefaults.size}\\)`));
      expect(text).toMatch(new RegExp(`--strength N .*\\(default ${styleDefaults.strength}\\)`));
      expect(text).toMatch(new RegExp(`--steps N .*\\(default ${styleDefaults.schedule.firstSteps}\\)`));
    },
  );

  it('should refuse an unknown verb and name those there are', async () => {
    const world = fakeWorld();
    expect(await main(['paint', '--json'], world)).toBe(2);
    expect(world.err.join('')).toBe(
      `reverie: There is no verb "paint". There is: ${verbs.join(', ')}. See: reverie --help [usage]\n`,
    );
    expect(JSON.parse(world.out.join(''))).toMatchObject({ error: { code: 'usage' } });
  });

  it('should show the stack of what nobody foresaw', async () => {
    const broken = new Command('break').action(() => {
      throw new TypeError('undefined is not a function');
    });
    const world = fakeWorld();
    expect(await main(['break'], world, [broken])).toBe(1);
    expect(world.err.join('')).toMatch(/undefined is not a function \[internal\]\nTypeError: .*\n +at /);
  });
});
