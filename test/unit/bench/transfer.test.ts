import { describe, expect, it } from 'vitest';
import { weightPaths } from '../../../shared/manifest';
import { presetPaths } from '../../../shared/preset';
import { deployedBytes, hasEngineCode, kindOf, type Transfer, totals } from '../../../tools/bench/wire/transfer';

const transfer = (part: Partial<Transfer>): Transfer => ({
  path: '/',
  contentType: 'text/html',
  firstLoad: true,
  sentBytes: 1000,
  headBytes: 100,
  bodyBytes: 900,
  gzipBytes: 300,
  ...part,
});

describe('kindOf', () => {
  it.each([
    ['page', '/', 'text/html', true],
    ['styles', '/assets/a.css', 'text/css', true],
    ['scripts, first load', '/assets/a.js', 'text/javascript', true],
    ['scripts after a photo is there (engine)', '/assets/a.js', 'text/javascript', false],
    ['WASM', '/assets/a.wasm', 'application/wasm', false],
    ['weights', weightPaths.manifest('reverie-vgg'), 'application/json', false],
    ['weights', weightPaths.shard('00'), 'application/octet-stream', false],
    ['preset', presetPaths.blob('00'), 'application/octet-stream', false],
    ['thumbnails', presetPaths.file('great-wave.webp'), 'image/webp', true],
    ['lists', presetPaths.index, 'application/json', true],
    ['sample picture', '/sample.jpg', 'image/jpeg', false],
    ['icons and other', '/icon.svg', 'image/svg+xml', true],
  ] as const)('counts as %s: %s', (kind, path, contentType, firstLoad) => {
    expect(kindOf({ path, contentType, firstLoad })).toBe(kind);
  });
});

describe('deployedBytes', () => {
  it('counts text as gzip makes it, with its head', () => {
    expect(deployedBytes(transfer({}))).toBe(400);
    expect(deployedBytes(transfer({ contentType: 'image/svg+xml' }))).toBe(400);
    expect(deployedBytes(transfer({ contentType: 'application/manifest+json' }))).toBe(400);
  });

  it('counts weights and pictures as they are', () => {
    expect(deployedBytes(transfer({ contentType: 'application/octet-stream' }))).toBe(1000);
    expect(deployedBytes(transfer({ contentType: 'image/jpeg' }))).toBe(1000);
  });

  it('never counts more than the body that gzip made longer', () => {
    expect(deployedBytes(transfer({ bodyBytes: 43, gzipBytes: 57 }))).toBe(143);
  });
});

describe('totals', () => {
  it('adds up per kind, in a fixed order, and loses nothing', () => {
    const transfers = [
      transfer({ path: presetPaths.file('a.webp'), contentType: 'image/webp' }),
      transfer({}),
      transfer({ path: presetPaths.file('b.webp'), contentType: 'image/webp' }),
    ];
    expect(totals(transfers)).toEqual([
      { kind: 'page', requests: 1, bodyBytes: 900, sentBytes: 1000, deployedBytes: 400 },
      { kind: 'thumbnails', requests: 2, bodyBytes: 1800, sentBytes: 2000, deployedBytes: 2000 },
    ]);
  });
});

describe('hasEngineCode', () => {
  it('knows the engine by the names of its kernels', () => {
    expect(hasEngineCode('e.runKernel(`FusedConv2D`,t)')).toBe(true);
    expect(hasEngineCode('import("./client.js")')).toBe(false);
  });
});
