/** `npm run bench -- --pack <file>`: one archive that measures a GPU where there is no network and nothing installed. */
import { execFile } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { ReverieError } from '../../../shared/errors';
import { fastDefaults } from '../../../shared/techniques/fast/schema';
import { assets, manifestOf } from '../../files';
import { vulkanLoader } from '../../nodeGpu';
import { root } from '../../setup/process.mjs';
import { readStored } from '../../weights/stored';
import { recipeFor } from '../engine/problem';

const exec = promisify(execFile);
/** What an archive may weigh. */
const mostBytes = 48 * 2 ** 20;
const folder = 'reverie-gpu';

const script = `#!/bin/sh
# Measures this machine's GPU; see README.
here=$(cd "$(dirname "$0")" && pwd)
LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/lib" exec "$here/bin/node" "$here/app/js/measure.mjs" "$@"
`;
const readme = `Reverie's engine, measured on this machine's GPU (Linux x86-64, a Vulkan driver; no network is needed).

  ./measure                 about seven minutes; writes reverie-gpu.json and prints it
  ./measure --out <file>    writes there
  ./measure --small         on a processor that plays a GPU, to see that the pack works

Where the driver is not found, VK_DRIVER_FILES names its icd file (for NVIDIA often /etc/vulkan/icd.d/nvidia_icd.json or
/usr/share/vulkan/icd.d/nvidia_icd.json). PyTorch is measured beside it where python3 has it and it sees the card (with --small: on the processor).
`;

/** @throws ReverieError `usage` on another system; `too-large` is no code here: an archive that grew is a fault of ours */
export async function writePack(file: string, progress: (what: string) => void): Promise<number> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new ReverieError('usage', 'A pack holds this machine’s Node: it is made on Linux x86-64.');
  const work = await mkdtemp(path.join(tmpdir(), 'reverie-pack-'));
  const into = path.join(work, folder);
  const within = (...parts: string[]) => path.join(into, ...parts);
  try {
    progress('the engine');
    await build({
      configFile: false,
      publicDir: false,
      logLevel: 'warn',
      root,
      ssr: { noExternal: true, external: ['webgpu', 'sharp'], target: 'node' },
      build: {
        ssr: true,
        target: 'es2022',
        minify: false,
        outDir: within('app/js'),
        emptyOutDir: true,
        rolldownOptions: {
          input: Object.fromEntries(
            ['measure', 'child'].map((name) => [name, path.join(root, `tools/bench/pack/${name}.ts`)]),
          ),
          output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
          checks: { pluginTimings: false },
        },
      },
    });
    progress('weights and programs');
    await Promise.all(
      ['bin', 'lib', 'web/public/weights', 'node_modules/webgpu'].map((name) =>
        mkdir(within(name), { recursive: true }),
      ),
    );
    await exec('strip', ['-o', within('bin/node'), process.execPath]).catch(() =>
      copyFile(process.execPath, within('bin/node')),
    );
    await chmod(within('bin/node'), 0o755);
    const dawn = path.join(root, 'node_modules/webgpu');
    for (const name of ['package.json', 'index.js', 'LICENSE', 'dist/linux-x64'])
      await cp(path.join(dawn, name), within('node_modules/webgpu', name), { recursive: true }).catch(ifMissing(name));
    const loader = vulkanLoader();
    if (loader) await copyFile(loader, within('lib/libvulkan.so.1'));
    for (const network of [recipeFor(256).network, fastDefaults.network]) {
      const manifest = manifestOf(network);
      await copyFile(manifest, within('web/public/weights', path.basename(manifest)));
      for (const { sha256 } of (await readStored(manifest)).manifest.shards)
        await copyFile(path.join(assets, 'weights', `${sha256}.bin`), within('web/public/weights', `${sha256}.bin`));
    }
    await copyFile(path.join(root, 'tools/bench/pack/torch_step.py'), within('torch_step.py'));
    await copyFile(path.join(root, 'LICENSE'), within('LICENSE'));
    await writeFile(within('package.json'), '{"type":"module"}\n');
    await writeFile(within('README'), readme);
    await writeFile(within('measure'), script, { mode: 0o755 });
    progress('the archive');
    const archive = path.join(work, 'pack.tar.gz');
    // Not xz, which is not everywhere.
    await exec('tar', ['-czf', archive, '-C', work, folder]);
    const { size } = await stat(archive);
    if (size > mostBytes) throw new Error(`The pack has ${size} bytes; ${mostBytes} are allowed.`);
    await copyFile(archive, file);
    return size;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A licence beside a package is not always there; the rest must be. */
const ifMissing = (name: string) => (cause: unknown) => {
  if (name !== 'LICENSE') throw cause;
};
