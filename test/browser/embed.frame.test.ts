/** What the widget's frame says and hears, and how it is worked: messages, events, keys, names, colours, motion. */
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { sealed } from '../../shared/embedMessages';
import type { CreatedShare } from '../../shared/share';
import { startDemo } from '../../tools/setup/demo.mjs';
import { type LaunchOptions, launch, type Session } from './support/chromium';
import { faintTexts } from './support/page';
import { createShare, size } from './support/share';

const edge = inject('edgeUrl');
const shots = process.env.SCREENSHOTS;
let share: CreatedShare;
let demo: Awaited<ReturnType<typeof startDemo>>;
let session: Session | undefined;

beforeAll(async () => {
  // A run on one's own photo lasts long enough to be stopped.
  share = await createShare(edge, { title: 'On a blog', schedule: { minSize: 64, firstSteps: 400, steps: 100 } });
  demo = await startDemo({ port: 0, edge });
});
afterAll(() => demo?.stop());
afterEach(() => session?.close());

const documented = ['open', 'ready', 'play', 'pause', 'ended', 'progress', 'result', 'error'];

/** A blog, with everything that the widget tells it written down. */
async function visit(options: LaunchOptions = {}) {
  session = await launch({ viewport: { width: 390, height: 800 }, ...options });
  const { page } = session;
  await page.goto(`${demo.url}/?share=${share.id}&width=${size.width}&height=${size.height}`);
  const button = page.locator('reverie-embed button');
  await button.waitFor();
  await page.evaluate((types) => {
    const heard: string[] = [];
    Object.assign(globalThis, { heard });
    for (const type of types) {
      addEventListener(`reverie-${type}`, (event) => {
        const detail = JSON.stringify((event as CustomEvent).detail);
        heard.push(detail === '{}' ? type : `${type} ${detail}`);
      });
    }
  }, documented);
  const heard = () => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard.join('; '));
  const frame = page.frameLocator('reverie-embed iframe');
  const inside = () => page.frames().find((candidate) => candidate.url().startsWith(`${edge}/embed/`));
  /** Opened, played to its end, and still. */
  const watched = async () => {
    await button.click();
    await expect.poll(heard).toBe('open; ready; play; ended');
  };
  return { ...session, button, heard, frame, inside, watched, at: (id: string) => frame.getByTestId(id) };
}

/** What the page that embeds does with the widget. */
type Widget = HTMLElement & { play(): void; pause(): void };
const widget = 'reverie-embed';

describe('autoplay', () => {
  const begin = (element: HTMLElement | SVGElement, below: boolean) => {
    element.style.marginTop = below ? '3000px' : '0';
    element.setAttribute('autoplay', '');
  };

  it('opens and plays once half of it is in view, and takes no focus', async () => {
    const { page, heard, frame } = await visit();
    await page.locator(widget).evaluate(begin, true);
    await page.waitForTimeout(300);
    expect(await heard()).toBe('');
    await page.locator('#after').scrollIntoViewIfNeeded();
    await frame.getByTestId('film').waitFor();
    await expect.poll(heard).toBe('open; ready; play; ended');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
  });

  it('stands still for whoever asked for less motion, who may still play it', async () => {
    const { page, heard, button, at } = await visit({ reducedMotion: 'reduce' });
    await page.locator(widget).evaluate(begin, false);
    await page.waitForTimeout(500);
    expect(await heard()).toBe('');
    await button.click();
    await at('film').waitFor();
    await expect.poll(heard).toBe('open; ready');
    await at('film-play').click();
    await expect.poll(heard).toBe('open; ready; play; ended');
  });
});

