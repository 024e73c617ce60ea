/** `reverie record`: what the record beside a picture says. */
import { ReverieError } from '../../../shared/errors';
import { exitCodes } from '../exit';
import { readRecord } from '../recipeFile';
import { recordText } from '../recordText';
import type { Verb } from '../verb';

export const record: Verb = {
  name: 'record',
  summary: 'Tell in words what the record of a run says: what was made, of what, how long it took, what went wrong.',
  usage: 'FILE [options]',
  positional: 'FILE',
  options: {},

  async run(values, context) {
    const path = values.positional;
    if (typeof path !== 'string') throw new ReverieError('usage', 'Which record? See: reverie record --help');
    const made = await readRecord(path);
    const text = values.json === true ? JSON.stringify(made) : recordText(made).join('\n');
    context.stdout.write(`${text}\n`);
    return exitCodes.ok;
  },
};
