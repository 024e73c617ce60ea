/**
 * A blog: the lecture with its live figures, and a page that embeds a share. Served from another origin and another site than the edge: 127.0.0.1 beside localhost. Its
 * own policy is strict, as a careful blog's would be: it lets the edge's script, pictures and frames by, and no inline style.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './process.mjs';

const folder = path.join(root, 'web/embed/demo');

/**
 * @param {object} options
 * @param {number} options.port 0 asks for any free one
 * @param {string} options.edge origin of the edge, without a trailing slash
 * @param {boolean} [options.isolated] cross-origin isolation, which asks more of what is embedded
 * @returns {Promise<{ url: string, stop: () => void }>}
 */
export async function startDemo({ port, edge, isolated = false }) {
  const policy = `default-src 'none'; connect-src 'self'; script-src ${edge}; img-src ${edge}; frame-src ${edge}; style-src 'self'`;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const isStyle = url.pathname === '/blog.css';
    const page = url.searchParams.has('share') ? undefined : lecture[url.pathname];
    if (page) {
      const type = page.endsWith('.css') ? 'text/css' : 'text/html';
      const packed = /\bgzip\b/.test(String(request.headers['accept-encoding']));
      response.writeHead(200, {
        ...{ 'Content-Type': `${type}; charset=utf-8`, 'Content-Security-Policy': policy },
        ...(packed && { 'Content-Encoding': 'gzip' }),
      });
      const text = await written(page, edge);
      return response.end(packed ? gzipSync(text) : text);
    }
    if (!isStyle && url.pathname !== '/') return response.writeHead(404).end();
    // A whole link may be pasted; only what can be an id gets into the page.
    const share = /[\w-]{22}/.exec(url.searchParams.get('share') ?? '')?.[0] ?? '';
    const side = (/** @type {string} */ name) => Number.parseInt(url.searchParams.get(name) ?? '', 10) || 0;
    const asked = { width: side('width'), height: side('height') };
    const { width, height } = isStyle || asked.width ? asked : await sizeOf(edge, share);
    const values = { EDGE: edge, SHARE: share, WIDTH: String(width || ''), HEIGHT: String(height || '') };
    const file = await readFile(path.join(folder, isStyle ? 'blog.css' : 'blog.html'), 'utf8');
    const text = isStyle && width && height ? `${file}\n.picture { aspect-ratio: ${width} / ${height}; }\n` : file;
    response.writeHead(200, {
      'Content-Type': isStyle ? 'text/css; charset=utf-8' : 'text/html; charset=utf-8',
      'Content-Security-Policy': policy,
      'Cache-Control': 'no-store',
      ...(isolated && {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      }),
    });
    response.end(
      text.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => values[/** @type {keyof typeof values} */ (name)] ?? ''),
    );
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const address = server.address();
  const listening = typeof address === 'object' && address ? address.port : port;
  return { url: `http://127.0.0.1:${listening}`, stop: () => void server.close() };
}

/** The lecture (a post with figures), unless a share is asked for. @type {Record<string, string>} */
const lecture = { '/': 'lecture.en.html', '/ko': 'lecture.ko.html', '/lecture.css': 'lecture.css' };

/**
 * A page of the lecture: every `<figure name="…">caption</figure>` is a live figure, and a picture where there is no script;
 * every `[[key, key]]` leads to what it cites.
 *
 * @param {string} file
 * @param {string} edge
 */
async function written(file, edge) {
  const [text, references] = await Promise.all(
    [file, 'references.html'].map((name) => readFile(path.join(folder, name), 'utf8')),
  );
  const known = [...String(references).matchAll(/<li id="ref-(\w+)"/g)].map(([, key]) => key);
  const cite = (/** @type {string} */ keys) => {
    const links = keys.split(', ').map((key) => `<a href="#ref-${key}">${known.indexOf(key) + 1}</a>`);
    return `<span class="cite">[${links.join(', ')}]</span>`;
  };
  const sizes = await pictureSizes(String(text));
  return String(text)
    .replace('{{REFERENCES}}', String(references))
    .replaceAll(/<figure name="([\w-]+)">(.*?)<\/figure>/gs, (_, name, caption) => {
      const plain = caption.replaceAll(/\s*\[\[.*?\]\]/g, '');
      const size = sizes.get(name);
      const still = `<img src="${edge}/figures/${name}.webp" alt="${plain}" ${size} loading="lazy" />`;
      const link = `<a href="${edge}/figure/${name}">${still}</a>`;
      const embed = `<reverie-embed figure="${name}" ${size} title="${plain}">${link}</reverie-embed>`;
      return `<figure>${embed}<figcaption>${caption}</figcaption></figure>`;
    })
    .replaceAll(/\[\[([\w, ]+)\]\]/g, (_, keys) => cite(keys))
    .replaceAll('{{EDGE}}', edge);
}

/** Of a figure, pixels. */
const figureWidth = 480;

/**
 * The attributes that reserve each figure's place: its picture's shape, which a WebP file without transparency says in bytes 26 to 29.
 *
 * @param {string} text
 * @returns {Promise<Map<string, string>>}
 */
async function pictureSizes(text) {
  const names = [...text.matchAll(/<figure name="([\w-]+)"/g)].map(([, name]) => String(name));
  const sizes = names.map(async (name) => {
    const file = await readFile(path.join(root, 'web/public/figures', `${name}.webp`));
    const [width, height] = [file.readUInt16LE(26) & 0x3fff, file.readUInt16LE(28) & 0x3fff];
    return /** @type {const} */ ([
      name,
      `width="${figureWidth}" height="${Math.round((figureWidth * height) / width)}"`,
    ]);
  });
  return new Map(await Promise.all(sizes));
}

/**
 * As software for blogs finds the shape of what a link shows: by oEmbed.
 *
 * @param {string} edge
 * @param {string} share
 * @returns {Promise<{ width: number, height: number }>} zeros when nobody knows
 */
async function sizeOf(edge, share) {
  const unknown = { width: 0, height: 0 };
  if (!share) return unknown;
  try {
    const response = await fetch(`${edge}/oembed?url=${encodeURIComponent(`${edge}/s/${share}`)}`);
    return response.ok ? /** @type {typeof unknown} */ (await response.json()) : unknown;
  } catch {
    return unknown;
  }
}