describe('keys and names', () => {
  it('is opened, played, scrubbed, compared and left by keyboard alone', async () => {
    const { page, at, inside, heard } = await visit();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('REVERIE-EMBED');
    if (shots) await page.screenshot({ path: `${shots}/embed-focus.png` });
    await page.keyboard.press('Enter');
    await expect.poll(heard).toContain('ended');
    const focused = () => inside()?.evaluate(() => document.activeElement?.getAttribute('data-testid'));
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('film-play');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('film-frame');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await at('film-frame').getAttribute('aria-valuetext')).toBe('step 4 of 12, loss 100');
    expect(await at('layers').getAttribute('data-view')).toBe('film');
    await page.keyboard.press('Escape');
    expect(await at('layers').getAttribute('data-view')).toBe('picture');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('view-compare');
    await page.keyboard.press('Enter');
    await at('before').waitFor();
    // The line lies over the picture, which comes first.
    await at('compare').focus();
    await page.keyboard.press('PageUp');
    expect(await at('compare').getAttribute('aria-valuetext')).toBe('Before 60%, After 40%');
    await page.keyboard.press('Escape');
    expect(await at('layers').getAttribute('data-view')).toBe('picture');
  });

  it('stops a run on Escape, and tells the page what was kept', async () => {
    const { page, at, heard, watched, inside } = await visit();
    await watched();
    await inside()?.evaluate(() => history.replaceState(null, '', '?backend=wasm'));
    await at('own-photo').setInputFiles('web/public/sample.jpg');
    await expect.poll(heard, { timeout: 60_000 }).toMatch(/progress \{"done":\d+,"total":\d+\}/);
    await page.keyboard.press('Escape');
    await at('done').waitFor({ timeout: 60_000 });
    await expect.poll(heard).toMatch(/result \{"complete":false\}$/);
    await at('put-away').click();
    await at('film').waitFor();
  });

  it('shows where the focus is on every control, lets it leave, and keeps it when a run begins and ends', async () => {
    const { page, at, inside, watched } = await visit();
    await watched();
    await at('film-play').focus();
    const focused = () =>
      inside()?.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return null;
        // A slider over the curve is invisible itself: its place shows the ring.
        const ring = element.closest('.scrub') ?? element;
        const { outlineStyle, outlineWidth } = getComputedStyle(ring);
        const name = element.getAttribute('aria-label') ?? element.textContent?.trim() ?? '';
        return { name, ring: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 };
      });
    const stops: (string | undefined)[] = [];
    // The pointer has opened it: a key says that the keyboard is used now.
    await page.keyboard.press('Shift');
    for (let i = 0; i < 5; i++) {
      const now = await focused();
      expect(now?.ring, now?.name).toBe(true);
      stops.push(now?.name);
      await page.keyboard.press('Tab');
    }
    expect(stops).toEqual([
      'Play again',
      'Moment of the painting',
      'Before, after',
      expect.stringContaining('Try it on your photo'),
      expect.stringContaining('Open on Reverie'),
    ]);
    // The blog's own field comes next.
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');

    // Asked for early: the browser must know in the frame's process, too, before the key comes.
    const choosing = page.waitForEvent('filechooser');
    // The frame is another process, which takes the focus a moment later: a key that comes before goes to the blog.
    for (const name of ['Open on Reverie', 'Try it on your photo']) {
      await page.keyboard.press('Shift+Tab');
      await expect.poll(async () => (await focused())?.name).toContain(name);
    }
    await inside()?.evaluate(() => history.replaceState(null, '', '?backend=wasm'));
    await page.keyboard.press('Enter');
    const chooser = await choosing;
    await chooser.setFiles('web/public/sample.jpg');
    await at('cancel').waitFor();
    expect((await focused())?.name).toBe('Stop');
    expect(await at('running').getByRole('progressbar').getAttribute('aria-label')).toBe('Painting live');
    await expect.poll(() => at('running').getAttribute('data-phase'), { timeout: 60_000 }).toBe('optimise');
    await page.keyboard.press('Enter');
    await at('done').waitFor({ timeout: 60_000 });
    expect(await at('put-away').evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await at('compare').getAttribute('aria-label')).toBe('Compare: Before, After');
  });

  it('has a name for everything that can be pressed, and one for the frame', async () => {
    const { page, frame, watched } = await visit();
    await watched();
    expect(await page.locator(`${widget} iframe`).getAttribute('title')).toBe('A picture made with Reverie');
    for (const name of ['Play again', 'Before, after', 'Try it on your photo']) {
      expect(await frame.getByRole('button', { name, exact: true }).count(), name).toBe(1);
    }
    expect(await frame.getByRole('link', { name: 'Open on Reverie', exact: true }).count()).toBe(1);
    expect(await frame.getByRole('slider', { name: 'Moment of the painting' }).count()).toBe(1);
    expect(await frame.getByRole('heading', { name: 'On a blog' }).count()).toBe(1);
    const nameless = await frame
      .locator('button, a, input:not([type=file])')
      .evaluateAll((all) =>
        all.filter((e) => !(e.getAttribute('aria-label') || e.textContent?.trim())).map((e) => e.outerHTML),
      );
    expect(nameless).toEqual([]);
  });
});

