import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../shared/limits';
import { parseWeightsManifest } from '../../../shared/manifest';
import { importWeights } from '../../../tools/weights/import';
import { localFetch } from '../../../tools/weights/localFetch';
import { cholesky, diagonal } from '../../../tools/weights/regression';
import { parseSafetensors } from '../../../tools/weights/safetensors';
import { readStored, writeNetwork } from '../../../tools/weights/stored';
import { architectureOf, metricName, parameterShapes } from '../../../web/engine/network/architectures';
import { loadWeights, memoryShardStore } from '../../../web/engine/weights';
import { float32Bytes, hasty, safetensors, sha, testNetwork } from './support';

const root = path.resolve(import.meta.dirname, '../../..');
const original = process.env.REVERIE_VGG_ORIGINAL ?? '';
let folder: string;
let out: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'reverie-weights-'));
  out = path.join(folder, 'public/weights');
});
afterEach(() => rm(folder, { recursive: true }));

/** What an architecture takes: `[name, shape]`, in its order. */
const shapesOf = (architecture: string, { metrics = true } = {}) =>
  parameterShapes(architectureOf(architecture))
    .filter(({ optional }) => metrics || !optional)
    .map(({ name, shape }) => ({ name, shape }));

/** A file with the right shapes for an architecture of ours and small, made-up values. */
function fakeFile(architecture = 'reverie-vgg', { seed = 1, metrics = false } = {}): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { license: 'MIT', source: 'made by a test' } };
  const values: number[] = [];
  for (const { name, shape } of shapesOf(architecture, { metrics })) {
    const [h = 1, w = 1, i = 1, o = 1] = shape;
    const begin = values.length * 4;
    for (let n = 0; n < h * w * i * o; n++) values.push(((n * 37 + seed) % 101) / 101 - 0.5);
    const fileShape = shape.length === 4 ? [o, i, h, w] : shape;
    header[name] = { dtype: 'F32', shape: fileShape, data_offsets: [begin, values.length * 4] };
  }
  return safetensors(header, float32Bytes(values));
}

async function fakePath(): Promise<string> {
  const file = path.join(folder, 'fake.safetensors');
  await writeFile(file, fakeFile());
  return file;
}

const settings = { architecture: 'reverie-vgg', dtype: 'float16' } as const;

