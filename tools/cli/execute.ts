/**
 * Runs one recipe, whatever its technique: opens the engine, shows progress, answers Ctrl-C, writes the
 * picture and the record. Verbs only make recipes.
 */
import { ReverieError } from '../../shared/errors';
import type { Recipe } from '../../shared/recipe';
import { type BackendName, backendNames, type RunRecord, type RunRequest, type RunResult } from '../../web/engine/api';
import { isTransparent } from '../../web/engine/images/alpha';
import { keepsTransparency, stdio, writeImage, writeWhole } from '../images';
import { exitCodes } from './exit';
import { recordPath } from './outputs';
import { createReporter, duration } from './progress';
import type { RecipeFile } from './recipeFile';
import { replayNotes } from './recordText';
import type { Context, OptionSpec, OptionValues } from './verb';

/** WASM: what every machine has, and the one that repeats bit for bit. */
const defaultBackend: BackendName = 'wasm';

export const backendOption: OptionSpec = {
  type: 'string',
  value: backendNames.join('|'),
  help: 'where to compute; webgpu needs a Vulkan driver',
  default: defaultBackend,
};

/** @throws ReverieError `usage`. */
export function parseBackend(value: OptionValues[string]): BackendName {
  const backend = backendNames.find((name) => name === (value ?? defaultBackend));
  if (backend) return backend;
  throw new ReverieError('usage', `--backend is one of ${backendNames.join(', ')}, not "${String(value)}".`);
}

/** Flags that every verb has that runs a recipe. */
export const runOptions = {
  recipe: {
    type: 'string',
    value: 'FILE',
    help: 'start from a recipe or the record of a run (JSON); the flags given here override its fields',
  },
  backend: backendOption,
  'no-record': { type: 'boolean', help: 'do not write the record of the run beside the picture, as OUT.json' },
} as const satisfies Record<string, OptionSpec>;

export interface RunFlags {
  readonly backend: BackendName;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly keepRecord: boolean;
}

/** The values behind `runOptions` and the common ones. @throws ReverieError `usage` */
export const runFlags = (values: OptionValues): RunFlags => ({
  backend: parseBackend(values.backend),
  json: values.json === true,
  quiet: values.quiet === true,
  keepRecord: values['no-record'] !== true,
});

export interface Job {
  readonly recipe: Recipe;
  readonly inputs: RunRequest['inputs'];
  readonly out: string;
  /** Writes the result; the picture alone by default. */
  readonly write?: (out: string, result: RunResult) => Promise<void>;
  readonly flags: RunFlags;
  /** Told to the person before the run. */
  readonly notes: readonly string[];
  /** What the recipe's file had, hashes included; what differs after the run is told. */
  readonly replayOf?: RecipeFile | undefined;
}

const writePicture = (out: string, { pixels }: RunResult): Promise<void> => writeImage(out, pixels);

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
    const engine = await context.openEngine(job.flags.backend);
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
      await (job.write ?? writePicture)(job.out, result);
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
