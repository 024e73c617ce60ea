/**
 * The pictures that a style is learned on in the studio by who has no photos at hand: computed from nothing, like the
 * sample picture. `npx tsx tools/sample/scenes/index.ts --out web/public/training`
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { render } from './march';
import { scenes } from './things';

const { values } = parseArgs({ options: { out: { type: 'string' }, size: { type: 'string', default: '256' } } });
if (!values.out) {
  console.error('Usage: npx tsx tools/sample/scenes/index.ts --out FOLDER [--size 256]');
  process.exit(2);
}
const width = Number(values.size);
const height = Math.round((width * 3) / 4);
await mkdir(values.out, { recursive: true });
let total = 0;
for (const [i, scene] of scenes.entries()) {
  const { data } = render(scene, width, height);
  const webp = await sharp(Buffer.from(data.buffer), { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .webp({ quality: 80 })
    .toBuffer();
  total += webp.length;
  await writeFile(path.join(values.out, `${String(i + 1).padStart(2, '0')}.webp`), webp);
  console.error(`${scene.name}: ${webp.length} bytes`);
}
console.error(`${total} bytes`);
