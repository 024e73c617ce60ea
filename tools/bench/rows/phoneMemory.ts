/** What a phone's tab takes: a photo of twelve megapixels in every style that is seen, a print, one of them finer, and a print of that. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { launch } from '../../../test/browser/support/chromium';
import { assets } from '../../files';
import { type Row, target } from '../report';
import { untilPainted, withEdge } from '../wire/visit';

/** Phones end the tabs that take more. */
const mostMegabytes = 500;
const pollMs = 500;

/** Of the largest renderer below this process, its share of what is shared taken as that; megabytes. Linux. */
export async function rendererMegabytes(): Promise<number> {
  const parents = new Map<number, number>();
  const renderers: number[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!pid) continue;
    const [stat, line] = await Promise.all(
      ['stat', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '')),
    );
    parents.set(pid, Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    if (line?.includes('--type=renderer')) renderers.push(pid);
  }
  const isOurs = (pid: number): boolean => pid === process.pid || (pid > 1 && isOurs(parents.get(pid) ?? 0));
  const sizes = renderers.filter(isOurs).map(async (pid) => {
    const held = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1').catch(() => '');
    return Number(/^Pss:\s+(\d+)/m.exec(held)?.[1] ?? 0) / 1000;
  });
  return Math.max(0, ...(await Promise.all(sizes)));
}

async function visit(url: string): Promise<Record<string, number>> {
  const viewport = { width: 390, height: 844 };
  const { page, close: leave } = await launch({ viewport, hasTouch: true });
  const peaks: Record<string, number> = {};
  let phase = 'landing';
  let polling = true;
  const poll = (async () => {
    while (polling) {
      peaks[phase] = Math.max(peaks[phase] ?? 0, await rendererMegabytes());
      await new Promise((resume) => setTimeout(resume, pollMs));
    }
  })();
  try {
    const at = (testId: string) => page.getByTestId(testId);
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'));
    await page.goto(`${url}/?backend=wasm`, { waitUntil: 'load' });
    const large = sharp(path.join(assets, 'sample.jpg')).resize(4000, 3000, { fit: 'fill' }).jpeg();
    phase = 'every style';
    await at('photo-input').setInputFiles({
      name: 'large.jpg',
      mimeType: 'image/jpeg',
      buffer: await large.toBuffer(),
    });
    await untilPainted(page);
    const strip = at('gallery').locator('.gallery');
    for (let seen = 0; seen < 12; seen++) {
      await strip.evaluate((element) => element.scrollBy(300, 0));
      await page.waitForTimeout(2 * pollMs);
    }
    const print = async (dots: string) => {
      await at('more').click();
      await at('print-open').click();
      await at('print-dpi').locator(`input[value="${dots}"]`).check({ force: true });
      await at('print-start').click();
    };
    const close = async () => {
      await at('print-close').click();
      await page.waitForFunction('history.state?.over === undefined');
    };
    phase = 'print, A4 at 300, one pass';
    await print('300');
    await page.locator('[data-testid=print-dialog][data-state=done]').waitFor({ timeout: 600_000 });
    await close();
    phase = 'finer';
    await at('paint').click();
    await page.locator('[data-testid=run-status][data-phase=optimise]').waitFor({ timeout: 120_000 });
    await page.waitForTimeout(20 * pollMs);
    await at('cancel').click();
    await untilPainted(page);
    phase = 'print, A4 at 300, its first minutes by optimisation';
    await print('300');
    await page.waitForTimeout(120_000);
    await at('print-stop').click();
    await page.locator('[data-testid=print-dialog][data-state=idle]').waitFor({ timeout: 60_000 });
    return peaks;
  } finally {
    polling = false;
    await poll;
    await leave();
  }
}

export const phoneMemory: Row = {
  name: 'phone-memory',
  title: 'what a phone’s tab takes: twelve megapixels in every style, finer, and printed',
  async run() {
    const peaks = await withEdge(visit);
    return {
      targets: [target('the most, MB', Math.max(...Object.values(peaks)), 'at most', mostMegabytes, ' MB')],
      tables: [
        {
          columns: ['while', 'at most'],
          rows: Object.entries(peaks).map(([name, of]) => [name, `${of.toFixed(0)} MB`]),
        },
      ],
      notes: ['The renderer’s process, worker and canvases included (Pss); Chromium at 390×844 with touch, WASM.'],
      numbers: { peaks },
    };
  },
};