describe('importWeights', () => {
  it('writes shards named by their hash, of at most 4 MiB, that the engine’s loader accepts', async () => {
    const { manifest } = await importWeights({ ...settings, from: await fakePath(), out });
    expect((await readdir(out)).sort()).toEqual(
      ['reverie-vgg.json', ...manifest.shards.map(({ sha256 }) => `${sha256}.bin`)].sort(),
    );
    for (const { sha256, bytes } of manifest.shards) {
      const content = await readFile(path.join(out, `${sha256}.bin`));
      expect([content.length, sha(content)]).toEqual([bytes, sha256]);
      expect(bytes).toBeLessThanOrEqual(limits.weights.maxShardBytes);
    }
    expect(manifest).toMatchObject({ license: 'MIT', source: 'made by a test', parameters: 821_208 });
    const loaded = await loadWeights({
      baseUrl: '',
      id: 'reverie-vgg',
      store: memoryShardStore(),
      fetch: localFetch(path.dirname(out)),
    });
    const shapes = [...loaded.parameters].map(([name, { shape }]) => ({ name, shape }));
    expect(shapes).toEqual(shapesOf('reverie-vgg', { metrics: false }));
  });

  it.each(['float16', 'uint8'] as const)(
    'takes metrics that the file has, as float16, into a %s network',
    async (dtype) => {
      const from = path.join(folder, 'metrics.safetensors');
      await writeFile(from, fakeFile('reverie-vgg', { metrics: true }));
      const { manifest } = await importWeights({ ...settings, dtype, from, out });
      expect(manifest.tensors.map(({ name, shape }) => ({ name, shape }))).toEqual(shapesOf('reverie-vgg'));
      const metrics = manifest.tensors.filter(({ name }) => name.endsWith('.metric'));
      expect(metrics.map((tensor) => tensor.dtype)).toEqual(Array.from({ length: 10 }, () => 'float16'));
      // In the file's own order: neither transposed nor taken for a filter.
      const { parameters } = await readStored(path.join(out, 'reverie-vgg.json'));
      const file = parseSafetensors(await readFile(from)).tensors.get('relu4_3.metric');
      const expected = new Float32Array(Uint8Array.from(file?.bytes ?? []).buffer);
      const values = parameters.get('relu4_3.metric')?.values ?? [];
      expect(values).toHaveLength(104 * 104);
      expect(Math.max(...Array.from(values, (value, i) => Math.abs(value - (expected[i] ?? 9))))).toBeLessThan(2e-4);
    },
  );

  it.each<[string, () => Promise<string> | string, string, RegExp]>([
    ['a file that is not there', () => path.join(folder, 'none'), 'not-found', /cannot be read/],
    ['a folder', () => folder, 'usage', /not a file/],
    [
      'a network of another shape',
      async () => {
        const file = path.join(folder, 'other.safetensors');
        await writeFile(file, fakeFile('vgg19-16x'));
        return file;
      },
      'weights-invalid',
      /conv4_3\.weight has the wrong shape: expected \[104, 128, 3, 3\].*found \[128, 128, 3, 3\]/,
    ],
  ])('refuses %s and writes nothing', async (_, from, code, message) => {
    const result = importWeights({ ...settings, from: await from(), out });
    await expect(result).rejects.toMatchObject({ code });
    await expect(result).rejects.toThrow(message);
    expect(existsSync(out)).toBe(false);
  });

  it('refuses an unknown architecture and an id that cannot be served', async () => {
    const from = await fakePath();
    const unknown = importWeights({ ...settings, from, out, architecture: 'resnet' });
    await expect(unknown).rejects.toMatchObject({ code: 'network-unknown' });
    for (const id of ['../up', 'index', 'A b']) {
      await expect(importWeights({ ...settings, from, out, id })).rejects.toMatchObject({ code: 'usage' });
    }
  });

  it('replaces a network, and removes those of its shards that no other network names', async () => {
    const write = (id: string, seed: number) => {
      const { manifest, shards } = testNetwork(id, seed);
      return writeNetwork(out, manifest, shards);
    };
    await write('one', 1);
    await write('two', 1);
    await write('three', 2);
    expect((await write('one', 3)).removed).toEqual([]);
    const removed = (await write('three', 3)).removed;
    expect(removed).toEqual(testNetwork('three', 2).shards.map((shard) => `${sha(shard)}.bin`));
    expect(await readdir(out)).toHaveLength(3 + 2 * 3);
  });

  it.each(['before', 'during'])('leaves the folder as it was when aborted %s writing', async (when) => {
    const { manifest, shards } = testNetwork('one', 1);
    await writeNetwork(out, manifest, shards);
    const before = (await readdir(out)).sort();
    const abort = new AbortController();
    const next = testNetwork('one', 2);
    if (when === 'before') abort.abort();
    const writing = writeNetwork(out, next.manifest, next.shards, abort.signal);
    if (when === 'during')
      void waitFor(async () => (await readdir(out)).length > before.length).then(() => abort.abort());
    await writing.catch((error) => expect(error).toMatchObject({ code: 'aborted' }));
    const after = (await readdir(out)).sort();
    const names = parseWeightsManifest(JSON.parse(await readFile(path.join(out, 'one.json'), 'utf8'))).shards;
    // Aborted late it may have got through, whole; never anything between.
    if (abort.signal.aborted && when === 'before') expect(after).toEqual(before);
    expect(after).toEqual(['one.json', ...names.map(({ sha256 }) => `${sha256}.bin`)].sort());
  });
});

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500 && !(await condition()); i++) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe('a URL', () => {
  const serve = async (listener: RequestListener) => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || !address) throw new Error('the test server has no port');
    return {
      url: `http://127.0.0.1:${address.port}/net.safetensors?token=secret`,
      close: () => server.close().closeAllConnections(),
    };
  };

  it('is read with progress, and named in the manifest without its query', async () => {
    const file = fakeFile();
    const { url, close } = await serve((_, response) => response.setHeader('content-length', file.length).end(file));
    const seen: (readonly [number, number | undefined])[] = [];
    const { manifest } = await importWeights({
      ...settings,
      from: url,
      out,
      source: undefined,
      license: 'CC0',
      onBytes: (loaded, total) => seen.push([loaded, total]),
    });
    close();
    expect(seen.at(-1)).toEqual([file.length, file.length]);
    expect(seen.length).toBeGreaterThan(2);
    expect(manifest.license).toBe('CC0');
    expect(JSON.stringify(manifest)).not.toContain('secret');
  });

  it.each<[string, RequestListener, RegExp]>([
    ['is not there', (_, response) => response.writeHead(404).end(), /404/],
    ['sends nothing', () => {}, /nothing arrived for 0.25 s/],
    [
      'breaks off',
      (_, response) => void response.writeHead(200, { 'content-length': 9 }).write('x', () => response.destroy()),
      /connection failed/,
    ],
  ])('that %s is reported, without credentials', async (_, listener, message) => {
    const { url, close } = await serve(listener);
    const result = importWeights({ ...settings, from: url, out, patience: hasty });
    await expect(result).rejects.toThrow(message);
    await expect(result).rejects.toThrow(expect.not.objectContaining({ message: expect.stringContaining('secret') }));
    await expect(result).rejects.toMatchObject({ code: 'weights-network' });
    close();
    expect(existsSync(out)).toBe(false);
  });

  it('being fetched when Ctrl-C comes leaves nothing and exits with 130', async () => {
    const file = fakeFile();
    let requested = () => {};
    const asked = new Promise<void>((resolve) => {
      requested = resolve;
    });
    const { url, close } = await serve((_, response) => {
      response.setHeader('content-length', file.length).write(file.subarray(0, 1000));
      requested();
    });
    const child = run('import', url, '--architecture', 'reverie-vgg', '--dtype', 'uint8', '--out', out);
    await asked;
    child.process.kill('SIGINT');
    expect(await child.done).toMatchObject({ status: 130, stderr: expect.stringMatching(/^weights: .*\[aborted\]/) });
    close();
    expect(existsSync(out)).toBe(false);
  }, 30_000);
});

