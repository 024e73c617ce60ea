/**
 * Opens the studio without a network: the page of one build and its scripts, from that build's own cache. Weights,
 * presets' statistics and pictures are the engine's, in IndexedDB; shares and everything else go to the network.
 * A new build waits until the person takes it or the last tab is closed: no page ever runs on two builds.
 */
import type { OfflineBuild, OfflineMessage } from '../../shared/offlineBuild';

const scope = self as unknown as ServiceWorkerGlobalScope & { readonly reverieBuild: OfflineBuild };
const { id, shell, engine } = scope.reverieBuild;

const prefix = 'reverie-';
const buildCache = `${prefix}build-${id}`;
/** Outlives builds: what the server lists, as it was last seen. */
const seenCache = `${prefix}seen`;

const own = new Set([...shell, ...engine]);
/** Not named by content: asked for anew while there is a network. */
const seen = (path: string) =>
  path === '/api/presets' ||
  path === '/api/networks' ||
  path === '/sample.jpg' ||
  (path.startsWith('/presets/') && !path.endsWith('.bin'));

/** All or nothing: a build of which a file is missing is not installed. */
async function keep(paths: readonly string[]): Promise<void> {
  const cache = await caches.open(buildCache);
  const wanted = [];
  for (const path of paths) if (!(await cache.match(path))) wanted.push(path);
  // The browser's own cache may hold files that are not named by content for longer than this build lives.
  await cache.addAll(wanted.map((path) => new Request(path, path.startsWith('/assets/') ? {} : { cache: 'no-cache' })));
}

/** The gallery and its pictures, for a visit that begins without a network. */
async function keepGallery(): Promise<void> {
  const cache = await caches.open(seenCache);
  await cache.addAll(['/api/presets', '/api/networks']);
  const index = (await (await cache.match('/api/presets'))?.json()) as
    | { presets?: { thumbnail: string }[] }
    | undefined;
  await Promise.allSettled((index?.presets ?? []).map(({ thumbnail }) => cache.add(`/presets/${thumbnail}`)));
}

async function dropOldBuilds(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(prefix) && name !== buildCache && name !== seenCache);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function fromBuild(path: string, request: Request): Promise<Response> {
  const kept = await caches.match(path, { cacheName: buildCache });
  return kept ?? fetch(request);
}

async function newest(path: string, request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    if (response.ok) {
      const cache = await caches.open(seenCache);
      // A full disk costs the next offline visit, not this one.
      await cache.put(path, response.clone()).catch(() => undefined);
    }
    return response;
  } catch (cause) {
    const kept = await caches.match(path, { cacheName: seenCache });
    if (kept) return kept;
    throw cause;
  }
}

scope.addEventListener('install', (event) => {
  event.waitUntil(keep(shell));
  event.waitUntil(keepGallery().catch(() => undefined));
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(dropOldBuilds().then(() => scope.clients.claim()));
});

scope.addEventListener('message', (event) => {
  const message: OfflineMessage = event.data;
  if (message === 'take-over') void scope.skipWaiting();
  // Fetched again by the next visit's message when it fails.
  if (message === 'keep-engine') event.waitUntil(keep(engine).catch(() => undefined));
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== scope.location.origin) return;
  if (own.has(pathname)) event.respondWith(fromBuild(pathname, request));
  else if (seen(pathname)) event.respondWith(newest(pathname, request));
});
