import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { firstLoad } from '../../../tools/build/report';

const dist = mkdtempSync(path.join(tmpdir(), 'reverie-report-'));
afterEach(() => rmSync(dist, { recursive: true, force: true }));

describe('firstLoad', () => {
  it('counts the scripts and styles that the page names, preloads included, and no chunk that is loaded later', () => {
    const scripts = { 'studio.js': 'a'.repeat(5000), 'shared.js': 'bc'.repeat(300), 'worker.js': 'd'.repeat(900) };
    mkdirSync(path.join(dist, 'assets'));
    for (const [name, content] of Object.entries(scripts)) writeFileSync(path.join(dist, 'assets', name), content);
    writeFileSync(path.join(dist, 'assets/studio.css'), 'p {}');
    writeFileSync(
      path.join(dist, 'index.html'),
      '<script type="module" crossorigin src="/assets/studio.js"></script>' +
        '<link rel="modulepreload" crossorigin href="/assets/shared.js">' +
        '<link rel="stylesheet" href="/assets/studio.css"><link rel="icon" href="/icon.svg">',
    );
    const { files, scripts: total } = firstLoad(dist);
    expect([...files.keys()].sort()).toEqual([
      'assets/shared.js',
      'assets/studio.css',
      'assets/studio.js',
      'index.html',
    ]);
    expect(total.raw).toBe(5600);
    const expected = [scripts['studio.js'], scripts['shared.js']].map((text) => gzipSync(text));
    expect(total.gzip).toBe(expected.reduce((sum, bytes) => sum + bytes.length, 0));
  });
});
