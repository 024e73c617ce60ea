/** A GPU that is lost for good while a share is painted again: what the visitor keeps, and what is said. */
import { afterEach, expect, inject, it } from 'vitest';
import { sharePaths } from '../../shared/share';
import { studio as en } from '../../shared/words/en/studio';
import { crashGpu, launch, type Session } from './support/chromium';
import { goneOnce, troubleEngine } from './support/gpuTrouble';
import { valuesOn } from './support/page';
import { createShare } from './support/share';

let visitor: Session | undefined;
afterEach(() => visitor?.close());

it('a replay that loses its GPU leaves its last image, and says why', async () => {
  const edge = inject('edgeUrl');
  const share = await createShare(edge, { schedule: { minSize: 64, firstSteps: 2_000, steps: 2_000 } });
  visitor = await launch({ webgpu: true });
  const { page } = visitor;
  await troubleEngine(visitor.context, goneOnce);
  await page.goto(`${edge}${sharePaths.page(share.id)}?backend=webgpu`);
  await page.getByTestId('run-live').click();
  await page.getByTestId('preview').waitFor({ timeout: 120_000 });
  await crashGpu(visitor);
  const done = page.getByTestId('done');
  await done.waitFor();
  expect(await done.getAttribute('data-complete')).toBe('false');
  await expect.poll(() => page.getByTestId('complaint').innerText()).toContain(en.errors['device-lost']);
  await expect.poll(() => valuesOn(page.getByTestId('mine'))).toBeGreaterThan(20);
  expect(visitor.errors).toEqual([]);
});
