/** Header policies of the pages, one per sub-app (see worker/headers.ts). */
import { createMiddleware } from 'hono/factory';
import { NONCE, secureHeaders } from 'hono/secure-headers';
import type { PagePart } from '../../shared/pageParts';
import type { Bindings } from '../bindings';
import { pageParts } from './parts';

/** The page's one inline style sheet is let by through its hash; the engine compiles WebAssembly and works in a Web Worker. */
function contentSecurityPolicy({ styleHash }: PagePart) {
  return {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
    workerSrc: ["'self'"],
    styleSrc: [`'${styleHash}'`],
    // Pictures that the visitor chooses, and those that were made of them, are blobs.
    imgSrc: ["'self'", 'blob:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
  };
}

const common = {
  referrerPolicy: 'strict-origin-when-cross-origin',
  strictTransportSecurity: 'max-age=15552000',
} as const;

/** A page of ours: nobody frames it. */
export function sharePageHeaders() {
  return createMiddleware<Bindings>(async function sharePageHeaders(c, next) {
    const { share } = await pageParts(c.env.ASSETS, c.req.url);
    const policy = secureHeaders({
      ...common,
      contentSecurityPolicy: {
        ...contentSecurityPolicy(share),
        // Beside the sheet that all shares have: the shape of this one's picture.
        styleSrc: [`'${share.styleHash}'`, NONCE],
        frameAncestors: ["'none'"],
      },
      crossOriginOpenerPolicy: 'same-origin',
      crossOriginResourcePolicy: 'same-origin',
      xFrameOptions: 'DENY',
    });
    return policy(c, next);
  });
}

/**
 * The frame: anybody may show it, hosts with cross-origin isolation too (their frames must send COEP themselves), and it
 * opens no window of its own.
 */
export function framePageHeaders() {
  return createMiddleware<Bindings>(async function framePageHeaders(c, next) {
    const { frame } = await pageParts(c.env.ASSETS, c.req.url);
    const policy = secureHeaders({
      ...common,
      contentSecurityPolicy: { ...contentSecurityPolicy(frame), frameAncestors: ['*'] },
      crossOriginEmbedderPolicy: 'require-corp',
      crossOriginOpenerPolicy: false,
      crossOriginResourcePolicy: 'cross-origin',
      xFrameOptions: false,
    });
    return policy(c, next);
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