function run(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(root, 'tools/weights/index.ts'), ...args], {
    cwd: root,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  return { process: child, done: once(child, 'close').then(([status]) => ({ status, stdout, stderr })) };
}

describe('the command', () => {
  it('prints the error per tensor and the totals', async () => {
    const args = ['--architecture', 'reverie-vgg', '--dtype', 'uint8', '--out', out, '--id', 'mine'];
    const { status, stdout } = await run('import', await fakePath(), ...args).done;
    expect(status).toBe(0);
    expect(stdout).toMatch(/^conv5_4\.weight +3×3×40×80 +uint8 +28800 +\d\.\d\de-3 +\d\.\d\de-3$/m);
    expect(stdout).toMatch(/^total +821208 +uint8/m);
    expect(existsSync(path.join(out, 'mine.json'))).toBe(true);
  }, 30_000);

  it.each([
    [['import'], /--architecture is missing/],
    [['export', 'x'], /no verb "export"/],
    [[], /import .*upload .*metric /s],
    [['metric', '--network', 'x', '--photos', 'y', '--out', 'z'], /--teacher/],
    [['metric', '--network', 'x', '--photos', 'y', '--out', 'z', '--teacher', 'file'], /--teacher file is not/],
    [
      ['metric', '--network', 'x', '--photos', 'y', '--out', 'z', '--teacher', 'a:b:c', '--count', '0'],
      /--count .*"0"/,
    ],
    [['import', 'x', '--architecture', 'reverie-vgg', '--dtype', 'int4', '--out', 'y'], /--dtype .*"int4"/],
    [['import', 'x', '--colour', 'red'], /--colour/],
  ])(
    'explains its usage for %j',
    async (args, message) => {
      const { status, stderr } = await run(...args).done;
      expect(status).toBe(2);
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/(See|Usage): npm run weights -- |whole number|one of|is not </);
    },
    30_000,
  );
});

