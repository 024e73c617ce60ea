/** A print on its way into its file. */
import { ReverieError } from '../../../shared/errors';
import type { Job, RunResult } from '../../engine/api';
import type { PngWriter } from '../../engine/images/files/pngWriter';

/**
 * Waits until the painting and the file have both ended, well or not: what was begun of a file is only then away.
 * @param job whose bands go into the PNG @param written ends with the file
 * @throws ReverieError `aborted` for one that was stopped; what the file has to say, before what the painting has
 */
export async function printed(job: Job<RunResult>, png: PngWriter, written: Promise<void>): Promise<void> {
  const file = written.catch((cause: unknown) => {
    job.cancel();
    throw cause;
  });
  const painting = job.result
    .then(async ({ complete }) => {
      if (!complete) throw new ReverieError('aborted', 'The print was stopped; nothing was written.');
      await png.close();
    })
    .catch((cause: unknown) => {
      png.abort(cause);
      throw cause;
    });
  const ends = await Promise.allSettled([file, painting]);
  const failed = ends.flatMap((end) => (end.status === 'rejected' ? [ReverieError.from(end.reason)] : []));
  const reason = failed.find(({ code }) => code !== 'aborted') ?? failed[0];
  if (reason) throw reason;
}