describe('light and dark', () => {
  it('follows the visitor, unless the author says otherwise, and is readable in both', async () => {
    const { page, inside, watched, at } = await visit({ colorScheme: 'dark' });
    await watched();
    const wall = () => inside()?.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await wall()).toBe('rgb(36, 36, 36)');
    const frame = inside();
    expect(frame && (await faintTexts(frame))).toEqual([]);
    if (shots) await page.screenshot({ path: `${shots}/embed-dark.png` });
    // The attribute makes the widget anew: a poster again.
    await page.locator(widget).evaluate((element) => element.setAttribute('theme', 'light'));
    await page.locator(`${widget} button`).click();
    await at('film').waitFor();
    expect(await wall()).toBe('rgb(222, 222, 222)');
    const light = inside();
    expect(light && (await faintTexts(light))).toEqual([]);
  });
});

describe('the other attributes and methods', () => {
  it('takes its shape, its name, another share and another server from its author', async () => {
    const { page, button } = await visit();
    const box = () => page.locator(widget).boundingBox();
    await page.locator(widget).evaluate((element) => {
      element.classList.remove('picture');
      element.setAttribute('width', '240');
      element.setAttribute('height', '120');
      element.setAttribute('title', 'A name of its own');
    });
    await expect.poll(() => button.getAttribute('aria-label')).toBe('Watch it being painted: A name of its own');
    expect(await box()).toMatchObject({ width: 240, height: 120 });
    await page.locator(widget).evaluate((element) => {
      element.setAttribute('server', 'https://elsewhere.example/');
      element.setAttribute('share', 'B'.repeat(22));
    });
    // It is asked for there; this blog's policy lets nobody else's pictures by, and the link stands in its place.
    await expect.poll(() => page.locator(`${widget} button`).count()).toBe(0);
    expect(await page.locator(`${widget} a`).isVisible()).toBe(true);
  });

  it('plays and pauses when the page says so, opening the frame if need be', async () => {
    const { page, heard } = await visit();
    await page.locator(widget).evaluate((element) => (element as Widget).play());
    await expect.poll(heard).toBe('open; ready; play; ended');
    await page.locator(widget).evaluate((element) => (element as Widget).play());
    await expect.poll(heard).toBe('open; ready; play; ended; play');
    await page.locator(widget).evaluate((element) => (element as Widget).pause());
    await expect.poll(heard).toMatch(/play; (pause|ended)$/);
  });

  it('keeps within a narrow box: the picture is seen and nothing is cut off', async () => {
    const { page, frame, watched, at } = await visit();
    await page.locator(widget).evaluate((element) => {
      element.classList.remove('picture');
      element.setAttribute('width', '240');
      element.setAttribute('height', '180');
    });
    await watched();
    const bar = await frame.locator('#controls').boundingBox();
    expect(bar?.height).toBeLessThan(60);
    const box = await page.locator(widget).boundingBox();
    for (const control of [at('film-play'), at('view-compare'), at('open')]) {
      const place = await control.boundingBox();
      if (!place || !box) throw new Error('A control is not to be seen.');
      expect(place.x).toBeGreaterThanOrEqual(box.x);
      expect(place.x + place.width).toBeLessThanOrEqual(box.x + box.width);
      expect(Math.min(place.width, place.height)).toBeGreaterThanOrEqual(44);
    }
    if (shots) await page.screenshot({ path: `${shots}/embed-narrow.png` });
  });
});

