/**
 * Runs one recipe, whatever its technique: opens the engine, shows progress, answers Ctrl-C, writes the
 * picture and the record.
 */
import { ReverieError } from '../../shared/errors';
import type { Recipe } from '../../shared/techniques';
import type { BackendName, RunRecord, RunRequest, RunResult } from '../../web/engine/api';
import { isTransparent } from '../../web/engine/images/alpha';
import { exitCodes } from '../commandLine';
import { stdio, writeWhole } from '../files';
import { keepsTransparency } from '../images';
import type { Context } from './context';
import { recordPath } from './outputs';
import { type PrintFlags, writePrint } from './print';
import { createReporter, duration } from './progress';
import type { RecipeFile } from './recipeFile';
import { replayNotes } from './record';

export interface RunFlags {
  readonly backend: BackendName;
  readonly threads: number;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly keepRecord: boolean;
}

export interface Job {
  readonly recipe: Recipe;
  readonly inputs: RunRequest['inputs'];
  readonly out: string;
  readonly write: (out: string, result: RunResult) => Promise<void>;
  readonly flags: RunFlags;
  /** A print is written in the picture's place. */
  readonly print?: PrintFlags | undefined;
  /** Told to the person before the run. */
  readonly notes: readonly string[];
  /** What the recipe's file had, hashes included; what differs after the run is told. */
  readonly replayOf?: RecipeFile | undefined;
}

/**
 * @returns the exit code: `interrupted` when Ctrl-C ended the run and the last image was written.
 * @throws ReverieError whatever the engine throws; `aborted` when Ctrl-C came before there was an image.
 */
export async function execute(job: Job, context: Context): Promise<number> {
  const reporter = createReporter(context.stderr, job.flags.quiet);
  let interrupted = false;
  let interrupt = () => {};
  const ignoreInterrupts = context.onInterrupt(() => {
    interrupted = true;
    reporter.note('Stopping…');
    interrupt();
  });
  try {
    for (const note of job.notes) reporter.note(note);
    const engine = await context.openEngine(job.flags.backend, job.flags.threads);
    try {
      if (interrupted) throw new ReverieError('aborted', 'Stopped before there was an image; nothing was written.');
      const run = engine.run(
        { recipe: job.recipe, inputs: job.inputs },
        {
          onProgress: (progress) => reporter.progress(progress),
        },
      );
      interrupt = () => run.cancel();
      const result = await run.result;
      const { record, complete } = result;
      reporter.end();
      if (job.print && complete) {
        reporter.note('Painting the print…');
        await writePrint(engine, job.print, job, result, job.out, {
          onJob(printing) {
            interrupt = () => printing.cancel();
          },
          onProgress: (progress) => reporter.progress(progress),
        });
        reporter.end();
      } else await job.write(job.out, result);
      if (job.flags.keepRecord && job.out !== stdio) {
        await writeWhole(recordPath(job.out), Buffer.from(`${JSON.stringify(record, null, 2)}\n`));
      }
      const { replayOf } = job;
      for (const note of replayOf ? replayNotes(replayOf.recipe, replayOf.record, record) : []) reporter.note(note);
      if (isTransparent(result.pixels) && !keepsTransparency(job.out)) {
        reporter.note(`${job.out} cannot be transparent: the picture is on white there. PNG and WebP can.`);
      }
      reporter.note(summary(job.out, record, complete));
      if (job.flags.json) context.stdout.write(`${JSON.stringify(record)}\n`);
      if (record.failure) return exitCodes.failed;
      return complete ? exitCodes.ok : exitCodes.interrupted;
    } finally {
      await engine.dispose();
    }
  } finally {
    reporter.end();
    ignoreInterrupts();
  }
}

function summary(out: string, record: RunRecord, complete: boolean): string {
  const { width, height, steps, elapsedMs, msPerStep, device, peakBytes } = record;
  const why = record.failure ? `Gave up (${record.failure.message})` : 'Stopped';
  const what = complete ? out : `${why} after ${steps} steps; the last image is in ${out}`;
  const peak = `${(peakBytes / 2 ** 20).toFixed(0)} MiB at most`;
  return `${what}: ${width}×${height}, ${steps} steps in ${duration(elapsedMs)} (${msPerStep.toFixed(0)} ms each), ${peak}, ${device.description}`;
}
