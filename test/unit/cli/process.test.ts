import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage, readImage, readPhoto } from '../../../tools/images';
import type { RunRecord } from '../../../web/engine/api';
import { rgb } from '../images/pictures';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const entry = join(root, 'tools/cli/index.ts');

let folder = '';
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reverie-'));
  await rgb(96, 72).png().toFile(at('photo.png'));
  await rgb(80, 80).negate().blur(3).png().toFile(at('painting.png'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The real process, as npm's script starts it. */
function reverie(
  args: readonly string[],
  onStart: (child: ChildProcess, err: string) => void = () => {},
  stdin?: string,
) {
  return new Promise<{ code: number | null; out: string; err: string }>((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', entry, ...args], {
      cwd: root,
      stdio: [stdin === undefined ? 'ignore' : openSync(stdin, 'r'), 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout?.setEncoding('latin1').on('data', (chunk) => {
      out += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      err += chunk;
      onStart(child, err);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

const run = (out: string, ...more: string[]) => [
  ...['style', '--content', at('photo.png'), '--style', at('painting.png'), '--out', at(out), '--size', '64', '--json'],
  ...more,
];

describe('the reverie process', () => {
  it('should end with an error code and one line on stderr', async () => {
    const { code, out, err } = await reverie([
      'style',
      '--content',
      at('gone.png'),
      '--style',
      'x',
      '--out',
      at('o.png'),
      '--json',
    ]);
    expect(code).toBe(1);
    expect(err).toMatch(/^reverie: There is no file .*gone\.png\. \[not-found\]\n$/);
    expect(JSON.parse(out).error.code).toBe('not-found');
  });

  it('should paint with the real network on WASM, and the same bytes again from the record', async () => {
    const first = await reverie(run('first.png', '--steps', '40', '--seed', '3', '--quiet'));
    expect([first.code, first.err]).toEqual([0, '']);
    const record: RunRecord = JSON.parse(first.out);
    expect(record).toMatchObject({ width: 64, height: 48, device: { backend: 'wasm' }, recipe: { seed: 3, size: 64 } });
    const [start, end] = [record.losses.at(0)?.loss ?? 0, record.losses.at(-1)?.loss ?? 0];
    expect(end).toBeLessThan(start);

    const recipe = at('record.json');
    await writeFile(recipe, first.out);
    const again = await reverie(run('again.png', '--recipe', recipe));
    expect(again.code).toBe(0);
    expect(again.err).not.toMatch(/not the/);
    const bytes = await readFile(at('first.png'));
    expect(bytes.equals(await readFile(at('again.png')))).toBe(true);

    const photo = await readImage(at('photo.png'));
    const painted = await readImage(at('first.png'));
    expect([painted.width, painted.height]).toEqual([64, 48]);
    expect(Buffer.from(painted.data).equals(Buffer.from(photo.data.subarray(0, painted.data.length)))).toBe(false);
  });

  it('should paint a cut-out as a cut-out in PNG and WebP, and on white in JPEG, and say so', async () => {
    // A disc of colours; under what is invisible lies a glaring green that must not show.
    const disc = Buffer.from('<svg width="96" height="72"><circle cx="48" cy="36" r="30" fill="#fff"/></svg>');
    const cut = await rgb(96, 72)
      .ensureAlpha()
      .composite([{ input: disc, blend: 'dest-in' }])
      .raw()
      .toBuffer();
    for (let i = 0; i < cut.length; i += 4) if (cut[i + 3] === 0) cut.set([0, 255, 0], i);
    await sharp(cut, { raw: { width: 96, height: 72, channels: 4 } })
      .png()
      .toFile(at('disc.png'));
    const paint = (out: string, ...more: string[]) =>
      reverie([
        'fast',
        '--content',
        at('disc.png'),
        '--style',
        'starry-night',
        '--size',
        '128',
        '--out',
        at(out),
        ...more,
      ]);

    for (const out of ['disc-painted.png', 'disc-painted.webp']) {
      const { code, err } = await paint(out);
      expect(code, err).toBe(0);
      expect(err).toMatch(/disc\.png is partly transparent/);
      const painted = await readPhoto(at(out));
      expect([painted.width, painted.height]).toEqual([128, 96]);
      const alphaAt = (x: number, y: number) => painted.data[4 * (y * 128 + x) + 3] ?? -1;
      expect([alphaAt(64, 48), alphaAt(64, 12), alphaAt(2, 2), alphaAt(125, 48)]).toEqual([255, 255, 0, 0]);
      const edge = Array.from({ length: 20 }, (_, i) => alphaAt(64 + 30 + i, 48));
      expect(edge).toEqual([...edge].sort((a, b) => b - a));
    }

    const { err } = await paint('disc-painted.jpg');
    expect(err).toMatch(/disc-painted\.jpg cannot be transparent: the picture is on white there/);
    const jpeg = await readPhoto(at('disc-painted.jpg'));
    expect(Math.min(...jpeg.data.subarray(0, 4))).toBeGreaterThan(250);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('should stop on %s within a moment and keep the last image', async (signal, expected) => {
    let sent = 0;
    const { code, out, err } = await reverie(run('stopped.png', '--steps', '5000'), (child, text) => {
      if (sent > 0 || !/optimise .* \d+\/5000/.test(text)) return;
      sent = performance.now();
      child.kill(signal);
    });
    expect(performance.now() - sent).toBeLessThan(10_000);
    expect(code).toBe(expected);
    expect(err).toMatch(/Stopping…\n(.*\n)*Stopped after \d+ steps; the last image is in .*stopped\.png/);
    expect(JSON.parse(out).steps).toBeLessThan(5000);
    expect((await readImage(at('stopped.png'))).width).toBe(64);
  });

  it('should keep the picture when nobody reads what it says', async () => {
    const line = ['fast', '--content', at('photo.png'), '--style', 'udnie', '--size', '64', '--out', at('unheard.png')];
    const { code } = await reverie([...line, '--json'], (child) => {
      child.stderr?.destroy();
      child.stdout?.destroy();
    });
    expect(code).toBe(0);
    expect((await readImage(at('unheard.png'))).width).toBe(64);
  });

  it('should read a photo from stdin and write the picture to stdout, and nothing else there', async () => {
    const line = ['fast', '--content', '-', '--style', 'udnie', '--size', '64', '--out', '-', '--quiet'];
    const { code, out, err } = await reverie(line, undefined, at('photo.png'));
    expect([code, err]).toEqual([0, '']);
    const picture = await decodeImage(Buffer.from(out, 'latin1'));
    expect([picture.width, picture.height]).toEqual([64, 48]);
  });
});
