/** A closer look: by fingers on the wall, by keys, mouse and fingers in the viewer; the photo while a finger rests; the picture carried out, printed and sent. */
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStudio, type Studio } from './studio.page';
import { jpeg } from './studio.pictures';

type Finger = readonly [x: number, y: number];

let studio: Studio;
/** Touches as a screen reports them. */
let touch: (type: 'touchStart' | 'touchMove' | 'touchEnd', fingers: readonly Finger[]) => Promise<unknown>;

beforeAll(async () => {
  studio = await openStudio({
    path: '/?backend=wasm',
    sketches: true,
    hasTouch: true,
    viewport: { width: 360, height: 640 },
  });
  const devtools = await studio.context.newCDPSession(studio.page);
  touch = (type, fingers) =>
    devtools.send('Input.dispatchTouchEvent', { type, touchPoints: fingers.map(([x, y], id) => ({ x, y, id })) });
  await studio.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await studio.hang(await jpeg(240, 180));
});
afterAll(() => studio?.close());

const box = async (testId: string) => {
  const found = await studio.at(testId).boundingBox();
  if (!found) throw new Error(`no ${testId}`);
  return found;
};
const middleOf = async (testId: string): Promise<Finger> => {
  const { x, y, width, height } = await box(testId);
  return [x + width / 2, y + height / 2];
};
const widthOf = async (testId: string) => (await box(testId)).width;
const tap = async (at: Finger) => {
  await touch('touchStart', [at]);
  await touch('touchEnd', []);
};
/** Fingers that rest before they leave, or the browser takes what follows for what ends their fling. */
const leave = async (fingers: readonly Finger[]) => {
  await studio.page.waitForTimeout(200);
  await touch('touchMove', fingers);
  await touch('touchEnd', []);
  await studio.page.waitForTimeout(200);
};
/** The page may be painting tiles. */
const patient = { timeout: 10_000 };
const photoShare = (testId: string) =>
  studio.at(testId).evaluate((frame: HTMLElement) => frame.style.getPropertyValue('--comparison'));

describe('on the wall', () => {
  it('has no line over it until one is asked for', async () => {
    const { at } = studio;
    await expect.poll(() => at('frame').getAttribute('data-state'), { timeout: 60_000 }).toBe('done');
    expect(await at('compare').count()).toBe(0);
    await at('divider').tap();
    expect(await at('compare').inputValue()).toBe('50');
    await at('divider').tap();
    expect(await at('compare').count()).toBe(0);
  });

  it('comes nearer under two fingers, follows one, and is whole again at a press', async () => {
    const { at } = studio;
    const whole = await widthOf('frame');
    const [x, y] = await middleOf('frame');
    await touch('touchStart', [
      [x - 30, y],
      [x + 30, y],
    ]);
    for (const spread of [45, 60, 75, 90]) {
      await touch('touchMove', [
        [x - spread, y],
        [x + spread, y],
      ]);
    }
    await leave([
      [x - 90, y],
      [x + 90, y],
    ]);
    await expect.poll(() => widthOf('frame'), patient).toBeGreaterThan(2.5 * whole);
    const before = await box('frame');
    await touch('touchStart', [[x, y]]);
    for (const moved of [15, 30, 50]) await touch('touchMove', [[x + moved, y + moved]]);
    await leave([[x + 50, y + 50]]);
    await expect.poll(async () => (await box('frame')).x - before.x).toBeCloseTo(50, 0);
    expect(await at('zoom-fit').innerText()).toMatch(/\d+\s?%/);
    await at('zoom-fit').tap();
    await expect.poll(() => widthOf('frame'), patient).toBeCloseTo(whole, 0);
    await studio.page.waitForTimeout(400);
    await tap([x, y]);
    await tap([x, y]);
    await expect.poll(() => widthOf('frame'), patient).toBeGreaterThan(1.9 * whole);
    await at('zoom-fit').tap();
  });

  it('shows the photo for as long as a finger rests on it', async () => {
    const at = await middleOf('frame');
    await touch('touchStart', [at]);
    await expect.poll(() => photoShare('frame'), patient).toBe('100%');
    await touch('touchEnd', []);
    await expect.poll(() => photoShare('frame'), patient).toBe('0%');
  });
});

