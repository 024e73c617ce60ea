/** From the studio to a link and back: a real upload to the real edge, what it carries, deleting, remixing, offline. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { PublicShare } from '../../shared/share';
import { openStudio, type Studio } from './studio.page';
import { jpeg } from './studio.pictures';
import { launch } from './support/chromium';
import { newNetwork } from './support/share';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({ path: '/?backend=wasm' });
  await studio.context.setExtraHTTPHeaders(newNetwork());
  await studio.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await studio.hang(await jpeg(160, 120));
  await load({ technique: 'invert', layers: ['relu1_2'], steps: 120, size: 96 });
  await studio.paint();
  await studio.at('share').waitFor();
});
afterAll(() => studio?.close());

const load = (recipe: object) => studio.load(recipe);

async function share(title: string, withInputs: boolean): Promise<PublicShare> {
  const { at, page } = studio;
  await at('share').click();
  await at('share-title').fill(title);
  if (withInputs) await at('share-inputs').check();
  await at('share-submit').click();
  await Promise.race([at('share-done'), at('share-error')].map((end) => end.waitFor({ timeout: 30_000 })));
  const refused = at('share-error');
  if (await refused.count())
    throw new Error(`${await refused.getAttribute('data-code')}: ${await refused.getAttribute('title')}`);
  const link = (await at('share-link').getAttribute('href')) ?? '';
  await page.getByTestId('share-close').click();
  const id = link.split('/').at(-1);
  const response = await page.request.get(`${inject('edgeUrl')}/api/shares/${id}`);
  return (await response.json()) as PublicShare;
}

let sharedWithPhoto = '';

describe('sharing', () => {
  it('sends the picture, its film and its recipe, and no photo unless it is ticked', async () => {
    const made = await share('<b>Waves</b> & more', false);
    expect(made).toMatchObject({
      title: '<b>Waves</b> & more',
      language: 'en',
      inputs: [],
      state: 'live',
      recipe: { technique: 'invert', size: 96, weights: expect.stringMatching(/^[0-9a-f]{64}$/) },
      result: { width: 96, type: 'image/webp' },
      card: { width: 1200, height: 630, type: 'image/jpeg' },
      run: { backend: 'wasm' },
    });
    expect(made.film?.frames).toBeGreaterThanOrEqual(2);
    expect(made.film?.picture.bytes).toBeLessThanOrEqual(300 * 1024);
    expect(made.film?.steps.at(-1)).toBe(120);
    const picture = await studio.page.request.get(inject('edgeUrl') + made.result.url);
    expect([picture.status(), (await picture.body()).length]).toEqual([200, made.result.bytes]);
  });

  it('sends the photo when it is ticked, without what the camera wrote into it', async () => {
    const { id, inputs } = await share('With its photo', true);
    sharedWithPhoto = id;
    expect(inputs).toEqual([expect.objectContaining({ role: 'content', index: 0 })]);
    const sent = await (await studio.page.request.get(inject('edgeUrl') + inputs[0]?.picture.url)).body();
    expect(sent.includes('Exif')).toBe(false);
  });

  it('keeps what was shared, and deletes it on demand, once the person is sure', async () => {
    const { at, page } = studio;
    const { id, result } = await share('To be deleted', false);
    await page.reload();
    await studio.hang(await jpeg(160, 120));
    await load({ technique: 'invert', layers: ['relu1_1'], steps: 2, size: 64 });
    await at('paint').click();
    await at('share').click();
    const status = async (path: string) => (await page.request.get(inject('edgeUrl') + path)).status();
    await at(`share-delete-${id}`).click();
    await at(`share-keep-${id}`).click();
    expect(await status(`/api/shares/${id}`)).toBe(200);
    await at(`share-delete-${id}`).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await at(`share-delete-really-${id}`).waitFor({ state: 'detached' });
    expect(await status(`/s/${id}`)).toBe(410);
    // The same picture hangs in the two shares before.
    expect(await status(result.url)).toBe(200);
    await at('share-close').click();
  });

  it('waits without a connection, and is sent when the person says so', async () => {
    const { at, context } = studio;
    await at('share').click();
    await at('share-form').waitFor();
    await context.setOffline(true);
    await at('share-submit').click();
    await at('share-waiting').waitFor();
    await at('share-close').click();
    await context.setOffline(false);
    // It asks; it does not send.
    const sent = () => studio.requests.filter(({ method }) => method === 'POST').length;
    const before = sent();
    await at('notice').getByRole('button', { name: 'Show' }).click();
    expect(sent()).toBe(before);
    await at('share-send-waiting').click();
    await at('share-done').waitFor();
    expect(sent()).toBe(before + 1);
    await at('share-outbox').waitFor({ state: 'detached' });
  });

  it('tells the deletion key once, and gives a link that deletes from elsewhere', async () => {
    const { at, page, context } = studio;
    const key = (await at('share-key').textContent()) ?? '';
    await at('share-copy-key').click();
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(copied).toMatch(/\/s\/[\w-]{22}#key=[\w-]{43}$/);
    const link = await copied();
    expect(link.endsWith(key)).toBe(true);
    await at('share-copy-embed').click();
    await expect.poll(copied).toContain(' width="64" height="48" style="display:block;');
    await at('share-another').click();
    await at('share-form').waitFor();
    expect(await at('share-dialog').innerText()).not.toContain(key);
    await at('share-close').click();

    const elsewhere = await context.newPage();
    await elsewhere.goto(link);
    await elsewhere.getByTestId('remove-ask').click();
    await elsewhere.getByTestId('remove-really').click();
    await expect.poll(() => elsewhere.getByTestId('remove').getAttribute('data-stage')).toBe('gone');
    await elsewhere.close();
  });

  it('keeps two shares whose connection was cut, and lets each of them go', async () => {
    const { at, page, errors } = studio;
    await page.route('**/api/shares', (route) => route.abort('connectionreset'));
    for (const title of ['One', 'Two']) {
      await at('share').click();
      await at('share-title').fill(title);
      await at('share-submit').click();
      await at('share-waiting').waitFor();
      await at('share-close').click();
    }
    await page.unroute('**/api/shares');
    await at('shares-open').click();
    const names = () => at('share-outbox').locator('.share-name').allInnerTexts();
    await expect.poll(names).toEqual(['One', 'Two']);
    await at('share-drop').first().click();
    await expect.poll(names).toEqual(['Two']);
    await at('share-drop').click();
    await at('share-outbox').waitFor({ state: 'detached' });
    await at('share-close').click();
    errors.length = 0;
  });

  it('shares once what it sends again after the answer was lost, and has its key', async () => {
    const { at, page, errors } = studio;
    const ids: string[] = [];
    await page.route('**/api/shares', async (route) => {
      const headers = { ...route.request().headers(), 'CF-Connecting-IP': '198.51.100.1' };
      const answer = await route.fetch({ headers });
      ids.push((await answer.json()).id);
      await (ids.length === 1 ? route.abort('connectionreset') : route.fulfill({ response: answer }));
    });
    await at('share').click();
    await at('share-submit').click();
    await at('share-waiting').waitFor();
    await at('share-close').click();
    await at('shares-open').click();
    await at('share-send-waiting').click();
    await at('share-done').waitFor();
    await page.unroute('**/api/shares');
    expect(ids).toEqual([ids[0], ids[0]]);
    expect(await at('share-key').textContent()).toMatch(/^[\w-]{43}$/);
    await at('share-close').click();
    errors.length = 0;
  });

  it('sends nothing more once it is stopped', async () => {
    const { at, page, requests } = studio;
    await page.route('**/api/shares', () => {});
    await at('share').click();
    await at('share-submit').click();
    await at('share-cancel').click();
    await at('share-form').waitFor();
    expect(await at('share-error').count()).toBe(0);
    await page.unroute('**/api/shares');
    const before = requests.length;
    await new Promise((later) => setTimeout(later, 500));
    expect(requests.slice(before).filter(({ method }) => method === 'POST')).toEqual([]);
    await at('share-close').click();
  });

  it('leaves the film out when it is not ticked', async () => {
    // The shares before this one are as many as one network may make in a minute.
    await studio.context.setExtraHTTPHeaders(newNetwork());
    const { at, page } = studio;
    await load({ technique: 'invert', layers: ['relu1_2'], steps: 100, size: 96 });
    await studio.paint();
    await at('share').click();
    await at('share-film').uncheck();
    await at('share-submit').click();
    await at('share-done').waitFor();
    const id = ((await at('share-link').getAttribute('href')) ?? '').split('/').at(-1);
    const response = await page.request.get(`${inject('edgeUrl')}/api/shares/${id}`);
    expect((await response.json()) as PublicShare).toMatchObject({ film: null, result: { width: 96 } });
    await at('share-close').click();
  });

  it('says why the edge refuses', async () => {
    const { at, page, errors } = studio;
    await page.route('**/api/shares', (route) =>
      route.fulfill({
        status: 503,
        json: { error: { code: 'uploads-disabled', message: 'off', data: { retryAfter: 3600 } } },
      }),
    );
    await at('share').click();
    await at('share-submit').click();
    await expect.poll(() => at('share-error').getAttribute('data-code')).toBe('uploads-disabled');
    expect(await at('share-error').innerText()).toContain('in 1 hr');
    await page.unroute('**/api/shares');
    await at('share-close').click();
    // The browser itself writes a refused request to the console.
    errors.length = 0;
  });
});

