/**
 * Shared memory for modules that were not built for it. Whether a memory is shared is one flag in the binary (WebAssembly
 * threads proposal, "limits"); the loads and stores of a single-threaded build are the same on either kind. So the stock
 * TensorFlow.js heap becomes one that threads of our own may see, and its threaded build, whose threads do not work
 * (docs/decisions/no-tfjs-threads.md), is not needed.
 */

const memorySection = 5;
const hasMaximum = 1;
/** The flag of a shared memory. */
export const sharedWithMaximum = 3;
export const pageBytes = 65_536;

/**
 * The module's own memory as shared memory of at most so many pages.
 * @returns null for a module that owns none with a maximum
 */
export function withSharedMemory(binary: Uint8Array, pages: number): Uint8Array | null {
  let at = 8;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = binary[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < binary.length) {
    const section = binary[at++];
    const size = number();
    const end = at + size;
    if (section === memorySection) {
      number();
      const flagAt = at++;
      const least = number();
      const [maximumAt, most] = [at, number()];
      if (binary[flagAt] !== hasMaximum) return null;
      const shared = binary.slice();
      shared[flagAt] = sharedWithMaximum;
      writeNumber(shared.subarray(maximumAt, at), Math.max(least, Math.min(pages, most)));
      return shared;
    }
    at = end;
  }
  return null;
}

/** As many bytes as there are, LEB128 (WebAssembly core spec 5.2.2). */
function writeNumber(bytes: Uint8Array, value: number): void {
  bytes.forEach((_, i) => {
    const more = i < bytes.length - 1 ? 0x80 : 0;
    bytes[i] = (Math.floor(value / 2 ** (7 * i)) & 0x7f) | more;
  });
}

/** Instantiates TensorFlow.js' module, which it does itself, on shared memory; where that cannot be had, as it is. */
export async function onSharedMemory<T>(pages: number, start: () => Promise<T>): Promise<T> {
  const { instantiate, instantiateStreaming } = WebAssembly;
  const shared = async (source: BufferSource, imports?: WebAssembly.Imports) => {
    const bytes = ArrayBuffer.isView(source)
      ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
      : new Uint8Array(source);
    const changed = withSharedMemory(bytes, pages);
    if (changed) {
      try {
        return await instantiate(changed as BufferSource, imports);
      } catch {
        // No room for so much that is never moved: one thread does.
      }
    }
    return instantiate(source, imports);
  };
  WebAssembly.instantiate = shared as typeof instantiate;
  // What browsers are asked for first.
  WebAssembly.instantiateStreaming = async (response, imports) => shared(await (await response).arrayBuffer(), imports);
  try {
    return await start();
  } finally {
    Object.assign(WebAssembly, { instantiate, instantiateStreaming });
  }
}
