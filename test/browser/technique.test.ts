/**
 * The walks of CONTRIBUTING.md, followed to the letter in a copy of the source tree: a technique, a control and a language
 * that the project does not have are added by the files that are listed, and by no other. One build, one page.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../tools/setup/process.mjs';
import { openStudio, type Studio } from './studio.page';
import { type Edits, Scratch, walk } from './support/scratch';
import { createShare } from './support/share';

const fixture = path.join(root, 'test/fixtures/technique');
const editsOf = async (name: string): Promise<Edits> =>
  JSON.parse(await readFile(path.join(fixture, `${name}.json`), 'utf8')) as Edits;

let scratch: Scratch;
let edge: { readonly url: string; stop(): Promise<void> };
let studio: Studio | undefined;
const walked: Record<'technique' | 'control' | 'language', string[]> = { technique: [], control: [], language: [] };

beforeAll(async () => {
  scratch = await Scratch.create();
  await scratch.add(fixture);
  await scratch.edit(await editsOf('edits'));
  walked.technique = scratch.touched.splice(0);
  await scratch.edit(await editsOf('control'));
  walked.control = scratch.touched.splice(0);
  const inGerman = {
    "tag: 'en'": "tag: 'de'",
    "'Settings'": "'Einstellungen'",
    "'Technique'": "'Technik'",
    "'Posters'": "'Plakat'",
  };
  await scratch.copy('shared/words/en', 'shared/words/de', (text) =>
    Object.entries(inGerman).reduce((changed, [english, german]) => changed.replaceAll(english, german), text),
  );
  await scratch.edit({ 'shared/words/index.ts': [["'ko'] as const", "'ko', 'de'] as const"]] });
  walked.language = scratch.touched.splice(0);
  const { ensureBuilt } = await scratch.setup<typeof import('../../tools/setup/built.mjs')>('built.mjs');
  await ensureBuilt('site');
  const { freePort, startEdge } = await scratch.setup<typeof import('../../tools/setup/edge.mjs')>('edge.mjs');
  edge = await startEdge({ port: await freePort(), state: path.join(scratch.folder, '.wrangler/state') });
}, 240_000);

afterAll(async () => {
  await studio?.close();
  await edge?.stop();
  await scratch?.remove();
});

/** Different values of each channel. */
async function valuesOf(picture: string | Buffer): Promise<number> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return Math.max(
    ...Array.from({ length: info.channels }, (_, c) => new Set(data.filter((_, i) => i % info.channels === c)).size),
  );
}

describe('a technique', () => {
  it('takes the files that are listed, eight at most', async () => {
    const listed = await walk('Add a technique', 'posterise');
    expect(walked.technique.sort()).toEqual(listed.sort());
    expect(listed.length).toBeLessThanOrEqual(8);
  });

  it('runs in the engine, from the command line, by its flags', async () => {
    const reverie = (...args: string[]) => scratch.tool('tools/cli/index.ts', ...args);
    const help = await reverie('posterise', '--help');
    expect(help).toContain('Print a photo in few colours.');
    expect(help).toMatch(/--levels.*How many values each colour has\..*4/);
    expect(help).toMatch(/--tone colour\|grey +in colours, or in greys/);
    const out = path.join(scratch.folder, 'poster.png');
    const photo = path.join(root, 'web/public/sample.jpg');
    const flags = ['--size', '96', '--levels', '3', '--tone', 'grey', '--backend', 'cpu', '--quiet', '--json'];
    const record = JSON.parse(await reverie('posterise', '--content', photo, '--out', out, ...flags));
    expect(record.recipe).toMatchObject({ technique: 'posterise', levels: 3, tone: 'grey', size: 96 });
    expect(await valuesOf(out)).toBe(3);
  });

  it('has its tab, controls and results in the studio', async () => {
    studio = await openStudio({ edge: edge.url, path: '/?backend=cpu' });
    const { at, page } = studio;
    await at('sample').click();
    await at('technique-posterise').click();
    expect(await at('techniques').innerText()).toContain('Posters');
    await expect.poll(() => page.locator('#technique-panel').innerText()).toContain('How many values each colour has.');
    await at('posterise-levels').fill('2');
    await at('posterise-tone').getByRole('radio', { name: 'Greys' }).check();
    await studio.paint();
    expect(await at('painting-label').innerText()).toContain('as a poster');
    const values = await at('painting-canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      return [...new Set(data)];
    });
    expect(values.sort()).toEqual([0, 255]);
    expect(studio.errors).toEqual([]);
  });

  it('is described by a share page, in every language', async () => {
    const recipe = { technique: 'posterise', version: 2, size: 96, levels: 3, tone: 'grey' };
    const { id } = await createShare(edge.url, { recipe });
    const page = async (language: string) => (await fetch(`${edge.url}/s/${id}?lang=${language}`)).text();
    const english = await page('en');
    for (const text of ['Posterising', 'A poster of few colours', '3 of each colour', 'in greys']) {
      expect(english).toContain(text);
    }
    expect(await page('ko')).toContain('색마다 3단계');
  });
});

describe('a control', () => {
  it('takes no other files than those that are listed, four at most', async () => {
    const listed = await walk('Add a control', 'dream');
    expect(listed).toEqual(expect.arrayContaining(walked.control));
    expect(listed.length).toBeLessThanOrEqual(4);
  });

  it('is in the studio, and a flag', async () => {
    const { at, page } = studio as Studio;
    await at('technique-dream').click();
    await at('dream-octave-scale').fill('2');
    expect(await page.locator('#technique-panel').innerText()).toContain('How much each size is larger than the last.');
    expect(await scratch.tool('tools/cli/index.ts', 'dream', '--help')).toMatch(/--octave-scale .*1\.4/);
  });
});

describe('a language', () => {
  it('takes a folder and a line', async () => {
    const listed = await walk('Add a language', 'de');
    expect(listed).toEqual(['shared/words/de/', 'shared/words/index.ts']);
    for (const file of walked.language)
      expect(
        listed.some((each) => file.startsWith(each)),
        file,
      ).toBe(true);
  });

  it('is spoken by the studio and by share pages, and offered by both', async () => {
    const { at, page } = studio as Studio;
    await at('language-toggle').filter({ hasText: 'Deutsch' }).click();
    await expect.poll(() => at('technique-posterise').innerText()).toBe('Plakat');
    expect(await page.locator('#settings-heading').innerText()).toBe('Einstellungen');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
    const { id } = await createShare(edge.url, {});
    const shared = await (await fetch(`${edge.url}/s/${id}?lang=de`)).text();
    expect(shared).toContain('<html lang="de"');
    expect(shared).toContain('Technik');
    expect(await (await fetch(`${edge.url}/s/${id}?lang=en`)).text()).toContain('Deutsch');
  });
});
