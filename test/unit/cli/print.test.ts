/** `--print`: as large as paper wants it, and nothing left of one that breaks off. */
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../../tools/cli/main';
import { type FakeBehaviour, type FakeWorld, fakeWorld } from './fakes';

vi.mock('node:fs/promises', { spy: true });

let folder = '';
const at = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await files.mkdtemp(join(tmpdir(), 'reverie-'));
  await sharp({ create: { width: 40, height: 30, channels: 3, background: '#884422' } }).toFile(at('photo.jpg'));
  await sharp({ create: { width: 40, height: 30, channels: 3, background: '#ffffff' } }).toFile(at('mask.png'));
});
afterEach(async () => {
  vi.mocked(files.writeFile).mockRestore();
  await files.rm(folder, { recursive: true });
});

const picture = { width: 80, height: 60, data: new Uint8ClampedArray(80 * 60 * 4).fill(255) };

async function reverie(verb: string, line: readonly string[], behaviour?: FakeBehaviour) {
  const world: FakeWorld = fakeWorld({ picture, ...behaviour });
  const out = line.includes('--out') ? [] : ['--out', at('out.png')];
  const code = await main([verb, '--content', at('photo.jpg'), ...out, ...line], world);
  return {
    code,
    said: world.err.join(''),
    text: world.out.join(''),
    world,
    left: (await files.readdir(folder)).sort(),
  };
}

const before = ['mask.png', 'photo.jpg'];
const a5 = ['--print', 'a5', '--dpi', '150'];

describe('--print', () => {
  it.each([
    ['any', ['--style', 'udnie'], 'any'],
    ['any', ['--style', 'udnie', '--style', 'great-wave', '--mask', 'none', '--mask', 'mask.png'], 'any'],
    ['any', ['--style', 'udnie', '--strength-map', 'mask.png'], 'any'],
    ['fast', ['--style', 'udnie'], 'any'],
    ['style', ['--style', 'udnie'], 'style'],
    ['style', ['--style', 'udnie', '--mask', 'mask.png'], 'any'],
    ['dream', [], 'dream'],
  ])('should write a picture of %s %j in bands', async (verb, line, technique) => {
    const { code, said, world, left } = await reverie(verb, [
      ...line.map((word) => (word === 'mask.png' ? at(word) : word)),
      ...a5,
    ]);
    expect(code, said).toBe(0);
    const { format, width, height, density } = await sharp(at('out.png')).metadata();
    expect([format, width, height, density]).toEqual(['png', 1165, 874, 150]);
    expect(left).toEqual([...before, 'out.png', 'out.png.json'].sort());
    expect(world.requests[1]?.recipe.technique).toBe(technique);
    expect(world.requests[1]?.inputs).toEqual({
      ...world.requests[0]?.inputs,
      print: expect.objectContaining({ width: 1165, height: 874 }),
    });
  });

  it('should take a length and at most 8192 pixels', async () => {
    const { code, said, world } = await reverie('dream', ['--print', '5000', '--dpi', '72']);
    expect(code, said).toBe(0);
    expect(world.requests[1]?.inputs.print).toMatchObject({ width: 8192, height: 6144 });
  });

  it('should leave nothing of one that Ctrl-C ends', async () => {
    const world: FakeWorld = fakeWorld({ picture, onBand: () => world.interrupt() });
    const line = ['dream', '--content', at('photo.jpg'), '--out', at('out.png'), ...a5];
    expect([await main(line, world), await files.readdir(folder)]).toEqual([130, expect.arrayContaining(before)]);
    expect((await files.readdir(folder)).sort()).toEqual(before);
    expect(world.err.join('')).toContain('nothing was written');
  });

  it('should leave nothing where the disk is full in mid-file, and an older file as it was', async () => {
    await files.writeFile(at('out.png'), 'older');
    const write = vi.mocked(files.writeFile).getMockImplementation() ?? files.writeFile;
    let bands = 0;
    vi.mocked(files.writeFile).mockImplementationOnce(async (file, content, options) => {
      await write(file, 'begun', options);
      for await (const _ of content as AsyncIterable<Uint8Array>) if (++bands === 2) break;
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    });
    let given = 0;
    const { code, said, left } = await reverie('dream', ['--print', 'a2', '--dpi', '150'], { onBand: () => given++ });
    expect([code, left]).toEqual([2, [...before, 'out.png'].sort()]);
    expect(said).toMatch(/out\.png cannot be written: .*no space left/);
    expect(await files.readFile(at('out.png'), 'utf8')).toBe('older');
    expect(given).toBeLessThan(20);
  });

  it.each([
    [['--print', 'a9'], /--print takes a5, a4, a3, a2, letter or 10 to 5000 millimetres, not "a9"/],
    [['--print', '3'], /millimetres, not "3"/],
    [['--print', 'a4', '--dpi', '9'], /--dpi takes 72 to 600, not 9/],
    [['--print', 'a4', '--out', 'out.jpg'], /A print is a PNG/],
    [['--print', 'a4', '--out', '-'], /A print is a PNG/],
  ])('should refuse %j before it begins', async (line, message) => {
    const { code, said, world } = await reverie('dream', line);
    expect([code, world.opened]).toEqual([2, []]);
    expect(said).toMatch(message);
  });

  it('should refuse a film', async () => {
    const { code, said, left } = await reverie('dream', ['--frames', '4', ...a5]);
    expect([code, left]).toEqual([2, before]);
    expect(said).toMatch(/no print/);
  });

  it('should be told in the help of what prints, and only there', async () => {
    for (const [verb, prints] of [
      ['any', true],
      ['fast', true],
      ['style', true],
      ['dream', true],
      ['invert', false],
      ['texture', false],
      ['see', false],
    ] as const) {
      const { text } = await reverie(verb, ['--help']);
      expect([text.includes('--print PAPER'), text.includes('--dpi')], verb).toEqual([prints, prints]);
    }
  });
});
