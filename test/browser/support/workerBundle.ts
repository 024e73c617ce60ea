/** A worker of the tests, bundled as the site bundles its own, and a page to start it from. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build, type Rolldown } from 'vite';
import { launch, type Session } from './chromium';

/** Answered by the test itself; localhost, because WebGPU needs a secure context. */
export const origin = 'http://localhost:9';
const folder = '/worker-test/';
export const workerScript = `${folder}worker.js`;

const contentTypes: Readonly<Record<string, string>> = { '.wasm': 'application/wasm', '.js': 'text/javascript' };

export type Served = ReadonlyMap<string, { contentType: string; body: Buffer }>;

/** @param input the worker's source */
export async function bundleWorker(input: string): Promise<Served> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    base: folder,
    // A library would inline the binaries; hashed files beside the script are what the site has.
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: false,
      rolldownOptions: { input, output: { entryFileNames: 'worker.js' }, preserveEntrySignatures: false },
    },
  });
  const outputs = ([built].flat() as Rolldown.RolldownOutput[]).flatMap(({ output }) => output);
  return new Map(
    outputs.map((output) => [
      folder + output.fileName,
      output.type === 'chunk'
        ? { contentType: 'text/javascript', body: Buffer.from(output.code) }
        : {
            contentType: contentTypes[path.extname(output.fileName)] ?? 'application/octet-stream',
            body: Buffer.from(output.source),
          },
    ]),
  );
}

const emptyPage = { contentType: 'text/html', body: Buffer.from('<!doctype html><title>worker</title>') };

/** A browser whose only site has an empty page and the worker's files. */
export async function startSite(served: Served, webgpu: boolean): Promise<Session> {
  const session = await launch({ webgpu });
  await session.context.route(`${origin}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    return route.fulfill(served.get(pathname) ?? emptyPage);
  });
  await session.page.goto(`${origin}/`);
  return session;
}

/**
 * The same from a server of its own, isolated as our pages are, so that memory can be shared: what workers of a worker ask for
 * is not answered by a route.
 */
export async function startIsolatedSite(served: Served): Promise<Session> {
  const server = createServer(({ url = '/' }, response) => {
    const { contentType, body } = served.get(url) ?? emptyPage;
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    response.setHeader('Content-Type', contentType).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const session = await launch({ webgpu: false });
  session.context.on('close', () => server.close());
  await session.page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
  return session;
}

/** What a fresh worker answers to a message. */
export function askWorker<Answer>(session: Session, message: unknown): Promise<Answer> {
  return session.page.evaluate(
    ([script, task]) =>
      new Promise<Answer>((resolve, reject) => {
        const worker = new Worker(script, { type: 'module' });
        worker.onmessage = ({ data }) => {
          worker.terminate();
          resolve(data);
        };
        worker.onerror = (event) => reject(new Error(event.message || 'the worker did not start'));
        worker.postMessage(task);
      }),
    [workerScript, message] as const,
  );
}
