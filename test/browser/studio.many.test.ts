/** Many photos and clips in one style, as a person does it: a damaged one among them, sound and rotation of a clip, a ZIP. */
import { readFile } from 'node:fs/promises';
import {
  ALL_FORMATS,
  BufferSource,
  BufferTarget,
  Conversion,
  EncodedPacketSink,
  Input,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStudio, type Studio } from './studio.page';
import { jpeg } from './studio.pictures';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

/** Runs in the page: a moving square and a tone, as MediaRecorder writes them. */
async function record(seconds: number): Promise<string> {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: 96, height: 64 });
  const context = canvas.getContext('2d');
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const sound = audio.createMediaStreamDestination();
  tone.connect(sound);
  tone.start();
  const stream = new MediaStream([...canvas.captureStream(8).getTracks(), ...sound.stream.getTracks()]);
  const recorder = new MediaRecorder(stream, { mimeType: 'video/webm;codecs=vp9,opus' });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.start();
  const begun = performance.now();
  await new Promise<void>((resolve) => {
    const draw = () => {
      const at = performance.now() - begun;
      if (context) {
        context.fillStyle = '#246';
        context.fillRect(0, 0, 96, 64);
        context.fillStyle = '#fd6';
        context.fillRect((at / 20) % 80, 20, 16, 24);
      }
      if (at < 1000 * seconds) setTimeout(draw, 60);
      else resolve();
    };
    draw();
  });
  await new Promise((resolve) => {
    recorder.onstop = resolve;
    recorder.stop();
  });
  await audio.close();
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

const opened = (bytes: Uint8Array) => new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });

/** As phones film upright: the same pictures, with a note that they are to be turned. */
async function turned(bytes: Uint8Array): Promise<Buffer> {
  const output = new Output({ format: new Mp4OutputFormat(), target: new BufferTarget() });
  const conversion = await Conversion.init({ input: opened(bytes), output, video: { rotate: 90 } });
  await conversion.execute();
  return Buffer.from(output.target.buffer ?? new ArrayBuffer(0));
}

async function soundOf(input: Input) {
  const track = await input.getPrimaryAudioTrack();
  if (!track) throw new Error('no sound');
  const packets: [number, number][] = [];
  for await (const packet of new EncodedPacketSink(track).packets())
    packets.push([packet.timestamp, packet.byteLength]);
  return { packets, codec: await track.getCodec() };
}

async function framesOf(input: Input): Promise<number[]> {
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error('no picture');
  const times: number[] = [];
  // One of no length is never seen.
  for await (const { timestamp, duration } of new EncodedPacketSink(track).packets())
    if (duration > 0) times.push(timestamp);
  return times.sort((a, b) => a - b);
}

it('paints photos and a clip, goes on after a damaged one, and saves all as a ZIP', async () => {
  const { at, page } = studio;
  const clip = await turned(Buffer.from(await page.evaluate(record, 1.5), 'base64'));
  await at('many-open').click();
  await at('many-input').setInputFiles([
    await jpeg(96, 64),
    { name: 'broken.jpg', mimeType: 'image/jpeg', buffer: Buffer.from([0xff, 0xd8, 0xff, 1, 2, 3]) },
    { name: 'clip.mp4', mimeType: 'video/mp4', buffer: clip },
    { name: 'empty.webm', mimeType: 'video/webm', buffer: Buffer.from('no video at all') },
  ]);
  await at('many-start').click();
  await expect.poll(() => at('many-dialog').getAttribute('data-running'), { timeout: 120_000 }).toBe('no');
  const states = await at('many-item').evaluateAll((all) => all.map((each) => each.getAttribute('data-state')));
  expect(states).toEqual(['done', 'failed', 'done', 'failed']);
  expect(await at('many-count').innerText()).toContain('2 of 4');

  const saved = page.waitForEvent('download');
  await at('many-item').nth(2).getByRole('button').click();
  const painted = opened(await readFile((await (await saved).path()) ?? ''));
  const given = opened(clip);
  const times = await framesOf(painted);
  const before = await framesOf(given);
  expect(before.length).toBeGreaterThan(5);
  expect(times).toHaveLength(before.length);
  for (const [i, time] of times.entries()) expect(time).toBeCloseTo(before[i] ?? Number.NaN, 2);
  expect(await soundOf(painted)).toMatchObject({ codec: 'opus' });
  expect((await soundOf(painted)).packets.map(([, bytes]) => bytes)).toEqual(
    (await soundOf(given)).packets.map(([, bytes]) => bytes),
  );
  expect(await painted.computeDuration()).toBeCloseTo(await given.computeDuration(), 1);
  const track = await painted.getPrimaryVideoTrack();
  expect([await track?.getDisplayWidth(), await track?.getDisplayHeight(), await track?.getRotation()]).toEqual([
    64, 96, 0,
  ]);

  const whole = page.waitForEvent('download');
  await page.evaluate('globalThis.showSaveFilePicker = undefined');
  await at('many-save').click();
  const zip = await readFile((await (await whole).path()) ?? '');
  expect(zip.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
  // The end of the central directory says how many files there are.
  expect(zip.readUInt16LE(zip.lastIndexOf('PK\x05\x06', undefined, 'latin1') + 10)).toBe(2);
  expect(studio.errors).toEqual([]);
});
