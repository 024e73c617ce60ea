/**
 * The sample picture: a mountain lake in the evening, computed from nothing by this folder, so that a visitor
 * can try Reverie without a photo of their own and nobody's rights are involved.
 * `npx tsx tools/sample/index.ts --out web/public/sample.jpg [--scale 0.25] [--samples 2]`
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { renderSample } from './render';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    scale: { type: 'string', default: '1' },
    samples: { type: 'string', default: '2' },
  },
});
if (!values.out) {
  console.error('Usage: npx tsx tools/sample/index.ts --out FILE.jpg [--scale 0.25] [--samples 2]');
  process.exit(2);
}

/** It is downloaded when a visitor asks for it: keep it light. */
const maxBytes = 160 * 1024;

const started = performance.now();
const log = (text: string) =>
  console.error(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}`);
const scale = Number(values.scale);
const { width, height, data } = renderSample(
  Math.round(1024 * scale),
  Math.round(768 * scale),
  Number(values.samples),
  log,
);
const picture = sharp(Buffer.from(data.buffer), { raw: { width, height, channels: 4 } }).removeAlpha();
let quality = 85;
let jpeg = await picture.jpeg({ quality, mozjpeg: true }).toBuffer();
while (jpeg.length > maxBytes && quality > 60)
  jpeg = await picture.jpeg({ quality: --quality, mozjpeg: true }).toBuffer();
await writeFile(values.out, jpeg);
log(`${values.out}: ${width}×${height}, quality ${quality}, ${(jpeg.length / 1024).toFixed(0)} KiB`);
