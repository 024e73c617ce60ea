/**
 * Opens the studio without a network: the page of one build and its scripts, from that build's own cache; and what one pass
 * needs of every preset, once somebody paints. Weights and what was fetched to be optimised are the engine's, in IndexedDB;
 * shares and everything else go to the network. A photo that another app shares to this one is laid down for the page.
 * A new build waits until the person takes it or the last tab is closed: no page ever runs on two builds.
 */
import type { OfflineBuild, OfflineMessage } from '../../shared/offlineBuild';

const scope = self as unknown as ServiceWorkerGlobalScope & { readonly reverieBuild: OfflineBuild };
const { id, shell, engine, shared: sharedFile } = scope.reverieBuild;

const prefix = 'reverie-';
const buildCache = `${prefix}build-${id}`;
/** Outlives builds: what the server lists, as it was last seen. */
const seenCache = sharedFile.cache;

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

interface Listed {
  readonly thumbnail: string;
  readonly statistics: readonly { readonly layers?: unknown; readonly sha256: string }[];
}

/** What the server lists, as it was last seen. */
async function listed(cache: Cache): Promise<readonly Listed[]> {
  const index = (await (await cache.match('/api/presets'))?.json()) as { presets?: Listed[] } | undefined;
  return index?.presets ?? [];
}

/** The gallery, its pictures and the sample, for a visit that begins without a network. */
async function keepGallery(): Promise<void> {
  const cache = await caches.open(seenCache);
  await cache.addAll(['/api/presets', '/api/networks', '/sample.jpg']);
  const presets = await listed(cache);
  await Promise.allSettled(presets.map(({ thumbnail }) => cache.add(`/presets/${thumbnail}`)));
}

/**
 * What one pass needs of every preset, hundreds of kB in all. What is optimised needs ten times as much, and is kept by the
 * engine for those that were chosen.
 */
async function keepStatistics(): Promise<void> {
  const cache = await caches.open(seenCache);
  const presets = await listed(cache);
  const wanted = new Set(
    presets.flatMap(({ statistics }) =>
      statistics.flatMap(({ layers, sha256 }) => (layers ? [] : [`/presets/${sha256}.bin`])),
    ),
  );
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith('.bin') && !wanted.delete(pathname)) await cache.delete(request);
  }
  // One after another: whoever paints meanwhile waits for none of it.
  for (const path of wanted) await cache.add(path);
}

/** Named by content. */
async function keptStatistics(path: string, request: Request): Promise<Response> {
  return (await caches.match(path, { cacheName: seenCache })) ?? fetch(request);
}

/** Lays a photo down for the page, which is opened to fetch it. */
async function takeShared(request: Request): Promise<Response> {
  const { field, nameHeader, path } = sharedFile;
  const file = (await request.formData()).get(field);
  if (file instanceof File) {
    const headers = { 'Content-Type': file.type, [nameHeader]: encodeURIComponent(file.name) };
    await (await caches.open(seenCache)).put(path, new Response(file, { headers }));
  }
  return Response.redirect('/?shared', 303);
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
  if (message === 'keep-engine') event.waitUntil(Promise.allSettled([keep(engine), keepStatistics()]));
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method === 'POST' && origin === scope.location.origin && pathname === sharedFile.path) {
    event.respondWith(takeShared(request));
  }
  if (request.method !== 'GET' || origin !== scope.location.origin) return;
  if (own.has(pathname)) event.respondWith(fromBuild(pathname, request));
  else if (seen(pathname)) event.respondWith(newest(pathname, request));
  else if (/^\/presets\/.+\.bin$/.test(pathname)) event.respondWith(keptStatistics(pathname, request));
});