describe('a recipe link', () => {
  it('carries the recipe to another visitor without an upload', async () => {
    const { at, page } = studio;
    await at('share').click();
    await at('share-recipe-link').click();
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    // The packing is a chunk of its own.
    await expect.poll(copied).toContain('#recipe=');
    const link = await copied();
    await at('share-close').click();
    expect(link.length).toBeLessThanOrEqual(2048);
    const visitor = await launch();
    try {
      await visitor.page.goto(link);
      const chosen = visitor.page.getByTestId('technique-invert');
      await expect.poll(() => chosen.getAttribute('aria-selected')).toBe('true');
      expect(visitor.page.url()).not.toContain('recipe=');
      expect(visitor.requests.filter(({ path }) => path.startsWith('/api/shares'))).toEqual([]);
      await visitor.page.goto(`${inject('edgeUrl')}/#recipe=${link.split('=').at(-1)?.slice(0, 40)}`);
      await expect.poll(() => visitor.page.getByTestId('notice').getAttribute('data-code')).toBe('recipe-invalid');
    } finally {
      await visitor.close();
    }
  });
});

describe('a remix', () => {
  it('puts a share’s recipe and photo into another visitor’s studio', async () => {
    const visitor = await launch();
    try {
      await visitor.page.goto(`${inject('edgeUrl')}/#remix=${sharedWithPhoto}`);
      await visitor.page.getByTestId('photo-canvas').waitFor();
      const chosen = visitor.page.getByTestId('technique-invert');
      await expect.poll(() => chosen.getAttribute('aria-selected')).toBe('true');
      expect(visitor.page.url()).not.toContain('remix');
      expect(visitor.errors).toEqual([]);
    } finally {
      await visitor.close();
    }
  });

  it('says that a share is gone', async () => {
    const visitor = await launch();
    try {
      await visitor.page.goto(`${inject('edgeUrl')}/#remix=AAAAAAAAAAAAAAAAAAAAAA`);
      await expect.poll(() => visitor.page.getByTestId('notice').getAttribute('data-code')).toBe('not-found');
    } finally {
      await visitor.close();
    }
  });
});
