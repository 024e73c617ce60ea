/** The page before and around a run, served by the real edge: its first load, its languages and lights, its keys. */
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { studio as en } from '../../shared/words/en/studio';
import { openStudio, type Studio } from './studio.page';
import { jpeg, png } from './studio.pictures';
import { launch } from './support/chromium';

let studio: Studio | undefined;
afterEach(async () => {
  await studio?.close();
  studio = undefined;
});

async function open(options: Parameters<typeof openStudio>[0] = {}): Promise<Studio> {
  studio = await openStudio(options);
  return studio;
}

const kib = 1024;
const zeros = '0'.repeat(64);

const nineWorks = ['Udnie', 'A Sunday Afternoon on the Island of La Grande Jatte', 'The Scream']
  .flatMap((work) => [work, `${work} II`, `${work} III`])
  .map((work, index) => ({
    id: `work-${index}`,
    work,
    painter: index % 2 ? 'Katsushika Hokusai of Edo' : 'Munch',
    year: 1900,
    aspect: 1.3,
    colour: '#667788',
    thumbnail: `work-${index}.jpg`,
    statistics: [
      {
        network: 'reverie-vgg',
        weights: zeros,
        layers: [{ layer: 'relu1_1', channels: 16 }],
        scales: [256],
        sha256: zeros,
        bytes: 1,
      },
    ],
  }));

describe('first load', () => {
  it('is usable with at most 60 KB of script, none of it the engine', async () => {
    const { page, at, errors, requests } = await open();
    await page.waitForLoadState('networkidle');
    const scripts = requests.filter((request) => request.path.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(0);
    let bytes = 0;
    for (const { url } of scripts) bytes += gzipSync(await (await fetch(url)).text()).length;
    expect(bytes).toBeLessThanOrEqual(60 * kib);
    expect(requests.filter(({ path }) => /\.wasm$|^\/weights\/.*\.bin$/.test(path))).toEqual([]);
    await expect.poll(() => at('sample').isEnabled()).toBe(true);
    expect(await at('privacy').innerText()).toContain('Nothing is uploaded');
    expect(errors).toEqual([]);
  });

  it.each([
    [390, 844],
    [1280, 800],
  ])('moves nothing while it loads, at %i×%i', async (width, height) => {
    const session = await launch({ viewport: { width, height } });
    try {
      const { page } = session;
      await page.addInitScript(() => {
        const shifts: number[] = [];
        Object.assign(window, { shifts });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
        }).observe({ type: 'layout-shift', buffered: true });
      });
      // Late styles are the hard case, and long names.
      await page.route('**/api/presets', async (route) => {
        await new Promise((later) => setTimeout(later, 500));
        await route.fulfill({ json: { format: 'reverie-presets/1', presets: nineWorks } });
      });
      await page.route('**/presets/*.jpg', async (route) => {
        await route.fulfill({ contentType: 'image/jpeg', body: (await jpeg(320, 200)).buffer });
      });
      await page.goto(inject('edgeUrl'));
      await page.getByTestId('action-bar').waitFor();
      await expect.poll(() => page.locator('.card img').count()).toBe(nineWorks.length);
      await page.waitForLoadState('networkidle');
      const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
      expect(shifts).toEqual([]);
      // Nor is anything wider than the screen.
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    } finally {
      await session.close();
    }
  });

  it('says all that it has to say on the narrowest phone', async () => {
    const { at } = await open({ viewport: { width: 320, height: 640 }, hasTouch: true });
    const [sheet, said] = [await at('empty').boundingBox(), await at('caption').boundingBox()];
    expect(sheet && said && sheet.y + sheet.height <= said.y).toBe(true);
  });

  it('shows a picture whole on a phone on its side', async () => {
    const { at, page, hang } = await open({ viewport: { width: 844, height: 390 }, hasTouch: true });
    await hang(await jpeg(160, 120));
    await at('photo-canvas').waitFor();
    await at('stage').evaluate((stage) => stage.scrollIntoView({ block: 'start' }));
    const [frame, bar] = [await at('frame').boundingBox(), await at('action-bar').boundingBox()];
    expect(frame && bar && frame.y >= 0 && frame.y + frame.height <= bar.y).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(844);
  });

  it('says so and offers a retry when the styles cannot be fetched', async () => {
    const { page, at } = await open();
    await page.route('**/api/presets', (route) => route.fulfill({ status: 503, body: 'x' }));
    await page.reload();
    await at('styles-failed').waitFor();
    await page.unroute('**/api/presets');
    await at('styles-retry').click();
    await at('styles-failed').waitFor({ state: 'detached' });
  });
});

