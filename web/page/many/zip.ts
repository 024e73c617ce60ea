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

/** Each with a name of its own. */
export function filesOf(all: readonly Named[]): File[] {
  const names = apart(all.map(({ name }) => name));
  return all.map(({ blob }, i) => new File([blob], names[i] ?? '', { type: blob.type }));
}

/** @throws `AbortError` when the person changes their mind, or the disk's refusal */
export async function saveZip(files: readonly File[], name: string): Promise<void> {
  const sink = await openSink(name, 'application/zip');
  const zip = downloadZip(files);
  if (zip.body) await sink.take(zip.body);
}
