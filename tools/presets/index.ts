/** `npm run presets`: paintings to style presets. */
import { Command } from '@commander-js/extra-typings';
import { defaultNetwork } from '../../shared/networks';
import { anyDefaults } from '../../shared/techniques/any/schema';
import { collect, given, numberFlag, print, runProcess } from '../commandLine';
import { addPaintings } from './add';
import { readGallery, removePresets } from './gallery';

const outFlag = ['--out <DIR>', 'of the gallery', 'web/public/presets'] as const;

/** For the optimisation, and for one pass. */
const measuredNetworks = [defaultNetwork, anyDefaults.network];

const program = new Command('presets')
  .usage('<verb> [options]')
  .description('The gallery of styles: paintings reduced to the statistics that style transfer needs.')
  .addCommand(
    new Command('add')
      .description(
        'Adds paintings, or renews those that are there under the same id; all others stay as they are. A file work--painter-year.jpg says what it is; a folder stands for all such files in it.',
      )
      .argument('<PAINTING...>', 'files or folders')
      .option('--id <ID>', 'of the preset, in recipes and links (default: the file name up to "--")')
      .option('--work <NAME>', 'as a museum would write it')
      .option('--painter <NAME>', 'who painted it')
      .addOption(numberFlag('year', 'when'))
      .option(...outFlag)
      .option('--sample <FILE>', 'the photo that its thumbnail shows, painted', 'web/public/sample.jpg')
      .option(
        '--network <ID>',
        'whose statistics are measured (default: of all that presets are measured with)',
        collect,
      )
      .option('--no-thumbnails', 'leave the thumbnails that are there as they are')
      .action((from, { id, work, painter, year, network: networks = measuredNetworks, ...flags }) =>
        addPaintings({ ...flags, networks, from, said: given({ id, work, painter, year }) }, console.error),
      ),
  )
  .addCommand(
    new Command('remove')
      .description('Takes presets out of the gallery, with their statistics and thumbnails.')
      .argument('<ID...>', 'as list shows them')
      .option(...outFlag)
      .action((ids, { out }) => removePresets(out, ids)),
  )
  .addCommand(
    new Command('list')
      .description('Lists the gallery.')
      .option(...outFlag)
      .action(async ({ out }) => {
        for (const { id, work, painter, year, statistics } of await readGallery(out)) {
          const bytes = statistics.reduce((sum, each) => sum + each.bytes, 0);
          print(`${id.padEnd(28)} ${work}, ${painter}, ${year} (${(bytes / 1024).toFixed(0)} KiB)`);
        }
      }),
  );

// How it was called before there were verbs: --paintings FOLDER.
const words = process.argv.slice(2);
const rest = words.filter((word) => word !== '--paintings');
await runProcess(program, rest.length < words.length ? ['add', ...rest] : words);