describe('a part of the page that does not come', () => {
  const part = /\/assets\/(More|HelpDialog)-[^/]*\.js$/;

  it('is asked for again', async () => {
    const { page, at } = await open();
    // It may come in several files, of which the first does not.
    const asked: string[] = [];
    await page.route(part, (route) => {
      asked.push(route.request().url());
      return asked.length === 1 ? route.abort('connectionreset') : route.continue();
    });
    await at('technique-dream').click();
    await at('dream-guide').waitFor();
    expect(asked.filter((url) => url === asked[0])).toHaveLength(2);
    expect(await at('notice').count()).toBe(0);
  });

  it('is said to be missing, and comes when the person asks once more', async () => {
    const { page, at } = await open();
    await page.route(part, (route) => route.abort('connectionreset'));
    await at('technique-dream').click();
    await at('notice').waitFor();
    expect(await at('notice').getAttribute('data-code')).toBe('network-failed');
    await page.unroute(part);
    await at('notice').getByRole('button', { name: en.run.retry }).click();
    await at('dream-guide').waitFor();
    expect(await at('notice').count()).toBe(0);
  });

  it('does not keep what opens it from being pressed again', async () => {
    const { page, at } = await open();
    await page.route(part, (route) => route.abort('connectionreset'));
    await at('help-open').click();
    await at('notice').waitFor();
    await page.unroute(part);
    await at('help-open').click();
    await at('help').waitFor();
  });
});

describe('language', () => {
  it('follows the browser, the toggle and the saved choice', async () => {
    const { page, at, errors } = await open({ locale: 'ko-KR' });
    const html = page.locator('html');
    expect(await html.getAttribute('lang')).toBe('ko');
    expect(await at('privacy').innerText()).toContain('업로드');
    await at('language-toggle').click();
    await expect.poll(() => html.getAttribute('lang')).toBe('en');
    expect(await at('privacy').innerText()).toContain('Nothing is uploaded');
    await page.reload();
    await at('action-bar').waitFor();
    expect(await html.getAttribute('lang')).toBe('en');
    await page.goto(`${inject('edgeUrl')}/?lang=ko`);
    await at('action-bar').waitFor();
    expect(await html.getAttribute('lang')).toBe('ko');
    expect(errors).toEqual([]);
  });
});

describe('theme', () => {
  it('follows the system, the toggle and the saved choice', async () => {
    const { page, at, errors } = await open({ colorScheme: 'dark' });
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const dark = await paper();
    await at('theme-toggle').click();
    const light = await paper();
    expect(light).not.toBe(dark);
    await page.reload();
    await at('action-bar').waitFor();
    expect(await paper()).toBe(light);
    await at('theme-toggle').click();
    expect(await paper()).toBe(dark);
    expect(await page.evaluate(() => localStorage.getItem('reverie.theme'))).toBeNull();
    expect(errors).toEqual([]);
  });
});

