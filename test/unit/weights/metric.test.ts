import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MetricOptions, measureMetrics } from '../../../tools/weights/metric';
import { choosePictures, readSquare } from '../../../tools/weights/pictures';
import { cholesky } from '../../../tools/weights/regression';
import { readStored } from '../../../tools/weights/stored';
import { architectureOf, parameterShapes } from '../../../web/engine/network/architectures';
import { float32Bytes, safetensors } from './support';

const root = path.resolve(import.meta.dirname, '../../..');
const served = path.join(root, 'web/public/weights/reverie-vgg.json');
let folder: string;
let photos: string;
let twin: string;
let out: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'reverie-metric-'));
  photos = path.join(folder, 'photos');
  await mkdir(photos);
  for (let i = 0; i < 4; i++) await paint(path.join(photos, `${i}.png`), i + 1);
  twin = await twinOf(path.join(folder, 'twin.safetensors'));
});
beforeEach(async () => {
  out = await mkdtemp(path.join(folder, 'out-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Smooth colours with structure at several scales. */
async function paint(file: string, seed: number, width = 200, height = 170): Promise<void> {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    const value = Math.sin(x / (3 + 4 * c) + seed) + Math.sin(y / (5 + seed) + c) + Math.sin((x * y) / 900 + c * seed);
    return 127 + 42 * value;
  });
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file);
}

/** The served network's own filters, with those of conv1_1's output halved for every other channel, as a teacher. */
async function twinOf(file: string): Promise<string> {
  const { parameters } = await readStored(served);
  const header: Record<string, unknown> = {};
  const values: number[] = [];
  for (const { name, shape } of parameterShapes(architectureOf('reverie-vgg'))) {
    if (name.endsWith('.metric')) continue;
    const stored = parameters.get(name)?.values ?? new Float32Array();
    const [h = 1, w = 1, i = 1, o = 1] = shape;
    const begin = values.length * 4;
    if (shape.length === 1) values.push(...stored.map((value, c) => value * twinGain(name, c)));
    else {
      for (let out = 0; out < o; out++)
        for (let input = 0; input < i; input++)
          for (let at = 0; at < h * w; at++)
            values.push((stored[(at * i + input) * o + out] ?? 0) * twinGain(name, out));
    }
    const fileShape = shape.length === 4 ? [o, i, h, w] : shape;
    header[name] = { dtype: 'F32', shape: fileShape, data_offsets: [begin, values.length * 4] };
  }
  await writeFile(file, safetensors(header, float32Bytes(values)));
  return file;
}

const twinGain = (name: string, channel: number) => (name.startsWith('conv1_1.') && channel % 2 === 1 ? 0.5 : 1);

const options = (more: Partial<MetricOptions> = {}): MetricOptions => ({
  network: served,
  photos: [photos],
  teachers: [{ from: twin, architecture: 'reverie-vgg', taps: ['relu1_1'] }],
  out,
  count: 4,
  ...more,
});

describe('measureMetrics', () => {
  it('finds how a teacher weighs our channels, and keeps every other tensor as it was', async () => {
    const seen: number[] = [];
    const { taps } = await measureMetrics(options({ onPicture: (done) => seen.push(done) }));
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(taps).toMatchObject([{ tap: 'relu1_1', channels: 16 }]);
    expect(taps[0]?.unexplained).toBeLessThan(0.01);

    const before = await readStored(served);
    const after = await readStored(path.join(out, 'reverie-vgg.json'));
    expect((await readdir(out)).sort()).toEqual(
      ['reverie-vgg.json', ...after.manifest.shards.map(({ sha256 }) => `${sha256}.bin`)].sort(),
    );
    expect(after.tensors.map(({ tensor }) => tensor)).toEqual(before.tensors.map(({ tensor }) => tensor));
    const changed = after.tensors.filter(
      ({ bytes }, i) => !before.tensors[i]?.bytes.length || Buffer.compare(bytes, before.tensors[i].bytes) !== 0,
    );
    expect(changed.map(({ tensor }) => tensor.name)).toEqual(['relu1_1.metric']);

    // Halved channels weigh a quarter; the rest is the identity, as far as the ridge lets it be seen.
    const metric = Float64Array.from(after.parameters.get('relu1_1.metric')?.values ?? []);
    const strong = metric[0] ?? 0;
    expect((metric[17] ?? 0) / strong).toBeCloseTo(0.25, 1);
    expect(() =>
      cholesky(
        metric.map((value, i) => (i % 17 === 0 ? value + 1e-3 : value)),
        16,
      ),
    ).not.toThrow();
  });

  it('gives the same bytes every time', async () => {
    const first = await measureMetrics(options({ count: 2 }));
    const again = await measureMetrics(options({ count: 2 }));
    expect(again.manifest).toEqual(first.manifest);
    expect(again.written.removed).toEqual([]);
  });

  it.each<[string, Partial<MetricOptions>, string, RegExp]>([
    ['a tap without a metric', { teachers: [teacher(['relu5_4'])] }, 'usage', /no metric at "relu5_4"/],
    [
      'a tap named twice',
      { teachers: [teacher(['relu1_1']), teacher(['relu1_1'])] },
      'usage',
      /relu1_1 is named twice/,
    ],
    ['a folder that is not there', { photos: ['none'] }, 'not-found', /none cannot be read/],
    ['a network that is not there', { network: 'none.json' }, 'not-found', /none\.json cannot be read/],
  ])('refuses %s and writes nothing', async (_, more, code, message) => {
    const result = measureMetrics(options(more));
    await expect(result).rejects.toMatchObject({ code });
    await expect(result).rejects.toThrow(message);
    expect(await readdir(out)).toEqual([]);
  });

  it('stopped between two pictures leaves nothing', async () => {
    const abort = new AbortController();
    const result = measureMetrics(options({ signal: abort.signal, onPicture: () => abort.abort() }));
    await expect(result).rejects.toMatchObject({ code: 'aborted' });
    expect(await readdir(out)).toEqual([]);
  });
});

function teacher(taps: string[]) {
  return { from: 'unread.safetensors', architecture: 'vgg19-16x', taps };
}

describe('the metric command', () => {
  const run = (...more: string[]) => {
    const args = ['metric', '--network', served, '--photos', photos, '--out', out];
    const spec = ['--teacher', `${twin}:reverie-vgg:relu1_1`, ...more];
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', path.join(root, 'tools/weights/index.ts'), ...args, ...spec],
      {
        cwd: root,
      },
    );
    let stdout = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    return { child, done: once(child, 'close').then(([status]) => ({ status, stdout })) };
  };

  it('prints the share left unexplained and the range of the diagonal', async () => {
    const { status, stdout } = await run('--count', '2').done;
    expect(status).toBe(0);
    expect(stdout).toMatch(/^relu1_1 +16 +0\.00\d +0\.\d{3} +\d\.\d{3} +\d\.\d{3}$/m);
    expect(stdout).toContain(`${path.join(out, 'reverie-vgg.json')}: 1 shards, 1786112 bytes, MIT`);
  });

  it('stopped by Ctrl-C leaves nothing and exits with 130', async () => {
    // A teacher that never arrives: by the time it is asked for, the handler is there.
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { child, done } = run('--teacher', `http://127.0.0.1:${port}/net.safetensors:vgg19-16x:relu4_1`);
    await once(server, 'request');
    child.kill('SIGINT');
    expect((await done).status).toBe(130);
    server.close().closeAllConnections();
    expect(await readdir(out)).toEqual([]);
  });
});

