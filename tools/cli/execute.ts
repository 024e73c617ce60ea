/**
 * Runs one recipe, whatever its technique: opens the engine, shows progress, answers Ctrl-C, writes the
 * picture and the record. Verbs only make recipes.
 */
import { ReverieError } from '../../shared/errors';
import { type Recipe, stylesOf } from '../../shared/recipe';
import { type BackendName, backendNames, type RunRecord, type RunRequest, type RunResult } from '../../web/engine/api';
import { isTransparent } from '../../web/engine/images/alpha';
import { keepsTransparency, writeImage } from '../images';
import { exitCodes } from './exit';
import { createReporter, duration } from './progress';
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

export interface Job {
  readonly recipe: Recipe;
  readonly inputs: RunRequest['inputs'];
  readonly out: string;
  /** Writes the result; the picture alone by default. */
  readonly write?: (out: string, result: RunResult) => Promise<void>;
  readonly backend: BackendName;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Told to the person before the run. */
  readonly notes: readonly string[];
  /** The recipe as its file had it, hashes included; what differs after the run is told. */
  readonly replayOf: Recipe | undefined;
}

const writePicture = (out: string, { pixels }: RunResult): Promise<void> => writeImage(out, pixels);

/**
 * @returns the exit code: `interrupted` when Ctrl-C ended the run and the last image was written.
 * @throws ReverieError whatever the engine throws; `aborted` when Ctrl-C came before there was an image.
 */
export async function execute(job: Job, context: Context): Promise<number> {
  const reporter = createReporter(context.stderr, job.quiet);
  let interrupted = false;
  let interrupt = () => {};
  const ignoreInterrupts = context.onInterrupt(() => {
    interrupted = true;
    reporter.note('Stopping…');
    interrupt();
  });
  try {
    for (const note of job.notes) reporter.note(note);
    const engine = await context.openEngine(job.backend);
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
      for (const note of replayNotes(job.replayOf, record)) reporter.note(note);
      if (isTransparent(result.pixels) && !keepsTransparency(job.out)) {
        reporter.note(`${job.out} cannot be transparent: the picture is on white there. PNG and WebP can.`);
      }
      reporter.note(summary(job.out, record, complete));
      if (job.json) context.stdout.write(`${JSON.stringify(record)}\n`);
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
  const what = complete ? out : `Stopped after ${steps} steps; the last image is in ${out}`;
  const peak = `${(peakBytes / 2 ** 20).toFixed(0)} MiB at most`;
  return `${what}: ${width}×${height}, ${steps} steps in ${duration(elapsedMs)} (${msPerStep.toFixed(0)} ms each), ${peak}, ${device.description}`;
}

/** A replay with another photo, painting or network is allowed, but is not the same picture: say so. */
function replayNotes(before: Recipe | undefined, { recipe: after }: RunRecord): string[] {
  if (!before) return [];
  const notes: string[] = [];
  const differs = (a: string | null | undefined, b: string | null | undefined) => a != null && a !== b;
  if (differs(before.content, after.content)) notes.push('The photo is not the one the recipe was made with.');
  if (before.network === after.network && differs(before.weights, after.weights)) {
    notes.push(`The weights of ${after.network} are not those the recipe was made with.`);
  }
  const stylesNow = stylesOf(after);
  stylesOf(before).forEach((style, i) => {
    const now = stylesNow[i];
    if ('image' in style && now && 'image' in now && differs(style.image, now.image)) {
      notes.push(`Style ${i + 1} is not the picture the recipe was made with.`);
    }
  });
  return notes;
}
