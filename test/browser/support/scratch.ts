/** A copy of the source tree to add to, as CONTRIBUTING.md says it: packages, kernels and git's ignorance are the checkout's. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { root, tsx } from '../../../tools/setup/process.mjs';

const run = promisify(execFile);

/** In place of what is there, the text that a walk puts there. */
export type Edits = Readonly<Record<string, readonly (readonly [before: string, after: string])[]>>;

/** The files that a walk of CONTRIBUTING.md lists, with a technique's name put in. */
export async function walk(heading: string, name: string): Promise<string[]> {
  const text = await readFile(path.join(root, 'CONTRIBUTING.md'), 'utf8');
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^- `([^`]+)`/gm)].map(([, file = '']) => file.replaceAll('<name>', name));
}

export class Scratch {
  /** Relative to the tree, in the order in which they were touched. */
  readonly touched: string[] = [];

  private constructor(readonly folder: string) {}

  static async create(): Promise<Scratch> {
    const folder = await mkdtemp(path.join(tmpdir(), 'reverie-scratch-'));
    const { stdout } = await run('git', ['ls-files', '-z', '--', ':!test', ':!docs'], {
      cwd: root,
      maxBuffer: 1 << 24,
    });
    const built = ['web/engine/device/wasm/build', '.cache/kernels.built'];
    for (const file of [...stdout.split('\0').filter(Boolean), ...built]) {
      const from = path.join(root, file);
      await cp(from, path.join(folder, file), { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'ENOENT') throw cause;
      });
    }
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    return new Scratch(folder);
  }

  /** New files from a folder of fixtures, whose names end in `.txt` so that nothing takes them for the project's own. */
  async add(fixture: string): Promise<void> {
    for (const file of await readdir(fixture, { recursive: true })) {
      if (!file.endsWith('.txt')) continue;
      const to = file.slice(0, -'.txt'.length);
      await mkdir(path.dirname(path.join(this.folder, to)), { recursive: true });
      await cp(path.join(fixture, file), path.join(this.folder, to));
      this.touched.push(to);
    }
  }

  /** A folder of the tree once more, under another name. @param change of every file's text */
  async copy(from: string, to: string, change: (text: string) => string): Promise<void> {
    for (const file of await readdir(path.join(this.folder, from))) {
      const text = await readFile(path.join(this.folder, from, file), 'utf8');
      await mkdir(path.join(this.folder, to), { recursive: true });
      await writeFile(path.join(this.folder, to, file), change(text));
      this.touched.push(`${to}/${file}`);
    }
  }

  /** @throws Error where a text that is to be replaced is not there, or more than once */
  async edit(edits: Edits): Promise<void> {
    for (const [file, changes] of Object.entries(edits)) {
      let text = await readFile(path.join(this.folder, file), 'utf8');
      for (const [before, after] of changes) {
        if (text.split(before).length !== 2) throw new Error(`${file} does not have "${before}" once.`);
        text = text.replace(before, () => after);
      }
      await writeFile(path.join(this.folder, file), text);
      this.touched.push(file);
    }
  }

  /** A tool of the tree, as npm would run it. @returns its stdout */
  async tool(file: string, ...args: string[]): Promise<string> {
    return (await run(process.execPath, [...tsx, file, ...args], { cwd: this.folder, maxBuffer: 1 << 24 })).stdout;
  }

  /** A module of the tree's own set-up. */
  setup<Module>(file: string): Promise<Module> {
    return import(path.join(this.folder, 'tools/setup', file)) as Promise<Module>;
  }

  remove = (): Promise<void> => rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
}
