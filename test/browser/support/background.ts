/** A tab in the background, as its page sees one: hidden, its timers late, and no frame before it is shown again. A headless browser knows no other. */
import type { Page } from 'playwright-core';

declare global {
  interface Window {
    /** Ends what `hide` began. */
    comeBack?: () => void;
  }
}

/** As browsers throttle timers there. */
export const hide = (page: Page) =>
  page.evaluate(() => {
    const own = { requestAnimationFrame, setTimeout };
    const frames: FrameRequestCallback[] = [];
    const become = (hidden: boolean) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
      Object.defineProperty(document, 'visibilityState', {
        value: hidden ? 'hidden' : 'visible',
        configurable: true,
      });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    Object.assign(window, {
      requestAnimationFrame: (frame: FrameRequestCallback) => frames.push(frame),
      setTimeout: (work: () => void, ms = 0) => own.setTimeout.call(window, work, Math.max(1000, ms)),
    });
    window.comeBack = () => {
      Object.assign(window, own);
      become(false);
      for (const frame of frames) requestAnimationFrame(frame);
    };
    become(true);
  });

export const show = (page: Page) => page.evaluate(() => window.comeBack?.());
