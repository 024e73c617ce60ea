/** What a failed test's pages looked like and complained of, since most failures happen on a machine that nobody sees. */
import { mkdir } from 'node:fs/promises';
import { afterEach } from 'vitest';
import { openSessions } from './chromium';

const folder = '.cache/failures';

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await mkdir(folder, { recursive: true });
  for (const [index, { page, errors, requests }] of [...openSessions].entries()) {
    const file = `${folder}/${task.name.replaceAll(/\W+/g, '-')}-${index}.png`;
    const notice = page.getByTestId('notice');
    console.error(`${page.url()} when "${task.name}" failed`, {
      errors,
      notice: await notice.allInnerTexts().catch(String),
      lastRequests: requests.slice(-8).map(({ method, path, status }) => `${status} ${method} ${path}`),
      screenshot: await page.screenshot({ path: file, timeout: 5000 }).then(
        () => file,
        (cause: unknown) => String(cause),
      ),
    });
  }
});
