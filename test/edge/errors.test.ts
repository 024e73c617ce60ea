/** How thrown errors become answers; called without the Worker around it. */
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ReverieError } from '../../shared/errors';
import { createApp } from '../../worker/app';
import type { Bindings } from '../../worker/bindings';
import { toErrorResponse } from '../../worker/errors';

afterEach(() => vi.restoreAllMocks());

async function answerTo(error: Error): Promise<{ status: number; error: { code: string; message: string } }> {
  const app = new Hono<Bindings>().onError(toErrorResponse).get('/', () => {
    throw error;
  });
  const response = await app.request('/');
  return { status: response.status, ...(await response.json<{ error: { code: string; message: string } }>()) };
}

describe('toErrorResponse', () => {
  it('keeps the code, message and status of an error of ours', async () => {
    expect(await answerTo(new ReverieError('network-unknown', 'No such network.'))).toEqual({
      status: 404,
      error: { code: 'network-unknown', message: 'No such network.' },
    });
  });

  it("keeps the status of Hono's own refusals", async () => {
    expect(await answerTo(new HTTPException(413, { message: 'Payload Too Large' }))).toEqual({
      status: 413,
      error: { code: 'bad-request', message: 'Payload Too Large' },
    });
  });

  it('tells nothing about an unexpected error, and logs it', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const secret = new Error('connection string with a password');
    const answer = await answerTo(secret);
    expect(answer.status).toBe(500);
    expect(answer.error.code).toBe('internal');
    expect(JSON.stringify(answer)).not.toContain('password');
    expect(log).toHaveBeenCalledWith(secret);
  });
});

describe('a deployment without its lists', () => {
  it('answers 500 in the error shape instead of the 404 page', async () => {
    const ASSETS = { fetch: async () => new Response('<h1>not found</h1>', { status: 404 }) } as unknown as Fetcher;
    const response = await createApp().request('/api/networks', {}, { ASSETS });
    expect(response.status).toBe(500);
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(await response.json()).toMatchObject({ error: { code: 'internal' } });
  });
});
