/** Header policies of the pages, one per sub-app (see worker/headers.ts). */
import { createMiddleware } from 'hono/factory';
import { secureHeaders } from 'hono/secure-headers';
import type { PagePart } from '../../shared/pageParts';
import type { Bindings } from '../bindings';
import { strictTransportSecurity } from '../headers';
import { pageParts } from './parts';

/**
 * The engine compiles WebAssembly and works in a Web Worker; inline style sheets are let by through their hashes.
 * @param frames who may frame the page.
 * @param styles hashes of sheets beside the one that all pages of this part have.
 */
export function contentSecurityPolicy(
  { styleHash }: Pick<PagePart, 'styleHash'>,
  frames: string,
  ...styles: readonly string[]
): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    `style-src ${[styleHash, ...styles].map((hash) => `'${hash}'`).join(' ')}`,
    // Pictures that the visitor chooses, and those that were made of them, are blobs.
    "img-src 'self' blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${frames}`,
    // web/engine/trusted.ts
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ');
}

/** Who may frame a page, by its kind. */
export const frames = { share: "'none'", embed: '*' } as const;

const common = {
  referrerPolicy: 'strict-origin-when-cross-origin',
  strictTransportSecurity,
  permissionsPolicy: { camera: ['self'], microphone: [], geolocation: [], payment: [], usb: [] },
};

const sharePolicy = secureHeaders({
  ...common,
  // With the opener's policy this isolates the page: the engine's threads may share memory.
  crossOriginEmbedderPolicy: 'require-corp',
  crossOriginOpenerPolicy: 'same-origin',
  crossOriginResourcePolicy: 'same-origin',
  xFrameOptions: 'DENY',
});

/** A page of ours: nobody frames it. */
export function sharePageHeaders() {
  return createMiddleware<Bindings>(async function sharePageHeaders(c, next) {
    const { share } = await pageParts(c.env.ASSETS, c.req.url);
    c.header('Content-Security-Policy', contentSecurityPolicy(share, frames.share));
    return sharePolicy(c, next);
  });
}

/**
 * The frame: anybody may show it, hosts with cross-origin isolation too (their frames must send COEP themselves), and it
 * opens no window of its own.
 */
const framePolicy = secureHeaders({
  ...common,
  crossOriginEmbedderPolicy: 'require-corp',
  crossOriginOpenerPolicy: false,
  crossOriginResourcePolicy: 'cross-origin',
  xFrameOptions: false,
});

export function framePageHeaders() {
  return createMiddleware<Bindings>(async function framePageHeaders(c, next) {
    const { frame } = await pageParts(c.env.ASSETS, c.req.url);
    c.header('Content-Security-Policy', contentSecurityPolicy(frame, frames.embed));
    return framePolicy(c, next);
  });
}

/** oEmbed and the poster, which other sites read and show. */
export function openHeaders() {
  return secureHeaders({
    ...common,
    contentSecurityPolicy: { defaultSrc: ["'none'"], sandbox: [], frameAncestors: ["'none'"] },
    crossOriginResourcePolicy: 'cross-origin',
    crossOriginOpenerPolicy: false,
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
  });
}
