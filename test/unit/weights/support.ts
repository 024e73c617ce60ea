/** A small network in three shards, a server of it that misbehaves on request, and safetensors files by hand. */
import { createHash } from 'node:crypto';
import type { WeightsManifest } from '../../../shared/manifest';
import { encodeFloat16, type Fetch } from '../../../web/engine/weights';

export const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export interface TestNetwork {
  readonly manifest: WeightsManifest;
  readonly shards: readonly Uint8Array<ArrayBuffer>[];
  readonly values: readonly number[];
}

/** Two tensors over three shards of uneven size: the filter spans all of them, at odd byte positions. */
export function testNetwork(id = 'tiny', seed = 1): TestNetwork {
  const values = Array.from({ length: 40 }, (_, i) => ((i * 7 + seed) % 23) / 8 - 1);
  const bytes = encodeFloat16(values);
  const shards = [bytes.slice(0, 31), bytes.slice(31, 33), bytes.slice(33)];
  return {
    values,
    shards,
    manifest: {
      format: 'reverie-weights/1',
      id,
      architecture: 'tiny',
      dtype: 'float16',
      license: 'MIT',
      source: 'made by a test',
      parameters: 40,
      bytes: 80,
      shards: shards.map((shard) => ({ sha256: sha(shard), bytes: shard.length })),
      tensors: [
        { name: 'conv.weight', shape: [3, 3, 1, 4], dtype: 'float16', offset: 0, bytes: 72 },
        { name: 'conv.bias', shape: [4], dtype: 'float16', offset: 72, bytes: 8 },
      ],
    },
  };
}

export interface TestServer {
  readonly fetch: Fetch;
  /** Paths asked for, in order; a reload bypassing the HTTP cache has ` (reload)` after it. */
  readonly requests: string[];
  /** Answers for the next requests of a path; when used up the true answer comes again. */
  next(path: string, ...answers: (() => Response | Promise<Response>)[]): void;
  /** Everything fails from now on, as it does without a network. */
  offline: boolean;
}

export function testServer(...networks: TestNetwork[]): TestServer {
  const files = new Map<string, Uint8Array<ArrayBuffer> | string>();
  for (const { manifest, shards } of networks) {
    files.set(`/weights/${manifest.id}.json`, JSON.stringify(manifest));
    manifest.shards.forEach(({ sha256 }, i) => {
      files.set(`/weights/${sha256}.bin`, shards[i] ?? '');
    });
  }
  const planned = new Map<string, (() => Response | Promise<Response>)[]>();
  const server: TestServer = {
    requests: [],
    offline: false,
    next: (path, ...answers) => void planned.set(path, answers),
    fetch: async (url, init) => {
      const path = new URL(url, 'http://edge').pathname;
      server.requests.push(init?.cache === 'reload' ? `${path} (reload)` : path);
      init?.signal?.throwIfAborted();
      if (server.offline) throw new TypeError('fetch failed');
      const answer = planned.get(path)?.shift();
      if (answer) return answer();
      const file = files.get(path);
      return file === undefined ? new Response('not here', { status: 404 }) : new Response(file);
    },
  };
  return server;
}

export const manifestPath = (network: TestNetwork) => `/weights/${network.manifest.id}.json`;
export const shardPath = (network: TestNetwork, index: number) =>
  `/weights/${network.manifest.shards[index]?.sha256}.bin`;

/** Retries without waiting. */
export const hasty = { retryMs: 1, stallMs: 250 } as const;

/** A body that sends what it is given and then stays open for ever. */
export function stalling(start: Uint8Array<ArrayBuffer>): Response {
  return new Response(new ReadableStream({ start: (controller) => controller.enqueue(start) }));
}

/** A body that breaks off with an error after its first bytes, as a lost connection does. */
export function breaking(start: Uint8Array<ArrayBuffer>): Response {
  let sent = false;
  return new Response(
    new ReadableStream({
      pull(controller) {
        if (sent) controller.error(new TypeError('terminated'));
        else controller.enqueue(start);
        sent = true;
      },
    }),
  );
}

/** A safetensors file of any header and any data. */
export function safetensors(header: unknown, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}

export const float32Bytes = (values: readonly number[]) => new Uint8Array(Float32Array.from(values).buffer);
