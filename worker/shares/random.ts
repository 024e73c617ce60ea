/** Identifiers and keys: random bytes in base64url, and what is kept of a key. */

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));

/** 128 bits, unrelated to what the share holds: nobody guesses one. */
export const newShareId = (): string => base64url(randomBytes(16));
/** 256 bits. */
export const newDeleteKey = (): string => base64url(randomBytes(32));
/** Of a picture's key: 128 bits, so that none comes twice. */
export const newGeneration = (): string => base64url(randomBytes(16));
export const newSalt = (): Uint8Array => randomBytes(16);

/** What a client's own key gives: whoever sends it again is told the same, and nobody can go back from it. */
export const deleteKeyOf = async (clientKey: string): Promise<string> =>
  base64url(
    new Uint8Array(
      await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`reverie deletion key of ${clientKey}`)),
    ),
  );

/** A key of 256 random bits needs no slow hash. */
export const hashOfKey = (key: string): Promise<ArrayBuffer> =>
  crypto.subtle.digest('SHA-256', new TextEncoder().encode(key));

/** In time that tells nothing of where they differ. */
export function sameBytes(a: ArrayBuffer, b: ArrayBuffer): boolean {
  const [one, other] = [new Uint8Array(a), new Uint8Array(b)];
  let difference = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) difference |= (one[i] ?? 0) ^ (other[i] ?? 0);
  return difference === 0;
}

export const hexOf = (bytes: ArrayBuffer | Uint8Array): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
