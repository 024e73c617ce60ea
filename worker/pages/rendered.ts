/**
 * Pages as they are sent. One is made of the share's record, the language and the like, and of nothing else: whoever
 * asks again for the same gets the same bytes without their being rendered, and so the same ETag in every isolate.
 */
import { limits } from '../../shared/limits';
import { Recently } from '../recently';
import { hexOf } from '../shares/random';
import type { Html } from './html/document';

export interface RenderedPage {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  /** Its content security policy. */
  readonly policy: string;
}

const recent = new Recently<RenderedPage>(limits.share.recentKept, Number.POSITIVE_INFINITY);

/** @param madeOf everything that the page is made of, beside the deployment. */
export function rendered(
  madeOf: readonly string[],
  render: () => Promise<{ readonly html: Html; readonly policy: string }>,
): Promise<RenderedPage> {
  const make = async (): Promise<RenderedPage> => {
    const { html, policy } = await render();
    const body = new TextEncoder().encode(String(await html));
    return { body, etag: `"${hexOf(await digest(body)).slice(0, 32)}"`, policy };
  };
  return recent.read(madeOf.join('\n'), 0, make, () => Number.POSITIVE_INFINITY);
}

const digest = (bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> => crypto.subtle.digest('SHA-256', bytes);

/** Of an inline style sheet, for `style-src`. */
export async function styleHash(sheet: string): Promise<string> {
  const bytes = new Uint8Array(await digest(new TextEncoder().encode(sheet)));
  return `sha256-${btoa(String.fromCharCode(...bytes))}`;
}
