/** `npm run atlas`: what the site shows of the embedded network without running it: figures' pictures, and the atlas. */
import { Command } from '@commander-js/extra-typings';
import { figures } from '../../shared/figures';
import { defaultNetwork } from '../../shared/networks';
import { techniqueNames } from '../../shared/techniques';
import { examplesOf } from '../../shared/techniques/examples';
import { architectureOf } from '../../web/engine/network/architectures';
import { geometryOf } from '../../web/engine/network/geometry';
import { openEngine } from '../cli/engine';
import { runProcess } from '../commandLine';
import { makeExamples } from './examples';
import { growFeatures } from './features';
import { makeFigure } from './figures';
import { makeSheets } from './sheets';

const site = 'web/public';
const cache = '.cache/atlas';

const program = new Command('atlas')
  .description('What the site shows of the embedded network without running it.')
  .addCommand(
    new Command('figures')
      .description('The pictures that figures show before they are touched.')
      .argument('[NAME...]', 'all, if none is named')
      .action(async (names) => {
        const engine = await openEngine('wasm');
        for (const name of names.length > 0 ? names : Object.keys(figures)) {
          await makeFigure(engine, name, site);
          console.error(name);
        }
        await engine.dispose();
      }),
  )
  .addCommand(
    new Command('examples')
      .description('The pictures of what the studio offers to dream, invert, grow and look at.')
      .argument('[TECHNIQUE...]', 'all, if none is named')
      .action(async (asked) => {
        const engine = await openEngine('wasm');
        const known = techniqueNames.filter((name) => examplesOf[name]);
        for (const name of asked.length > 0 ? known.filter((each) => asked.includes(each)) : known) {
          await makeExamples(engine, name, site);
          console.error(name);
        }
        await engine.dispose();
      }),
  )
  .addCommand(
    new Command('channels')
      .description('Feature pictures, best patches and partners of every channel. A stopped run goes on where it was.')
      .option('--from <DIR>', 'where feature pictures are kept', cache)
      .action(async ({ from }) => {
        const engine = await openEngine('wasm');
        const taps = geometryOf(architectureOf(defaultNetwork));
        await growFeatures(engine, defaultNetwork, taps, from, (tap, channel) => console.error(`${tap} ${channel}`));
        await engine.dispose();
        await makeSheets(defaultNetwork, taps, from, site);
      }),
  );

await runProcess(program);