describe('in the viewer', () => {
  it('shows real pixels, nearer and farther ones by keys, and the whole again', async () => {
    const { at, page } = studio;
    await at('viewer-open').tap();
    const pixels = await at('viewer-painting-canvas').evaluate((canvas: HTMLCanvasElement) => canvas.width);
    expect((await box('viewer')).height).toBe(640);
    const whole = await widthOf('viewer-frame');
    await at('viewer-real').tap();
    await expect.poll(() => widthOf('viewer-frame'), patient).toBeCloseTo(pixels, 0);
    expect(await at('viewer-real').innerText()).toMatch(/^100\s?%$/);
    await page.keyboard.press('+');
    await expect.poll(() => widthOf('viewer-frame'), patient).toBeCloseTo(1.5 * pixels, 0);
    const { x } = await box('viewer-frame');
    await page.keyboard.press('ArrowRight');
    await expect.poll(async () => (await box('viewer-frame')).x).toBeLessThan(x);
    await page.keyboard.press('0');
    await expect.poll(() => widthOf('viewer-frame'), patient).toBeCloseTo(whole, 0);
    const [middleX, middleY] = await middleOf('viewer-frame');
    await page.mouse.move(middleX, middleY);
    await page.mouse.wheel(0, -300);
    await expect.poll(() => widthOf('viewer-frame'), patient).toBeGreaterThan(1.5 * whole);
    await page.mouse.wheel(0, 3000);
    await expect.poll(() => widthOf('viewer-frame'), patient).toBeCloseTo(whole, 0);
    await page.keyboard.press('c');
    await expect.poll(() => photoShare('viewer-frame')).toBe('100%');
    await page.keyboard.press('c');
    await page.keyboard.press('d');
    expect(await at('viewer').getByTestId('compare').inputValue()).toBe('50');
    await page.keyboard.press('d');
  });

  it('has tools that a thumb meets, none of them cut off', async () => {
    const buttons = await studio.at('viewer').getByRole('button').all();
    expect(buttons.length).toBeGreaterThanOrEqual(7);
    for (const button of buttons) {
      const { x, width, height } = (await button.boundingBox()) ?? { x: -1, width: 0, height: 0 };
      expect([await button.getAttribute('aria-label'), width >= 44, height >= 44, x >= 0, x + width <= 360]).toEqual([
        expect.stringMatching(/./),
        true,
        true,
        true,
        true,
      ]);
    }
  });

  it('fills the screen, is copied, and is left by Back', async () => {
    const { at, page } = studio;
    await at('viewer-full').click();
    await expect.poll(() => page.evaluate(() => document.fullscreenElement?.className)).toBe('viewer-whole');
    await at('viewer-full').click();
    await expect.poll(() => page.evaluate(() => document.fullscreenElement)).toBeNull();
    await at('viewer-copy').click();
    await at('viewer').getByTestId('notice').waitFor();
    const types = await page.evaluate(async () => (await navigator.clipboard.read()).flatMap(({ types }) => types));
    expect(types).toContain('image/png');
    await page.goBack();
    await at('viewer').waitFor({ state: 'detached' });
    expect(await at('frame').getAttribute('data-state')).toBe('done');
  });

  it('is dragged out by the mouse as a file with its name', async () => {
    const { at, page } = studio;
    const [x, y] = await middleOf('frame');
    await page.mouse.move(x, y);
    await at('drag-out').waitFor({ state: 'attached' });
    const given = at('drag-out').evaluate(
      (image) =>
        new Promise<string>((resolve) => {
          document.addEventListener('dragstart', (event) => resolve(event.dataTransfer?.getData('DownloadURL') ?? ''));
          image.dispatchEvent(new DragEvent('dragstart', { bubbles: true, dataTransfer: new DataTransfer() }));
        }),
    );
    const [, name, address] = /^image\/png:(.+\.png):(blob:.+)$/.exec(await given) ?? [];
    expect(name).toMatch(/starry-night\.png$/);
    expect(address).toBe(await at('drag-out').getAttribute('src'));
    const wide = () => at('drag-out').evaluate((image: HTMLImageElement) => image.naturalWidth);
    const pixels = await at('painting-canvas').evaluate((canvas: HTMLCanvasElement) => canvas.width);
    await expect.poll(wide).toBe(pixels);
    // What the page gives away is not offered to it.
    expect(await page.locator('.drop-layer').count()).toBe(0);
  });
});

declare global {
  interface Window {
    /** Names and types of the files that the page gave to the system's sheet, noted by `noteSheet`. */
    sheet?: string[][];
  }
}

/** As on a phone. */
const noteSheet = () => {
  window.sheet = [];
  navigator.canShare = () => true;
  navigator.share = async ({ files = [] } = {}) => {
    for (const { name, type } of files) window.sheet?.push([name, type]);
  };
};