describe('the embedded network', () => {
  const committed = path.join(root, 'web/public');

  it('verifies, has every tensor of its architecture, and names its licence', async () => {
    const fetch = localFetch(committed);
    const { manifest, parameters } = await loadWeights({
      baseUrl: '',
      id: 'reverie-vgg',
      store: memoryShardStore(),
      fetch,
    });
    expect([...parameters].map(([name, { shape }]) => ({ name, shape }))).toEqual(shapesOf('reverie-vgg'));
    expect(manifest).toMatchObject({ license: 'MIT', parameters: 891_928, dtype: 'float16' });
    const listed: unknown = await (await fetch('/api/networks')).json();
    expect(listed).toMatchObject({
      networks: expect.arrayContaining([expect.objectContaining({ id: 'reverie-vgg' })]),
    });
  });

  it.skipIf(!existsSync(original))(
    'has the filters that the import makes of the original (needs that file, named by REVERIE_VGG_ORIGINAL)',
    async () => {
      await importWeights({ ...settings, from: original, out });
      const fresh = await readStored(path.join(out, 'reverie-vgg.json'));
      const served = await readStored(path.join(committed, 'weights/reverie-vgg.json'));
      const filters = served.tensors.filter(({ tensor }) => !tensor.name.endsWith('.metric'));
      expect(filters.map(({ tensor }) => tensor)).toEqual(fresh.tensors.map(({ tensor }) => tensor));
      expect(filters.every(({ bytes }, i) => Buffer.compare(bytes, fresh.tensors[i]?.bytes ?? Buffer.of()) === 0)).toBe(
        true,
      );
    },
  );

  it('has a metric at every tap that its architecture names: symmetric, positive, of trace C', async () => {
    const { parameters } = await readStored(path.join(committed, 'weights/reverie-vgg.json'));
    const { metrics = [] } = architectureOf('reverie-vgg');
    expect(metrics.length).toBe(10);
    for (const tap of metrics) {
      const { shape, values } = parameters.get(metricName(tap)) ?? { shape: [], values: new Float32Array() };
      const size = shape[0] ?? 0;
      const matrix = Float64Array.from(values);
      const transposed = matrix.map((_, i) => matrix[(i % size) * size + Math.floor(i / size)] ?? Number.NaN);
      expect(transposed, tap).toEqual(matrix);
      const weights = diagonal(matrix, size);
      // Half precision rounds each of the C weights by a two-thousandth at most.
      expect(Math.abs(weights.reduce((sum, value) => sum + value, 0) / size - 1), tap).toBeLessThan(5e-4);
      // Rounding may push an eigenvalue of zero below it: by less than a thousandth of the mean one.
      expect(() => cholesky(shifted(matrix, size, 1e-3), size), tap).not.toThrow();
    }
  });
});

const shifted = (matrix: Float64Array, size: number, by: number) =>
  matrix.map((value, i) => (i % (size + 1) === 0 ? value + by : value));

describe('localFetch', () => {
  it.each(['/weights/../secret.txt', '/weights/%2e%2e/secret.txt', '/secret.txt', '/weights/none.bin', '/weights'])(
    'answers 404 for %s',
    async (url) => {
      await writeFile(path.join(folder, 'secret.txt'), 'secret');
      expect((await localFetch(folder)(url)).status).toBe(404);
    },
  );
});
