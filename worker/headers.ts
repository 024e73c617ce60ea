/**
 * Header policies of the Worker's own answers, one per sub-app: a single global policy would run last and overwrite
 * what a route needs to differ in. Static files get theirs from web/public/_headers.
 */
import { secureHeaders } from 'hono/secure-headers';

/** Two years, and every host below this one: browsers know nothing longer. */
export const strictTransportSecurity = 'max-age=63072000; includeSubDomains';

/** Bytes that came from strangers, for any page to show and none to run. */
export function mediaHeaders() {
  return secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], sandbox: [] },
    crossOriginResourcePolicy: 'cross-origin',
    referrerPolicy: 'no-referrer',
    strictTransportSecurity,
    xFrameOptions: false,
  });
}

/** JSON for our own pages: nothing in it may run, be framed, or be read by another site. */
export function apiHeaders() {
  return secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    crossOriginResourcePolicy: 'same-origin',
    referrerPolicy: 'no-referrer',
    strictTransportSecurity,
    xFrameOptions: 'DENY',
  });
}