describe('all styles', () => {
  it('are seen at once in a grid, and the one that is pressed hangs', async () => {
    const { at } = studio;
    await at('styles-open').click();
    const tile = at('styles-dialog').getByTestId('all-the-scream');
    const beside = at('styles-dialog').getByTestId('all-the-kiss');
    await tile.waitFor();
    expect(await beside.count()).toBe(1);
    expect((await tile.boundingBox())?.width).toBeGreaterThan(120);
    await expect
      .poll(() => at('styles-dialog').locator('[data-painted=true]').count(), { timeout: 60_000 })
      .toBeGreaterThan(1);
    await tile.locator('input').click({ force: true });
    await at('styles-dialog').waitFor({ state: 'detached' });
    await expect.poll(() => at('painting-label').innerText()).toMatch(/scream/i);
  });
});

declare global {
  interface Window {
    /** What became of the file that a print goes to. */
    file: { refuses: boolean; begun: boolean; removed: number; release(): void };
  }
}

/** A file chooser whose file takes two pieces, and then refuses, or waits until it is released. */
function chooseFile() {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  window.file = { refuses: true, begun: false, removed: 0, release };
  let pieces = 0;
  const createWritable = async () =>
    new WritableStream({
      async write() {
        if (++pieces <= 2) return;
        window.file.begun = true;
        if (window.file.refuses) throw new DOMException('There is no room.', 'QuotaExceededError');
        await released;
      },
    });
  const remove = async () => {
    window.file.removed++;
  };
  const handle = { createWritable, remove, getFile: async () => new File([], 'print.png') };
  Object.assign(window, { showSaveFilePicker: async () => handle });
}

describe('out of the page', () => {
  it('a print that the disk refuses says so, one that is stopped leaves nothing', async () => {
    const { at, page } = studio;
    await page.evaluate(chooseFile);
    await at('more').click();
    await at('print-open').click();
    await at('print-paper').selectOption('a5');
    await at('print-dpi').locator('input[value="150"]').check({ force: true });
    const state = () => at('print-dialog').getAttribute('data-state');
    await at('print-start').click();
    await expect.poll(state, { timeout: 90_000 }).toBe('failed');
    expect(await at('print-error').innerText()).toContain('could not be written');
    expect(await page.evaluate(() => window.file.removed)).toBe(1);
    await page.evaluate(() => Object.assign(window.file, { refuses: false, begun: false }));
    await at('print-start').click();
    await expect.poll(() => page.evaluate(() => window.file.begun), { timeout: 90_000 }).toBe(true);
    await at('print-stop').click();
    await page.evaluate(() => window.file.release());
    await expect.poll(state, { timeout: 90_000 }).toBe('idle');
    expect(await page.evaluate(() => window.file.removed)).toBe(2);
    await at('print-close').click();
    await expect.poll(() => page.evaluate(() => history.state?.over)).toBeUndefined();
  }, 240_000);

  it('it goes as a print, as large as the paper wants it', async () => {
    const { at, page } = studio;
    // Without a file chooser it is written into the site's own storage first.
    await page.evaluate(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
    await at('more').click();
    await at('print-open').click();
    await at('print-paper').selectOption('a5');
    await at('print-dpi').locator('input[value="150"]').check({ force: true });
    expect(await at('print-size').innerText()).toContain('1165 × 874');
    const [saved] = await Promise.all([page.waitForEvent('download', { timeout: 90_000 }), at('print-start').click()]);
    await expect.poll(() => at('print-dialog').getAttribute('data-state'), { timeout: 90_000 }).toBe('done');
    const { width, height, density, format } = await sharp(await saved.path()).metadata();
    expect([format, width, height, density]).toEqual(['png', 1165, 874, 150]);
    await at('print-close').click();
    await expect.poll(() => page.evaluate(() => history.state?.over)).toBeUndefined();
  }, 120_000);

  it('a phone saves it into its photos, and sends the picture before a link', async () => {
    const { at, page } = studio;
    await page.evaluate(noteSheet);
    const given = () => page.evaluate(() => window.sheet?.splice(0));
    await at('save-png').click();
    await expect.poll(given).toEqual([[expect.stringMatching(/scream\.png$/), 'image/png']]);
    await at('share').click();
    await at('share-picture').click();
    await expect.poll(given).toEqual([[expect.stringMatching(/scream\.jpg$/), 'image/jpeg']]);
    expect(await at('share-submit').innerText()).toBe('Make a link');
    expect(studio.errors).toEqual([]);
  });
});
