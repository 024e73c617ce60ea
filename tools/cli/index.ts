/** `npm run -s reverie -- <verb> …`: the process around `main`, its streams, signals and exit. */
import { exitCodes } from './exit';
import { main } from './main';

// npm runs scripts in the project's folder; paths on the line are meant from where the person is.
const { INIT_CWD, npm_lifecycle_event } = process.env;
if (npm_lifecycle_event === 'reverie' && INIT_CWD) process.chdir(INIT_CWD);

// A reader that went away (`| head`) is no error of ours, and no reason to lose the picture.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

/** npm and tsx pass one Ctrl-C on more than once; only a later one means "at once", milliseconds. */
const impatientAfterMs = 1_000;

/** All of them keep the last image. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Signal = (typeof signals)[number];
let ended: number = exitCodes.interrupted;

function onInterrupt(handler: () => void): () => void {
  let first: number | undefined;
  const listener = (signal: Signal) => {
    const now = performance.now();
    ended = exitCodes[signal];
    if (first === undefined) {
      first = now;
      handler();
    } else if (now - first > impatientAfterMs) {
      process.exit(ended);
    }
  };
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

const code = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  onInterrupt,
  openEngine: async (backend) => (await import('./engine')).openEngine(backend),
});
// Dawn and TensorFlow.js may keep the event loop alive; what was written must be out first.
process.stdout.write('', () =>
  process.stderr.write('', () => process.exit(code === exitCodes.interrupted ? ended : code)),
);
