/** Size report of the built site: what a first visit loads before anything is asked of the engine, and the rest. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** Bytes as stored and as sent. */
export interface Size {
  readonly raw: number;
  readonly gzip: number;
  readonly brotli: number;
}

/** Scripts and styles that `index.html` names itself, and their total. Chunks loaded later are not in it. */
export function firstLoad(dist: string): { files: Map<string, Size>; scripts: Size } {
  const html = readFileSync(path.join(dist, 'index.html'), 'utf8');
  const files = new Map<string, Size>([['index.html', sizeOf(Buffer.from(html))]]);
  for (const [, link = ''] of html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)) {
    files.set(link, sizeOf(readFileSync(path.join(dist, link))));
  }
  const scripts = [...files].filter(([name]) => name.endsWith('.js')).map(([, size]) => size);
  return { files, scripts: scripts.reduce(add, { raw: 0, gzip: 0, brotli: 0 }) };
}

/** Prints the report to stderr. */
export function printReport(dist: string): void {
  const { files, scripts } = firstLoad(dist);
  console.error('first load                                         raw       gzip     brotli');
  for (const [name, size] of files) console.error(line(name, size));
  console.error(line('scripts of the first load', scripts));
  console.error('loaded when needed');
  for (const name of readdirSync(path.join(dist, 'assets')).sort()) {
    if (files.has(`assets/${name}`) || name.endsWith('.map')) continue;
    // Without Brotli, which at its best level takes seconds for what is loaded rarely.
    const content = readFileSync(path.join(dist, 'assets', name));
    console.error(line(`assets/${name}`, { raw: content.length, gzip: gzipSync(content).length }));
  }
}

function sizeOf(content: Buffer): Size {
  return { raw: content.length, gzip: gzipSync(content).length, brotli: brotliCompressSync(content).length };
}

function add(a: Size, b: Size): Size {
  return { raw: a.raw + b.raw, gzip: a.gzip + b.gzip, brotli: a.brotli + b.brotli };
}

function line(name: string, sizes: Partial<Size>): string {
  const { raw = 0, gzip = 0, brotli } = sizes;
  const columns = brotli === undefined ? [raw, gzip] : [raw, gzip, brotli];
  return `  ${name.padEnd(42)}${columns.map((bytes) => kilobytes(bytes).padStart(11)).join('')}`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
