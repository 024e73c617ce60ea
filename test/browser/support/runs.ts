/** Runs of the studio, by what its frame was. One may not have begun when Paint was pressed, or be over before anybody looks. */
import type { Page } from 'playwright-core';

declare global {
  interface Window {
    /** What the frame was, in order; noted by `noteRuns`. */
    frameStates?: string[];
  }
}

/** Before the page is opened. */
export const noteRuns = (page: Page) =>
  page.addInitScript(() => {
    const states: string[] = [];
    window.frameStates = states;
    new MutationObserver(() => {
      const now = document.querySelector<HTMLElement>('[data-testid=frame]')?.dataset.state;
      if (now !== undefined && now !== states.at(-1)) states.push(now);
    }).observe(document, { subtree: true, childList: true, attributeFilter: ['data-state'] });
  });

/** Presses Paint and waits for the end of the run that begins by it, however that ends. */
export async function paint(page: Page, timeout = 200_000): Promise<void> {
  const before = await page.evaluate(() => window.frameStates?.length ?? 0);
  // Waits until it may be pressed.
  await page.getByTestId('paint').click();
  await page.waitForFunction(
    (count) => {
      const since = window.frameStates?.slice(count) ?? [];
      return since.includes('painting') && since.at(-1) !== 'painting';
    },
    before,
    { timeout, polling: 50 },
  );
}
