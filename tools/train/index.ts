/** `npm run train`: trains fast-style and perceptual networks on this machine, in several threads. */
import { ReverieError } from '../../shared/errors';
import { exitCodeOf } from '../cli/exit';
import { backboneUsage, parseBackboneTraining } from './backbone/options';
import { trainBackbone } from './backbone/run';
import { misuse, parseScoring, parseStyleTraining, parseTeaching, usage } from './options';
import { plot } from './plot';
import { score } from './score';
import { trainStyles } from './style';
import { teach } from './teach';

async function main([verb, ...args]: string[]): Promise<void> {
  if (verb === undefined || verb === '--help' || verb === '-h') return print(usage);
  if (verb === 'plot') return plot(args, print);
  if (verb === 'score') return score(parseScoring(args), print);
  if (verb !== 'style' && verb !== 'backbone') throw misuse(`There is no training "${verb}".`);
  const interrupt = new AbortController();
  // npm passes a Ctrl-C on a second time while the last step is being written: that must not end it.
  process.on('SIGINT', () => interrupt.abort());
  process.once('SIGTERM', () => interrupt.abort());
  if (verb === 'backbone') {
    const training = parseBackboneTraining(args);
    return training ? trainBackbone(training, interrupt.signal, print) : print(backboneUsage);
  }
  const teaching = parseTeaching(args);
  if (teaching) return teach(teaching, interrupt.signal, print);
  const training = parseStyleTraining(args);
  return training ? trainStyles(training, interrupt.signal, print) : print(usage);
}

const print = (line: string) => void process.stdout.write(`${line}\n`);

try {
  await main(process.argv.slice(2));
} catch (cause) {
  const error = ReverieError.from(cause);
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = exitCodeOf(error.code);
}
process.exit();
