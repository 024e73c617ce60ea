/** A headless Chromium for a test: fresh profile, WebGPU on a software GPU or none, and a record of what it did. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { ensureChromium } from '../../../tools/setup/chromium.mjs';

export interface LaunchOptions {
  /** True: WebGPU by SwiftShader. False: `requestAdapter()` gives null, as on a machine without a GPU. */
  readonly webgpu?: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** BCP 47, e.g. `ko-KR`; default `en-US`. */
  readonly locale?: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce' | 'no-preference';
  readonly hasTouch?: boolean;
  /** Let the page install its service worker, whose fetches `page.route` does not see. */
  readonly offline?: boolean;
  readonly javaScript?: boolean;
  /** Further switches, e.g. for a camera that is not there. */
  readonly args?: readonly string[];
  /** As browsers with tracking protection do: IndexedDB and its like throw in frames of other sites. */
  readonly blockThirdPartyStorage?: boolean;
}

/** One answered request of the page or of any of its workers; the HTTP cache's answers are among them. */
export interface RequestRecord {
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly status: number;
}

export interface Session {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Console errors and uncaught exceptions of the page and its workers, as text. A healthy test ends with none. */
  readonly errors: string[];
  /** Finished requests in order of their answers; empty it between two visits. */
  readonly requests: RequestRecord[];
  close(): Promise<void>;
}

/** Those that are open now, for whoever reports a failure. */
export const openSessions = new Set<Session>();

/** Switches seen to work headless, as root, without a GPU and without a network. */
const flags = [
  // SwiftShader unrolls Vulkan's zeroing of workgroup memory into the shader: seconds of compilation for each.
  '--disable-dawn-features=use_vulkan_zero_initialize_workgroup_memory_extension',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // /dev/shm is 64 MB in most containers.
  '--disable-dev-shm-usage',
];

const switches = ({ webgpu }: LaunchOptions): string[] =>
  webgpu ? ['--enable-unsafe-webgpu'] : ['--disable-features=WebGPU'];

/** What makes storage refuse, in a page or in a worker. The headless shell has no switch for it. */
const refuseStorage = `{
  const refuse = () => {
    throw new DOMException('Access to storage is denied to third parties.', 'SecurityError');
  };
  IDBFactory.prototype.open = refuse;
  CacheStorage.prototype.open = async () => refuse();
  StorageManager.prototype.getDirectory = async () => refuse();
  for (const name of ['localStorage', 'sessionStorage']) {
    if (name in self) Object.defineProperty(self, name, { get: refuse });
  }
}
`;

async function refuseThirdParties(context: BrowserContext): Promise<void> {
  const third = '[...(location.ancestorOrigins ?? [])].some((ancestor) => ancestor !== origin)';
  await context.addInitScript(`if (${third}) ${refuseStorage}`);
  // Such tests open pages of other sites only: whatever works there does so for a third party.
  await context.route(/\/assets\/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: refuseStorage + (await response.text()) });
  });
}

/** Ends the browser's GPU process, as a driver that fails does; the browser starts another one. */
export async function crashGpu({ context, page }: Pick<Session, 'context' | 'page'>): Promise<void> {
  const devtools = await context.newCDPSession(page);
  await devtools.send('Browser.crashGpuProcess');
  await devtools.detach();
}

/** Starts a browser of its own. Storage lives until `close`, so a second visit is `page.goto` again. */
export async function launch(options: LaunchOptions = {}): Promise<Session> {
  const profile = await mkdtemp(path.join(tmpdir(), 'reverie-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await ensureChromium(),
    headless: true,
    args: [...flags, ...switches(options), ...(options.args ?? [])],
    viewport: { ...(options.viewport ?? { width: 1280, height: 800 }) },
    locale: options.locale ?? 'en-US',
    colorScheme: options.colorScheme ?? 'light',
    reducedMotion: options.reducedMotion ?? 'no-preference',
    serviceWorkers: options.offline ? 'allow' : 'block',
    hasTouch: options.hasTouch ?? false,
    javaScriptEnabled: options.javaScript ?? true,
  });
  if (options.blockThirdPartyStorage) await refuseThirdParties(context);
  const page = context.pages()[0] ?? (await context.newPage());
  const errors: string[] = [];
  const requests: RequestRecord[] = [];

  context.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  context.on('weberror', (error) => errors.push(error.error().message));
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // What was still loading when the page was left or called it off itself is nobody's failure.
    if (reason !== 'net::ERR_ABORTED') errors.push(`${request.url()}: ${reason}`);
  });
  context.on('response', (response) => {
    const request = response.request();
    const { pathname } = new URL(request.url());
    requests.push({ method: request.method(), url: request.url(), path: pathname, status: response.status() });
  });

  const session: Session = {
    context,
    page,
    errors,
    requests,
    async close() {
      openSessions.delete(session);
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  openSessions.add(session);
  return session;
}
