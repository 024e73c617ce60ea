/** The test browser itself: whether it has the GPU that a test asks for, and whether it records what happens. */
import { afterEach, describe, expect, inject, it } from 'vitest';
import { launch, type Session } from './chromium';

const edge = inject('edgeUrl');
let session: Session | undefined;
afterEach(() => session?.close());

async function hasAdapter({ page }: Session): Promise<boolean> {
  await page.goto(edge);
  return page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter()));
}

describe('launch', () => {
  it('gives a WebGPU adapter when asked to', async () => {
    session = await launch({ webgpu: true });
    expect(await hasAdapter(session)).toBe(true);
  });

  it('gives none otherwise', async () => {
    session = await launch();
    expect(await hasAdapter(session)).toBe(false);
  });

  it('records console errors, exceptions, failed requests and answers', async () => {
    session = await launch();
    const { page, errors, requests } = session;
    await page.goto(edge);
    await page.evaluate(async () => {
      console.error('a console error');
      setTimeout(() => {
        throw new Error('an exception');
      });
      await fetch('/nothing-here');
      await fetch('http://localhost:1/').catch(() => {});
    });
    await expect.poll(() => errors.join('\n')).toMatch(/a console error[\s\S]*an exception/);
    expect(errors.join('\n')).toContain('localhost:1');
    expect(requests).toContainEqual(expect.objectContaining({ path: '/nothing-here', status: 404 }));
  });
});
