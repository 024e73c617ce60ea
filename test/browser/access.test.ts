/** Every view as assistive technology meets it, by axe's rules: none broken, on a phone and on a desktop, by night and by day. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterEach, expect, inject, it } from 'vitest';
import { openStudio, type Studio } from './studio.page';
import { jpeg } from './studio.pictures';
import { launch, type Session } from './support/chromium';
import { createShare } from './support/share';

const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const edge = inject('edgeUrl');
let session: Session | undefined;
afterEach(() => session?.close());

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

async function look(view: string): Promise<void> {
  const { page } = session as Session;
  await page.evaluate(await axe);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } };
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`);
  });
  expect(found, view).toEqual([]);
}

const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, colorScheme: 'dark', locale: 'ko-KR' } as const;
const sideways = { viewport: { width: 740, height: 360 }, hasTouch: true } as const;

async function open(options: Parameters<typeof openStudio>[0] = {}): Promise<Studio> {
  const studio = await openStudio({ path: '/?backend=wasm', ...options });
  session = studio;
  await look('landing');
  await studio.hang(await jpeg(160, 120));
  await studio.at('photo-canvas').waitFor();
  await studio.at('advanced').locator('summary').first().click();
  await studio.at('reset').waitFor();
  return studio;
}

it.each([
  ['a phone, at night, in Korean', phone],
  ['a phone on its side', sideways],
  ['a desktop', {}],
])('the studio on %s breaks no rule, whatever is chosen', async (_, options) => {
  const { at } = await open(options);
  for (const name of ['style', 'dream', 'see']) {
    await at(`technique-${name}`).click();
    if (name !== 'style') await at('examples').waitFor();
    await look(name);
  }
});

it('no dialog breaks a rule', async () => {
  const { at, page } = await open(phone);
  const dialogs = ['help', 'viewer', 'styles', 'live', 'many'];
  for (const name of [...dialogs, 'shares']) {
    await at(`${name}-open`).click();
    const dialog = page.locator('dialog[open]');
    await dialog.waitFor();
    await look(name);
    await dialog.locator('.dialog-head button').click();
    await dialog.waitFor({ state: 'detached' });
  }
  await at('mask-0').click();
  await at('mask-canvas').waitFor();
  await look('mask');
});

it('neither the page of a share, nor of a figure, nor of a channel breaks a rule', async () => {
  session = await launch(phone);
  const { page } = session;
  const { id } = await createShare(edge);
  for (const path of [`/s/${id}`, '/figure', '/figure/occlusion', '/atlas/relu4_1/20', '/nowhere']) {
    await page.goto(edge + path);
    await page.waitForLoadState('networkidle');
    await look(path);
  }
});
