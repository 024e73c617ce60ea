/** Visitors of the edge: several at a time, each from a network of its own. */

const atOnce = 8;

/** Asks for every address once. @throws Error when one is answered with a failure. */
export async function visit(urls: readonly string[], headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const left = [...urls];
  const visitor = async () => {
    for (let url = left.pop(); url !== undefined; url = left.pop()) {
      const ask = () => fetch(url, { headers: { ...headers, 'CF-Connecting-IP': someAddress() } });
      // Once more where there was no answer: a server closes idle connections, at times just as one is used again.
      const response = await ask().catch(ask);
      await response.arrayBuffer();
      if (!response.ok && response.status !== 304) throw new Error(`${url} answered ${response.status}.`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, visitor));
}

export async function requestsASecond(
  urls: readonly string[],
  headers?: Readonly<Record<string, string>>,
): Promise<number> {
  const started = performance.now();
  await visit(urls, headers);
  return (1000 * urls.length) / (performance.now() - started);
}

export const times = (count: number, url: string): string[] => Array.from({ length: count }, () => url);

export async function etagOf(url: string): Promise<string> {
  const response = await fetch(url);
  await response.arrayBuffer();
  const etag = response.headers.get('ETag');
  if (!response.ok || !etag) throw new Error(`${url} answered ${response.status} and ${etag ? 'an' : 'no'} ETag.`);
  return etag;
}

/** What limits one network is not what is measured. */
export function someAddress(): string {
  const part = () => Math.floor(Math.random() * 256);
  return `10.${part()}.${part()}.1`;
}
