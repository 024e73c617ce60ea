/** Connections that are cut in the middle of an upload, through the real edge: nothing of it is shared. */
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import sharp from 'sharp';
import { expect, inject, it } from 'vitest';
import { sharePaths } from '../../shared/share';
import { createShare, formOf, size } from './support/share';

const edge = inject('edgeUrl');

/** Sends so much of an upload as one part of what its head promises, and hangs up. */
async function hangUpAfter(part: number, form: FormData): Promise<void> {
  const whole = new Response(form);
  const type = whole.headers.get('Content-Type');
  const body = Buffer.from(await whole.arrayBuffer());
  const { hostname, port, host } = new URL(edge);
  const head = [
    `POST ${sharePaths.create} HTTP/1.1`,
    ...[`Host: ${host}`, `Content-Type: ${type}`, `Content-Length: ${body.length}`, 'CF-Connecting-IP: 10.9.9.1'],
  ];
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
      socket.write(body.subarray(0, Math.floor(body.length * part)), () => setTimeout(() => socket.destroy(), 100));
    });
    socket.on('error', reject).on('close', () => resolve());
  });
}

it('stores nothing of an upload whose connection is cut, and takes the same one whole', async () => {
  const create = { ...size, channels: 3 as const, background: { r: randomBytes(1)[0] ?? 0, g: 90, b: 40 } };
  const result = new Uint8Array(await sharp({ create }).png().toBuffer());
  const picture = sharePaths.picture(createHash('sha256').update(result).digest('hex'), 'image/png');
  const options = { title: `Cut ${randomBytes(4).toString('hex')}`, result, withPhoto: false };
  for (const part of [0, 0.3, 0.9, 0.999]) await hangUpAfter(part, await formOf(options));
  await new Promise((later) => setTimeout(later, 300));
  // A share and what it counts are written together: no share counts the picture, so there is none.
  expect((await fetch(edge + picture)).status).toBe(404);
  const share = await createShare(edge, options);
  expect((await fetch(edge + share.url)).status).toBe(200);
  expect((await fetch(edge + picture)).status).toBe(200);
});
