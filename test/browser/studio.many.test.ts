/**
 * Many photos and clips in one style, as a person does it: damaged ones among them, sound, rotation and changes of size of a
 * clip, stopping and going on, what the history has of them, a ZIP.
 */
import { readFile } from 'node:fs/promises';
import {
  ALL_FORMATS,
  AudioSample,
  AudioSampleSource,
  BufferSource,
  BufferTarget,
  Conversion,
  type EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MovOutputFormat,
  Mp4OutputFormat,
  Output,
  WebMOutputFormat,
} from 'mediabunny';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parts } from '../../shared/words/en/parts';
import { studio as words } from '../../shared/words/en/studio';
import { openStudio, type Studio } from './studio.page';
import { jpeg } from './studio.pictures';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({ keeps: true });
});
afterAll(() => studio?.close());

/** Runs in the page: a moving square and a tone, as MediaRecorder writes them. */
async function record({ seconds, width }: { seconds: number; width: number }): Promise<string> {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height: 64 });
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
        context.fillRect(0, 0, width, 64);
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

const pictureOf = async (bytes: Uint8Array) => {
  const track = await opened(bytes).getPrimaryVideoTrack();
  if (!track) throw new Error('no picture');
  return track;
};

/** The pictures of clips one after another, whatever size each has. @param sound samples of silence with one click in it */
async function joined(clips: readonly Uint8Array[], sound?: { rate: number; samples: number; click: number }) {
  const format = sound ? new MovOutputFormat() : new WebMOutputFormat();
  const output = new Output({ format, target: new BufferTarget() });
  const video = new EncodedVideoPacketSource('vp9');
  output.addVideoTrack(video);
  const audio = sound && new AudioSampleSource({ codec: 'pcm-s16' });
  if (audio) output.addAudioTrack(audio);
  await output.start();
  let from = 0;
  for (const clip of clips) {
    const track = await pictureOf(clip);
    const meta = { decoderConfig: (await track.getDecoderConfig()) ?? undefined };
    for await (const packet of new EncodedPacketSink(track).packets())
      await video.add(packet.clone({ timestamp: from + packet.timestamp }), meta as EncodedVideoChunkMetadata);
    // A WebM does not say how long its last frame is.
    from += (await track.computeDuration()) + 0.1;
  }
  if (sound) {
    const data = new Int16Array(sound.samples);
    data.fill(30_000, sound.click, sound.click + 40);
    const init = { format: 's16' as const, numberOfChannels: 1, sampleRate: sound.rate, timestamp: 0, data };
    await audio?.add(new AudioSample(init));
  }
  await output.finalize();
  return Buffer.from(output.target.buffer ?? new ArrayBuffer(0));
}

/** Runs in the page, which has decoders: how many samples a clip's sound has at a rate, and where the click is. */
async function heard({ base64, rate }: { base64: string; rate: number }) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes.buffer);
  const values = sound.getChannelData(0);
  return { samples: values.length, click: values.findIndex((value) => Math.abs(value) > 0.3) };
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
  for await (const { timestamp } of new EncodedPacketSink(track).packets()) times.push(timestamp);
  return times.sort((a, b) => a - b);
}

/** A file whose headers are whole, and whose pictures are not. */
async function spoilt(clip: Uint8Array): Promise<Buffer> {
  const sink = new EncodedPacketSink(await pictureOf(clip));
  const bytes = Buffer.from(clip);
  let packet: EncodedPacket | null = await sink.getFirstPacket();
  for (; packet; packet = await sink.getNextPacket(packet)) {
    const at = bytes.indexOf(packet.data);
    // No frame of VP9 begins so.
    bytes.fill(0xff, at, at + packet.byteLength);
  }
  return bytes;
}

/** Runs in the page: stops within a video, as soon as something of one is painted. */
const stopWithin = (): Promise<[name: string, share: number]> =>
  new Promise((resolve) => {
    const look = () => {
      const painting = document.querySelector<HTMLProgressElement>(
        '[data-testid=many-item][data-state=painting] progress',
      );
      if (!painting || painting.value === 0 || painting.value > 0.7) return requestAnimationFrame(look);
      document.querySelector<HTMLElement>('[data-testid=many-stop]')?.click();
      resolve([painting.getAttribute('aria-label') ?? '', painting.value]);
    };
    look();
  });

