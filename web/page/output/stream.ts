/** A file that is written as it is made: straight onto the disk where the browser lets it, else into the page's own storage first. */
import { download, keep } from './save';

interface Picker {
  showSaveFilePicker?(options: { readonly suggestedName: string }): Promise<FileSystemFileHandle>;
}

/** Not in every browser. */
interface Removable {
  remove?(): Promise<void>;
}

/** Where a file goes. */
export interface Sink {
  /** Takes all of it; what it was given of a file that breaks off is gone. */
  take(file: ReadableStream<Uint8Array>): Promise<void>;
}

/**
 * To be asked for within a click: the person may be asked where.
 * @throws `AbortError` when the person changes their mind
 */
export async function openSink(name: string, type: string): Promise<Sink> {
  const { showSaveFilePicker } = globalThis as Picker;
  if (showSaveFilePicker) {
    const handle = await showSaveFilePicker({ suggestedName: name });
    return { take: (file) => into(handle, file) };
  }
  return {
    async take(file) {
      const scratch = await scratchFile(name);
      if (!scratch) return download(await new Response(file, { headers: { 'Content-Type': type } }).blob(), name);
      await into(scratch, file);
      await keep(new File([await scratch.getFile()], name, { type }), name);
    },
  };
}

async function into(handle: FileSystemFileHandle & Removable, file: ReadableStream<Uint8Array>): Promise<void> {
  try {
    await file.pipeTo(await handle.createWritable());
  } catch (cause) {
    await file.cancel(cause).catch(() => {});
    await removeEmpty(handle).catch(() => {});
    throw cause;
  }
}

/** Chosen is made: what was to take a file lies there already. */
async function removeEmpty(handle: FileSystemFileHandle & Removable): Promise<void> {
  if ((await handle.getFile()).size === 0) await handle.remove?.();
}

/** In the site's own storage, where whatever was left there before goes. Null where there is none. */
async function scratchFile(name: string): Promise<FileSystemFileHandle | null> {
  try {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry('out', { recursive: true }).catch(() => {});
    const handle = await (await root.getDirectoryHandle('out', { create: true })).getFileHandle(name, { create: true });
    return 'createWritable' in handle ? handle : null;
  } catch {
    return null;
  }
}