describe('controls', () => {
  it('keep touch targets of at least 44 pixels', async () => {
    const { page, at, hang } = await open({ viewport: { width: 390, height: 844 }, hasTouch: true });
    await hang(await jpeg(320, 200));
    await at('photo-canvas').waitFor();
    await page.locator('[data-testid=advanced] > summary').click();
    for (const name of ['style', 'dream', 'invert', 'texture', 'see']) {
      await at(`technique-${name}`).click();
      const small = await page.evaluate(() => {
        const seen = document.querySelectorAll<HTMLElement>(
          'button, .choice, .chip, select, .field input[type=range], [type=number], [type=text]',
        );
        return [...seen]
          .map((element) => ({ name: element.outerHTML.slice(0, 80), box: element.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0 && (box.width < 43.5 || box.height < 43.5))
          .map(({ name, box }) => `${Math.round(box.width)}×${Math.round(box.height)} ${name}`);
      });
      expect(small, name).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    }
  });

  it('edit the recipe and show what they mean to the keyboard and to screen readers', async () => {
    const { page, at } = await open();
    const strength = at('strength');
    await strength.focus();
    await page.keyboard.press('ArrowRight');
    expect(await strength.inputValue()).toBe('51');
    expect(await strength.getAttribute('aria-valuetext')).toBe('51');
    await page.locator('[data-testid=advanced] > summary').click();
    const before = await at('seed').inputValue();
    await at('dice').click();
    expect(await at('seed').inputValue()).not.toBe(before);
  });

  it('open the help with a key and close it with Escape', async () => {
    const { page, at, errors } = await open();
    await page.keyboard.press('?');
    await at('help').waitFor();
    await page.keyboard.press('Escape');
    await at('help').waitFor({ state: 'detached' });
    // And a second time.
    await at('help-open').click();
    await at('help').waitFor();
    expect(errors).toEqual([]);
  });

  it('take a picture of one’s own as the style', async () => {
    const { at } = await open();
    await at('style-input').setInputFiles(await png(200, 300));
    await at('style-own-picture').waitFor();
    expect(await at('style-own-picture').getByRole('radio').isChecked()).toBe(true);
    await at('style-input').setInputFiles({ name: 'x.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') });
    await at('notice').waitFor();
    expect(await at('notice').getAttribute('data-code')).toBe('image-not-an-image');
    expect(await at('style-own-picture').isVisible()).toBe(true);
  });
});

describe('recipes', () => {
  async function load(recipe: unknown, { page, at }: Studio): Promise<void> {
    if (!(await at('load-recipe').isVisible())) await page.locator('[data-testid=advanced] > summary').click();
    if (!(await at('recipe-text').isVisible())) await at('load-recipe').click();
    await at('recipe-text').fill(typeof recipe === 'string' ? recipe : JSON.stringify(recipe));
    await at('apply-recipe').click();
  }
  const good = { technique: 'style', version: 2, styles: [{ image: null }], strength: 77, seed: 4242, size: 384 };

  it('set the controls', async () => {
    const opened = await open();
    await load(good, opened);
    const { at } = opened;
    await expect.poll(() => at('strength').inputValue()).toBe('77');
    expect(await at('seed').inputValue()).toBe('4242');
    expect(await at('size').locator('input:checked').inputValue()).toBe('384');
  });

  it.each([
    ['an unknown field', { ...good, strenght: 3 }, 'recipe-invalid', 'strenght'],
    ['an absurd number', { ...good, size: 1e9 }, 'recipe-invalid', 'size'],
    ['a future version', { ...good, version: 9 }, 'recipe-version', ''],
    ['no JSON', '{ strength: 3', 'recipe-invalid', 'JSON'],
  ])('with %s are refused by code, naming the field', async (_, recipe, code, named) => {
    const opened = await open();
    const { at, errors } = opened;
    await load(recipe, opened);
    await at('notice').waitFor();
    expect(await at('notice').getAttribute('data-code')).toBe(code);
    expect(await at('notice').locator('p').first().innerText()).toContain(named);
    expect(await at('strength').inputValue()).toBe('50');
    expect(errors).toEqual([]);
  });

  it('are kept under a name, used again, given away as a file and taken from one', async () => {
    const { page, at, errors } = await open();
    await page.locator('[data-testid=advanced] > summary').click();
    await at('strength').fill('80');
    await at('named-name').fill('Bold');
    await at('named-keep').click();
    await at('strength').fill('10');
    await at('named-use').click();
    await expect.poll(() => at('strength').inputValue()).toBe('80');
    const [file] = await Promise.all([page.waitForEvent('download'), at('named-export').click()]);
    const kept = await readFile(await file.path());
    await at('named-remove').click();
    await expect.poll(() => at('named').count()).toBe(0);
    await at('strength').fill('10');
    const bold = { name: 'Bold.json', mimeType: 'application/json', buffer: kept };
    await at('named-import').setInputFiles(bold);
    await expect.poll(() => at('named-use').innerText()).toBe('Bold');
    await expect.poll(() => at('strength').inputValue()).toBe('80');
    await at('named-import').setInputFiles({ ...bold, name: 'no.json', buffer: Buffer.from('{"version": 2}') });
    await expect.poll(() => at('notice').getAttribute('data-code')).toBe('recipe-invalid');
    expect(await at('named').count()).toBe(1);
    expect(errors).toEqual([]);
  });

  it('are taken by paste and by drop anywhere on the page', async () => {
    const { page, at } = await open();
    await page.evaluate((text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    }, JSON.stringify(good));
    await expect.poll(() => at('strength').inputValue()).toBe('77');
    await page.evaluate(
      (text) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], 'recipe.json', { type: 'application/json' }));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      },
      JSON.stringify({ ...good, strength: 12 }),
    );
    await expect.poll(() => at('strength').inputValue()).toBe('12');
  });
});
