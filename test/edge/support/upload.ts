/** A share to upload, as the studio would send it, and ways to send it wrong. */
import { exports } from 'cloudflare:workers';
import { expect } from 'vitest';
import { type ErrorCode, errorCodes } from '../../../shared/errors';
import type { CreatedShare, DescribedPicture, ShareRequestInput, ShareType } from '../../../shared/share';
import { jpeg, png } from './pictures';

export const origin = 'https://reverie.test';

let visitors = 0;
/** Each a network and a provider of its own, unless a test says otherwise: limits count by them. */
export const newAddress = (): string => `${20 + ((visitors >> 8) & 127)}.${visitors++ & 255}.7.1`;

export function request(path: string, init: RequestInit = {}, address = newAddress()): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has('CF-Connecting-IP')) headers.set('CF-Connecting-IP', address);
  return exports.default.fetch(new Request(`${origin}${path}`, { ...init, headers }));
}

export async function describePicture(
  bytes: Uint8Array<ArrayBuffer>,
  width: number,
  height: number,
  type: ShareType,
): Promise<DescribedPicture> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return { sha256, bytes: bytes.length, width, height, type };
}

export interface Draft {
  readonly share: ShareRequestInput;
  readonly files: Record<string, Uint8Array<ArrayBuffer>>;
}

let pictures = 0;

/** With a result of its own, and a film. */
export async function draft(changes: Partial<ShareRequestInput> = {}): Promise<Draft> {
  const result = png(60, 40, ++pictures);
  const film = jpeg(64, 20);
  return {
    share: {
      version: 1,
      title: 'A town under stars',
      language: 'en',
      termDays: 30,
      recipe: { technique: 'style', version: 2, styles: [{ preset: 'starry-night' }] },
      result: await describePicture(result, 60, 40, 'image/png'),
      film: {
        picture: await describePicture(film, 64, 20, 'image/jpeg'),
        frames: 4,
        columns: 2,
        frameWidth: 32,
        frameHeight: 10,
        steps: [0, 10, 20, 30],
        losses: [null, 3, 2, 1],
      },
      run: { backend: 'wasm', engine: '0.1.0', seconds: 12.5, steps: 30 },
      inputs: [],
      ...changes,
    },
    files: { result, film },
  };
}

export function formOf({ share, files }: Draft): FormData {
  const form = new FormData();
  form.set('share', JSON.stringify(share));
  for (const [name, bytes] of Object.entries(files)) form.set(name, new Blob([bytes]), name);
  return form;
}

export const post = (body: BodyInit, headers: Record<string, string> = {}, address?: string): Promise<Response> =>
  request('/api/shares', { method: 'POST', body, headers }, address);

export async function create(given?: Draft): Promise<CreatedShare> {
  const response = await post(formOf(given ?? (await draft())));
  expect(response.status).toBe(201);
  return response.json<CreatedShare>();
}

export async function expectError(response: Response, code: ErrorCode): Promise<string> {
  const body = await response.json<{ error: { code: string; message: string } }>();
  expect([response.status, body.error?.code, body.error?.message]).toEqual([
    errorCodes[code].status,
    code,
    expect.any(String),
  ]);
  return body.error.message;
}
