/**
 * Compiles the SIMD kernels of the WASM backend (AssemblyScript) into a module of base64 text, so that the
 * browser bundle, Node and the tests load them alike, without a fetch. Part of every build.
 */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const entry = 'web/engine/device/wasm/assembly/index.ts';
const target = `${root}web/engine/device/wasm/build`;
// The most that a memory may have is said so that it can be a shared one (device/wasm/sharedMemory.ts).
const options =
  '-O3 --runtime stub --importMemory --maximumMemory 65536 --noExportMemory --enable simd,bulk-memory --noAssert';

export async function buildKernels(): Promise<number> {
  const { binary } = await compile();
  const memoryFlagAt = findMemoryFlag(binary);
  await mkdir(target, { recursive: true });
  const temporary = `${target}/.kernels.${process.pid}.ts`;
  const base64 = Buffer.from(binary).toString('base64');
  await writeFile(temporary, `export const memoryFlagAt = ${memoryFlagAt};\nexport default '${base64}';\n`);
  await rename(temporary, `${target}/kernels.ts`);
  return binary.length;
}

async function compile(): Promise<{ binary: Uint8Array }> {
  let binary: Uint8Array | undefined;
  const result = await asc.main([entry, '--baseDir', root, '--outFile', 'kernels.wasm', ...options.split(' ')], {
    writeFile: (name, contents) => {
      if (name === 'kernels.wasm' && typeof contents !== 'string') binary = contents;
    },
  });
  if (result.error || !binary) throw new Error(`AssemblyScript: ${result.error?.message}\n${result.stderr.toString()}`);
  return { binary };
}

/**
 * Where the binary says of which kind the memory is, its only import (WebAssembly core spec 5.5.5). A data segment would be
 * copied over TensorFlow.js' tensors at instantiation: there must be none.
 */
function findMemoryFlag(binary: Uint8Array): number {
  const [importSection, dataSection] = [2, 11];
  let flagAt = -1;
  let at = 8;
  while (at < binary.length) {
    const id = binary[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = binary[at++] ?? 0;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (id === dataSection) throw new Error('The kernels must not have static data.');
    if (id === importSection) {
      const entryOf = Buffer.from('\x01\x03env\x06memory\x02\x01', 'latin1');
      if (entryOf.compare(binary, at, at + entryOf.length) !== 0)
        throw new Error('The kernels must import a memory only.');
      flagAt = at + entryOf.length - 1;
    }
    at += size;
  }
  return flagAt;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`kernels: ${await buildKernels()} bytes`);
}
