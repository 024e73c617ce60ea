/**
 * A GPU that fails, from the person's side: where the work goes on, what is said about it, and that no picture leaves the
 * wall. The failures are real: the browser's GPU process is ended, and what is read from the GPU is changed.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { studio as en } from '../../shared/words/en/studio';
import { studio as ko } from '../../shared/words/ko/studio';
import { openStudio, type Studio } from './studio.page';
import { jpeg } from './studio.pictures';
import { crashGpu } from './support/chromium';
import { believeQuick, goneOnce, spoilReads, troubleEngine } from './support/gpuTrouble';
import { valuesOn } from './support/page';

let studio: Studio;
afterEach(() => studio?.close());

const phase = (name: string) => studio.page.locator(`[data-testid=run-status][data-phase=${name}]`);

async function hang(path: string, trouble?: () => void): Promise<void> {
  studio = await openStudio({ webgpu: true, path });
  await studio.page.evaluate(believeQuick);
  if (trouble) await troubleEngine(studio.context, trouble);
  await studio.hang(await jpeg(320, 200));
  await studio.at('photo-canvas').waitFor();
}

async function dream(steps: number): Promise<void> {
  await studio.load({ technique: 'dream', size: 64, octaves: 1, steps, layers: [{ layer: 'relu1_1' }] });
  await studio.at('paint').click();
  await studio.at('painting-canvas').waitFor();
}

describe('a GPU that fails', () => {
  it('twice in a run leaves it to the processor, and that is said', async () => {
    await hang('/');
    const { at } = studio;
    await dream(200);
    await at('pause').click();
    await crashGpu(studio);
    await at('notice').getByText(en.run.goesOn).waitFor();
    // Whoever pauses and goes away finds the run paused, whatever happened to the GPU.
    await phase('warm-up').waitFor();
    expect(await at('run-status').getAttribute('data-status')).toBe('paused');
    await at('pause').click();
    await phase('optimise').waitFor();
    await crashGpu(studio);
    await expect.poll(() => at('frame').getAttribute('data-state'), { timeout: 120_000 }).toBe('done');
    expect(await at('device').getAttribute('data-backend')).toBe('wasm');
    expect(await at('device').locator('summary').innerText()).toBe(en.device.why('webgpu', en.device.reasons.failed));
    expect(await at('painting-label').innerText()).toContain('200 steps');
    for (const canvas of [at('photo-canvas'), at('painting-canvas')]) {
      await expect.poll(() => valuesOn(canvas)).toBeGreaterThan(20);
    }
    expect(studio.errors).toEqual([]);
  });

  it('with nothing else to go on with leaves the last image on the wall, says so, and can be tried again', async () => {
    await hang('/?backend=webgpu', goneOnce);
    const { page, at } = studio;
    await dream(4_000);
    await crashGpu(studio);
    await at('notice').waitFor();
    expect(await at('notice').getAttribute('data-code')).toBe('device-lost');
    expect(await at('notice').innerText()).toContain(`${en.errors['device-lost']} ${en.run.kept}`);
    expect(await at('frame').getAttribute('data-state')).toBe('done');
    expect(await at('painting-label').innerText()).toContain(en.result.incomplete);
    for (const canvas of [at('photo-canvas'), at('painting-canvas')]) {
      await expect.poll(() => valuesOn(canvas)).toBeGreaterThan(20);
    }
    await at('language-toggle').click();
    await expect.poll(() => at('notice').innerText()).toContain(`${ko.errors['device-lost']} ${ko.run.kept}`);

    await at('notice').getByRole('button', { name: ko.result.goOn }).click();
    await phase('optimise').waitFor();
    expect(await at('notice').count()).toBe(0);
    await page.keyboard.press('Escape');
    await expect.poll(() => at('frame').getAttribute('data-state')).toBe('done');
    expect(studio.errors).toEqual([]);
  });

  it('its self-test is passed over, and why is said in the language of the page', async () => {
    await hang('/', spoilReads);
    const { at } = studio;
    await expect.poll(() => at('device').getAttribute('data-backend'), { timeout: 60_000 }).toBe('wasm');
    const summary = at('device').locator('summary');
    expect(await summary.innerText()).toBe(en.device.why('webgpu', en.device.reasons.wrong));
    await summary.click();
    expect(await at('device').innerText()).toContain(en.device.advice.driver);
    expect(await at('device').innerText()).toContain('self-test failed: convolution is wrong');
    await at('language-toggle').click();
    await expect.poll(() => summary.innerText()).toBe(ko.device.why('webgpu', ko.device.reasons.wrong));
    expect(studio.errors).toEqual([]);
  });

  it('takes nothing away that was drawn by hand', async () => {
    await hang('/');
    const { at } = studio;
    await studio.page.locator('[data-testid=advanced] > summary').click();
    await at('mask-0').click();
    await at('mask-left').click();
    const mask = at('mask-canvas');
    expect(await valuesOn(mask)).toBeGreaterThan(1);
    await mask.evaluate((canvas) => {
      canvas.addEventListener('contextlost', () => canvas.setAttribute('data-emptied', ''));
    });
    await crashGpu(studio);
    await studio.page.locator('[data-testid=mask-canvas][data-emptied]').waitFor();
    await expect.poll(() => valuesOn(mask)).toBeGreaterThan(1);
    await expect.poll(() => valuesOn(at('mask-photo'))).toBeGreaterThan(20);
  });
});
