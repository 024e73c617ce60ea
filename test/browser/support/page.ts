/** What a reader of a page would notice: things that move, and words that are hard to read. */
import type { Frame, Locator, Page } from 'playwright-core';

/** Different values on a canvas; one where it is empty. */
export const valuesOn = (canvas: Locator): Promise<number> =>
  canvas.evaluate((element: HTMLCanvasElement) => {
    const { width, height } = element;
    return new Set(element.getContext('2d')?.getImageData(0, 0, width, height).data).size;
  });

/** Cumulative layout shift so far, and for 300 ms more. */
export const layoutShift = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => resolve(sum), 300);
      }),
  );

/**
 * Texts whose contrast is below WCAG 2.2's AA (1.4.3: 4.5, or 3 from 24 px on), as `text: ratio`. Colours are laid over
 * each other by a canvas, which knows every notation; pictures behind texts are not looked at, nor is what is disabled.
 */
export const faintTexts = (page: Page | Frame): Promise<string[]> =>
  page.evaluate(() => {
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const over = (colours: string[]) => {
      if (!context) return [0, 0, 0];
      context.clearRect(0, 0, 1, 1);
      for (const colour of colours) {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
      }
      return [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
    };
    const luminance = (rgb: number[]) => {
      const [r = 0, g = 0, b = 0] = rgb.map((value) => {
        const c = value / 255;
        return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const faint: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const words = node.textContent?.trim() ?? '';
      const element = node.parentElement;
      if (!words || !element?.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      if (element.closest('script, style, noscript, :disabled, .visually-hidden')) continue;
      const behind: string[] = [];
      for (let at: Element | null = element; at; at = at.parentElement) {
        behind.unshift(getComputedStyle(at).backgroundColor);
      }
      const style = getComputedStyle(element);
      const [back, front] = [luminance(over(behind)), luminance(over([...behind, style.color]))];
      const ratio = (Math.max(back, front) + 0.05) / (Math.min(back, front) + 0.05);
      if (ratio < (Number.parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) faint.push(`${words}: ${ratio.toFixed(2)}`);
    }
    return faint;
  });
