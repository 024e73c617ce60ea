/** Whether memory stays flat while fifty photos of twelve megapixels are painted one after another. */
import path from 'node:path';
import sharp from 'sharp';
import { launch } from '../../../test/browser/support/chromium';
import { assets } from '../../files';
import { type Row, target } from '../report';
import { withEdge } from '../wire/visit';
import { rendererMegabytes } from './phoneMemory';

const photos = 50;
/** Photos that are compared: the first so many with the last. */
const few = 10;
const pollMs = 250;

/** The most that the tab took while each photo was painted, megabytes. */
async function visit(url: string): Promise<number[]> {
  const { page, close } = await launch();
  try {
    const at = (testId: string) => page.getByTestId(testId);
    await page.goto(`${url}/?backend=wasm`, { waitUntil: 'load' });
    const buffer = await sharp(path.join(assets, 'sample.jpg')).resize(4000, 3000, { fit: 'fill' }).jpeg().toBuffer();
    const file = (name: string) => ({ name, mimeType: 'image/jpeg', buffer });
    await at('many-open').click();
    // So many bytes at once are what a test's hand can carry.
    for (let i = 0; i < photos; i += few)
      await at('many-input').setInputFiles(Array.from({ length: few }, (_, k) => file(`photo-${i + k}.jpg`)));
    await at('many-start').click();
    const most: number[] = Array.from({ length: photos }, () => 0);
    while ((await at('many-dialog').getAttribute('data-running')) === 'yes') {
      const done = await page.locator('[data-testid=many-item][data-state=done]').count();
      if (done < photos) most[done] = Math.max(most[done] ?? 0, await rendererMegabytes());
      await page.waitForTimeout(pollMs);
    }
    return most;
  } finally {
    await close();
  }
}

export const manyMemory: Row = {
  name: 'many-memory',
  title: 'memory over fifty photos of twelve megapixels, one after another',
  async run() {
    const most = await withEdge(visit);
    const [first, last] = [Math.max(...most.slice(0, few)), Math.max(...most.slice(-few))];
    return {
      targets: [target(`the last ${few} against the first`, last / first, 'at most', 1.1, '×')],
      tables: [
        {
          columns: ['photos', 'at most'],
          rows: Array.from({ length: photos / few }, (_, i) => [
            `${few * i + 1} to ${few * (i + 1)}`,
            `${Math.max(...most.slice(few * i, few * (i + 1))).toFixed(0)} MB`,
          ]),
        },
      ],
      notes: ['The renderer’s process, worker and canvases included (Pss); Chromium, WASM.'],
      numbers: { most },
    };
  },
};
