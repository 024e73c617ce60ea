/** Nothing is lost when things go wrong: two tabs at once, a renderer that is killed in mid-run, storage that refuses, a page that is left too early. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parts } from '../../shared/words/en/parts';
import { openStudio, type Studio } from './studio.page';
import { jpeg } from './studio.pictures';
import { noteRuns, paint } from './support/runs';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({ path: '/?backend=wasm', keeps: true });
  await studio.hang(await jpeg(160, 120));
});
afterAll(() => studio?.close());

const items = (page: Page) => page.getByTestId('history-item').count();
const state = (page: Page) => page.getByTestId('frame').getAttribute('data-state');

async function load(page: Page, steps: number): Promise<void> {
  const dream = { technique: 'dream', version: 2, size: 64, octaves: 1, steps, layers: [{ layer: 'relu1_1' }] };
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  }, JSON.stringify(dream));
}

/** It hangs in the strip as well. */
async function dream(page: Page, steps: number): Promise<void> {
  const before = await items(page);
  await load(page, steps);
  await paint(page);
  await expect.poll(() => items(page)).toBe(before + 1);
}

/** Another tab of the same person. */
async function openTab(): Promise<Page> {
  const page = await studio.context.newPage();
  await page.addInitScript("localStorage.setItem('reverie.sketch', 'off')");
  await noteRuns(page);
  await page.goto(studio.page.url());
  await page.getByTestId('action-bar').waitFor();
  return page;
}

describe('what was made', () => {
  it('in two tabs at once is there from both', async () => {
    const { page } = studio;
    await dream(page, 2);
    expect(await items(page)).toBe(1);
    await page.waitForTimeout(1000);
    const other = await openTab();
    await expect.poll(() => items(other)).toBe(1);
    await Promise.all([dream(page, 3), dream(other, 4)]);
    expect([await items(page), await items(other)]).toEqual([2, 2]);
    await other.close();
    await page.reload();
    await expect.poll(() => items(page)).toBe(3);
  });

  it('is asked about before the page is left in mid-run', async () => {
    const { page } = studio;
    await expect.poll(() => state(page)).toBe('done');
    await page.waitForTimeout(300);
    await load(page, 4000);
    await page.getByTestId('paint').click();
    await page.getByTestId('painting-canvas').waitFor();
    const asked = page.waitForEvent('dialog');
    const left = page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.dismiss();
    await left;
    expect(await page.getByTestId('run-status').count()).toBe(1);
    // Undo and redo in mid-run change what comes next, not what is painted.
    await page.getByTestId('undo').click();
    await page.getByTestId('redo').click();
    expect(await page.getByTestId('run-bar').getAttribute('role')).toBe('progressbar');
  });

  it('is there after the page was killed in mid-run', async () => {
    const { page } = studio;
    const crashed = page.waitForEvent('crash');
    await page.goto('chrome://crash').catch(() => undefined);
    await crashed;
    const next = await openTab();
    await expect.poll(() => items(next)).toBe(3);
    expect(await state(next)).toMatch(/done|photo/);
    await next.getByTestId('photo-canvas').waitFor();
    await dream(next, 2);
    expect(await items(next)).toBe(4);

    // Full storage: the picture stays in the strip, and that it does not outlive the page is said.
    await next.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    });
    await dream(next, 5);
    expect(await items(next)).toBe(5);
    await next.getByTestId('history-open').click();
    await expect.poll(() => next.getByTestId('history-storage').innerText()).toContain(parts.history.unkept);
    await next.close();
  });
});