describe('choosePictures', () => {
  const fill = async (name: string, files: readonly string[]) => {
    const made = path.join(folder, name);
    await mkdir(made, { recursive: true });
    for (const file of files) await writeFile(path.join(made, file), '');
    return made;
  };

  it('spreads over the names, evenly over the folders, and lets large ones make up for small ones', async () => {
    const large = await fill(
      'large',
      Array.from({ length: 100 }, (_, i) => `${String(i).padStart(3, '0')}.jpg`),
    );
    const small = await fill('small', ['b.png', 'a.png', 'notes.txt']);
    const chosen = (await choosePictures([large, small], 12)).map((file) => path.relative(folder, file));
    const tenth = (i: number) => `large/${String(i).padStart(3, '0')}.jpg`;
    expect(chosen).toEqual([...[5, 15, 25, 35, 45, 55, 65, 75, 85, 95].map(tenth), 'small/a.png', 'small/b.png']);
    expect(await choosePictures([small], 60)).toHaveLength(2);
  });

  it('refuses a folder without pictures', async () => {
    const none = await fill('none', ['notes.txt']);
    await expect(choosePictures([none], 3)).rejects.toThrow(/no picture/);
  });
});

describe('readSquare', () => {
  it('takes the middle of a picture, in RGB from 0 to 1', async () => {
    const file = path.join(folder, 'wide.png');
    const [red, blue] = ['#ff0000', '#0000ff'];
    const middle = await sharp({ create: { width: 40, height: 40, channels: 3, background: blue } })
      .png()
      .toBuffer();
    await sharp({ create: { width: 160, height: 40, channels: 3, background: red } })
      .composite([{ input: middle, left: 60, top: 0 }])
      .png()
      .toFile(file);
    const { width, height, values } = await readSquare(file, 20);
    expect([width, height]).toEqual([20, 20]);
    const centre = (10 * 20 + 10) * 3;
    expect([...values.subarray(centre, centre + 3)]).toEqual([0, 0, 1]);
  });
});
