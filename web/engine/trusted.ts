/**
 * Trusted Types: our pages let no text become a script (their policy says so, W3C Trusted Types), but for the addresses of
 * our own workers. Imported by whoever starts one.
 */
interface Factory {
  readonly defaultPolicy: unknown;
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
}

const { trustedTypes } = globalThis as { readonly trustedTypes?: Factory };

// Bundles of one page may each have this module.
if (trustedTypes && !trustedTypes.defaultPolicy) {
  trustedTypes.createPolicy('default', {
    createScriptURL(url) {
      if (new URL(url, location.href).origin === location.origin) return url;
      throw new TypeError(`A script of another site is not run: ${url}`);
    },
  });
}