/** Runs in the page: a list of what is shown of a video's progress from now on. */
function sharesOf(name: string): number[] {
  const seen: number[] = [];
  const look = () => {
    const painting = document.querySelector<HTMLProgressElement>(
      `[data-state=painting] progress[aria-label="${name}"]`,
    );
    if (painting) seen.push(painting.value);
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
  return seen;
}

const clusterId = Buffer.from([0x1f, 0x43, 0xb6, 0x75]);

it('paints photos and clips, goes on after damaged ones and where it was stopped, keeps and saves all', async () => {
  const { at, page } = studio;
  const recorded = Buffer.from(await page.evaluate(record, { seconds: 1.5, width: 96 }), 'base64');
  const wider = Buffer.from(await page.evaluate(record, { seconds: 0.5, width: 128 }), 'base64');
  const clip = await turned(recorded);
  const beats = { rate: 48_000, samples: 48_000, click: 36_000 };
  const changing = await joined([recorded, wider]);
  const beating = await joined([recorded], beats);
  const unknown = Buffer.from(recorded);
  unknown.write('V_XYZ', recorded.indexOf('V_VP9'));
  const unheard = Buffer.from(wider);
  unheard.write('A_XYZW', wider.indexOf('A_OPUS'));
  const video = (name: string, buffer: Buffer) => ({ name, mimeType: 'video/mp4', buffer });
  const files = {
    done: [
      await jpeg(96, 64),
      video('clip.mp4', clip),
      video('changing.webm', changing),
      video('beats.mov', beating),
      video('unheard.webm', unheard),
    ],
    failed: {
      'image-truncated': [video('nothing.webm', recorded.subarray(0, recorded.indexOf(clusterId)))],
      'image-unsupported': [
        video('unknown.webm', unknown),
        video('spoilt.webm', await spoilt(recorded)),
        video('empty.webm', Buffer.from('no video at all')),
      ],
    },
  };
  const broken = { name: 'broken.jpg', mimeType: 'image/jpeg', buffer: Buffer.from([0xff, 0xd8, 0xff, 1, 2, 3]) };
  const failing = [broken, ...Object.values(files.failed).flat()];
  const items = at('many-item');
  const finished = () =>
    expect.poll(() => at('many-dialog').getAttribute('data-running'), { timeout: 120_000 }).toBe('no');
  await at('many-open').click();
  await at('many-input').setInputFiles([...failing, ...files.done]);
  await at('many-start').click();
  const [name = '', share = 0] = await page.evaluate(stopWithin);
  await finished();
  const stopped = items.filter({ hasText: name });
  expect(await stopped.getAttribute('data-state')).toBe('waiting');
  const before = Number(await stopped.locator('progress').getAttribute('value'));
  expect(before).toBeGreaterThanOrEqual(share);
  expect(await at('many-start').innerText()).toBe('Go on');
  const shares = await page.evaluateHandle(sharesOf, name);
  await at('many-start').click();
  await finished();
  const after = await shares.jsonValue();
  expect(after.length).toBeGreaterThan(0);
  expect(Math.min(...after)).toBeGreaterThanOrEqual(before);

  const told = await items.evaluateAll((all) =>
    all.map((each) => [each.getAttribute('data-state'), each.querySelector('[data-code]')?.textContent]),
  );
  const { faults } = parts.many;
  expect(told).toEqual([
    ...[words.errors['image-truncated'], faults.empty, faults.codec, faults.damaged, faults.kind].map((text) => [
      'failed',
      text,
    ]),
    ...files.done.map(() => ['done', undefined]),
  ]);
  expect(await at('many-count').innerText()).toContain('5 of 10');
  expect(await items.filter({ hasText: parts.many.silent }).allInnerTexts()).toEqual([
    expect.stringContaining('unheard'),
  ]);
  // Each is in the history, a clip with all of it behind its picture.
  await expect.poll(() => at('history-item').count()).toBe(files.done.length);

  const painted = async (which: string) => {
    const saved = page.waitForEvent('download');
    await items.filter({ hasText: which }).getByRole('button').click();
    return readFile((await (await saved).path()) ?? '');
  };
  const [turnedClip, changed, beaten] = [await painted('clip.mp4'), await painted('changing'), await painted('beats')];
  for (const [made, given] of [
    [turnedClip, clip],
    [changed, changing],
    [beaten, beating],
  ] as const) {
    const [times, asGiven] = [await framesOf(opened(made)), await framesOf(opened(given))];
    expect(asGiven.length).toBeGreaterThan(5);
    expect(times).toHaveLength(asGiven.length);
    for (const [i, time] of times.entries()) expect(time).toBeCloseTo(asGiven[i] ?? Number.NaN, 2);
    const longer = (await opened(made).computeDuration()) - (await opened(given).computeDuration());
    expect(longer).toBeGreaterThan(-0.05);
    expect(longer).toBeLessThan(0.05 + (times.at(-1) ?? 0) - (times.at(-2) ?? 0));
  }
  const sizeOf = async (made: Buffer) => {
    const track = await pictureOf(made);
    return [await track.getDisplayWidth(), await track.getDisplayHeight(), await track.getRotation()];
  };
  expect([await sizeOf(turnedClip), await sizeOf(changed)]).toEqual([
    [64, 96, 0],
    [96, 64, 0],
  ]);
  // Sound stays as it is where the file may hold it, and else is encoded anew: as long, and nothing moves.
  const [sound, soundGiven] = [await soundOf(opened(turnedClip)), await soundOf(opened(clip))];
  expect(sound.codec).toBe('opus');
  expect(sound.packets.map(([, bytes]) => bytes)).toEqual(soundGiven.packets.map(([, bytes]) => bytes));
  const again = await page.evaluate(heard, { base64: beaten.toString('base64'), rate: beats.rate });
  expect((await soundOf(opened(beaten))).codec).not.toMatch(/^pcm/);
  expect(Math.abs(again.samples - beats.samples)).toBeLessThan(beats.rate / 20);
  expect(Math.abs(again.click - beats.click)).toBeLessThan(beats.rate / 500);

  const whole = page.waitForEvent('download');
  await page.evaluate('globalThis.showSaveFilePicker = undefined');
  await at('many-save').click();
  const zip = await readFile((await (await whole).path()) ?? '');
  expect(zip.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
  // The end of the central directory says how many files there are.
  expect(zip.readUInt16LE(zip.lastIndexOf('PK\x05\x06', undefined, 'latin1') + 10)).toBe(files.done.length);

  await at('many-clear').click();
  expect(await items.count()).toBe(0);
  await at('many-close').click();
  await page.locator('[data-testid=history-item][title*="clip"]').click();
  await at('more').click();
  const kept = page.waitForEvent('download');
  await at('save-video').click();
  expect(await readFile((await (await kept).path()) ?? '')).toEqual(turnedClip);
  expect(studio.errors).toEqual([]);
});
