/** `npm run -s reverie -- <verb> …`: the process around `main`, its streams, signals and exit. */
import { onInterrupt, signalled } from '../commandLine';
import { main } from './main';

// npm runs scripts in the project's folder; paths on the line are meant from where the person is.
const { INIT_CWD, npm_lifecycle_event } = process.env;
if (npm_lifecycle_event === 'reverie' && INIT_CWD) process.chdir(INIT_CWD);

// A reader that went away (`| head`) is no error of ours, and no reason to lose the picture.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const code = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  onInterrupt,
  openEngine: async (backend, threads) => (await import('./engine')).openEngine(backend, threads),
});
// Dawn and TensorFlow.js may keep the event loop alive; what was written must be out first.
process.stdout.write('', () => process.stderr.write('', () => process.exit(signalled(code))));
