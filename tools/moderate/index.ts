/** `npm run moderate`: what an operator does with shares that others complain of, here or on the account. See worker/README.md. */
import { Argument, Command } from '@commander-js/extra-typings';
import { runProcess } from '../commandLine';
import { wranglerOf } from '../deploy/wrangler';
import { actions } from './actions';
import { storageOf } from './storage';

const program = new Command('moderate')
  .description(
    'Looks at shares that were reported, takes them down, and lets them be. Everything it does is kept in the audit trail.',
  )
  .option('--remote', 'the account’s shares instead of this machine’s', false)
  .option('--state <folder>', 'of this machine’s edge, where it is not .wrangler/state');

const open = () => {
  const { remote, state } = program.opts();
  return actions(storageOf(wranglerOf(), remote, state), (line) => console.log(line));
};
const noteOf = ({ note = '' }: { readonly note?: string | undefined }) => note;
const note = ['--note <text>', 'why, for the audit trail'] as const;

program
  .command('list')
  .description('what was reported, most parties first, and what is hidden')
  .option('--all', 'everything that is live, the newest first', false)
  .action(({ all }) => open().list(all));
program
  .command('show')
  .description('a share with its reports, its history and its pictures as files to look at')
  .argument('<id>', 'of the share, or its link')
  .option('--out <folder>', 'where the pictures go', '.cache/moderate')
  .action((id, { out }) => open().show(id, out));
program
  .command('hide')
  .description('takes a share down: gone for everyone within seconds, kept until it is restored or its time is over')
  .argument('<id>', 'of the share, or its link')
  .option(...note)
  .action((id, options) => open().hide(id, noteOf(options)));
program
  .command('restore')
  .description('brings a hidden share back, as reviewed')
  .argument('<id>', 'of the share, or its link')
  .option(...note)
  .action((id, options) => open().restore(id, noteOf(options)));
program
  .command('clear')
  .description('says that a share was looked at and may stay: reports cover it no more')
  .argument('<id>', 'of the share, or its link')
  .option(...note)
  .action((id, options) => open().clear(id, noteOf(options)));
program
  .command('block')
  .description('hides every share of a picture, and takes its bytes no more')
  .argument('<sha256>', 'of the picture, or its address')
  .option('--undo', 'takes its bytes again; what is hidden stays', false)
  .option(...note)
  .action((sha256, { undo, ...options }) => open().block(sha256, undo, noteOf(options)));
program
  .command('audit')
  .description('what operators did, the last first')
  .action(() => open().audit());
program
  .command('status')
  .description('when the sweep ran last, and whether database and bucket agree')
  .action(() => open().status());
program
  .command('backup')
  .description('the database and every picture into a folder; what is there already is not fetched again')
  .argument('<folder>')
  .action((folder) => open().backup(folder));
program
  .command('put-back')
  .description('a backup’s database in place of the one that is there, or its pictures into the bucket')
  .addArgument(new Argument('<what>').choices(['database', 'pictures'] as const))
  .argument('<folder>', 'of the backup')
  .action((what, folder) => (what === 'database' ? open().putDatabaseBack(folder) : open().putPicturesBack(folder)));

await runProcess(program);
