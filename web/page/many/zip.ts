/** Many files as one, streamed: straight onto the disk where the browser lets it, else through a download. */
import { downloadZip } from 'client-zip';
import { openSink } from '../output/stream';

export interface Named {
  readonly name: string;
  readonly blob: Blob;
}

/** One name each: `a.png`, `a-2.png`. */
export function apart(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const [, stem = name, extension = ''] = /^(.*?)(\.[^.]*)?$/.exec(name) ?? [];
    let unique = name;
    // Some disks do not tell A from a.
    for (let i = 2; taken.has(unique.toLowerCase()); i++) unique = `${stem}-${i}${extension}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

/** @throws `AbortError` when the person changes their mind, or the disk's refusal */
export async function saveZip(files: readonly Named[], name: string): Promise<void> {
  const names = apart(files.map((file) => file.name));
  const sink = await openSink(name, 'application/zip');
  const zip = downloadZip(files.map(({ blob }, i) => ({ name: names[i] ?? '', input: blob })));
  if (zip.body) await sink.take(zip.body);
}
