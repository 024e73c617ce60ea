/** `reverie record`: what the record beside a picture says. */
import { Command } from '@commander-js/extra-typings';
import type { Context } from './context';
import { readRecord } from './recipeFile';
import { recordText } from './recordText';

export const recordCommand = ({ stdout }: Context) =>
  new Command('record')
    .description(
      'Tell in words what the record of a run says: what was made, of what, how long it took, what went wrong.',
    )
    .argument('<FILE>', 'the record beside a picture, OUT.json')
    .option('--json', 'print the record, or the error, as one JSON document', false)
    .action(async (path, { json }) => {
      const made = await readRecord(path);
      stdout.write(`${json ? JSON.stringify(made) : recordText(made).join('\n')}\n`);
    });