describe('messages', () => {
  it('are not taken by the frame from anybody but the page around it, nor in another namespace', async () => {
    const { page, heard, watched, at } = await visit();
    await watched();
    const before = await heard();
    await page.evaluate(
      ({ selector, origin, messages }) => {
        const inner = document.querySelector(selector)?.shadowRoot?.querySelector('iframe')?.contentWindow;
        for (const message of messages) inner?.postMessage(message, origin);
      },
      {
        selector: widget,
        origin: edge,
        messages: [
          { ...sealed({ type: 'play' }), ns: 'somebody-else' },
          { ...sealed({ type: 'play' }), v: 2 },
          sealed({ type: 'burn' }),
          'play',
          null,
        ],
      },
    );
    // A frame beside it, even one of the edge's own, is not its host.
    await page.evaluate((src) => {
      const other = document.createElement('iframe');
      other.src = src;
      document.body.append(other);
    }, `${edge}/embed/${share.id}?beside`);
    await expect.poll(() => page.frames().filter((frame) => frame.url().includes('?beside')).length).toBe(1);
    const beside = page.frames().find((frame) => frame.url().includes('?beside'));
    await beside?.waitForSelector('html[data-ready]');
    await beside?.evaluate(
      (message) => {
        for (let i = 0; i < parent.frames.length; i++) parent.frames[i]?.postMessage(message, '*');
      },
      sealed({ type: 'play' }),
    );
    await page.waitForTimeout(500);
    expect(await at('layers').getAttribute('data-view')).toBe('film');
    expect(await at('film-frame').inputValue()).toBe('5');
    expect(await heard()).toBe(before);
  });

  it('are not taken by the page from anybody but its own frame, nor in another namespace or shape', async () => {
    const { page, heard, watched, inside } = await visit();
    await watched();
    const before = await heard();
    const forged = sealed({ type: 'result', complete: true });
    // The blog itself, as an advertisement's script would.
    await page.evaluate((message) => postMessage(message, '*'), forged);
    await inside()?.evaluate(
      (messages) => {
        for (const message of messages) parent.postMessage(message, '*');
      },
      [
        { ...forged, ns: 'somebody-else' },
        { ...forged, v: 2 },
        sealed({ type: 'result', complete: 'yes' }),
        sealed({ type: 'error', code: '<b>' }),
        sealed({ type: 'progress', done: -1, total: 2 }),
      ],
    );
    await page.waitForTimeout(300);
    expect(await heard()).toBe(before);
    // The very same from the frame, well formed: it is heard, so the silence before was no deafness.
    await inside()?.evaluate((message) => parent.postMessage(message, '*'), forged);
    await expect.poll(heard).toBe(`${before}; result {"complete":true}`);
  });

  it('are not sent before the page has spoken', async () => {
    session = await launch();
    const { page } = session;
    await page.goto(demo.url);
    await page.evaluate((src) => {
      const heard: unknown[] = [];
      Object.assign(globalThis, { heard });
      addEventListener('message', ({ data }) => heard.push(data));
      const plain = document.createElement('iframe');
      plain.src = src;
      document.body.append(plain);
    }, `${edge}/embed/${share.id}?lang=ko&theme=dark#play`);
    const frame = page.frameLocator('iframe');
    await expect.poll(() => frame.getByTestId('film-frame').inputValue()).toBe('5');
    expect(await frame.locator('html').getAttribute('lang')).toBe('ko');
    expect(await frame.locator('html').getAttribute('data-theme')).toBe('dark');
    expect(await page.evaluate(() => (globalThis as unknown as { heard: unknown[] }).heard.length)).toBe(0);
  });
});
