/** `npm run train`: trains fast-style and perceptual networks on this machine, in several threads. */
import { interruption, print, runProcess } from '../commandLine';
import { trainAnyStyle } from './any/run';
import { scoreAny } from './any/score';
import { trainBackbone } from './backbone/run';
import { trainCommand } from './options';
import { plot } from './plot';
import { score } from './score';
import { trainStyles } from './style';
import { teach } from './teach';

await runProcess(
  trainCommand({
    style: (training) => trainStyles(training, interruption(), print),
    teach: (teaching) => teach(teaching, interruption(), print),
    backbone: (training) => trainBackbone(training, interruption(), print),
    plot: (asked) => plot(asked, print),
    any: (training) => trainAnyStyle(training, interruption(), print),
    scoreAny: (scoring) => scoreAny(scoring, print),
    score: (scoring) => score(scoring, print),
  }),
);
