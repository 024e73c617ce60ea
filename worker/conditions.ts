/**
 * Conditional requests (RFC 9110, section 13) by entity tags. No answer of ours has a date of its last change, so conditions
 * on dates have nothing to be compared with, and are passed over as section 13.1 asks.
 */

interface Tag {
  readonly weak: boolean;
  /** With its quotes. */
  readonly opaque: string;
}

/** A list of entity tags or `*` (section 8.8.3). @returns undefined for what is neither: a condition that says nothing. */
function parseTags(header: string): readonly Tag[] | '*' | undefined {
  const text = header.trim();
  if (text === '*') return '*';
  const tags: Tag[] = [];
  // etagc, and the space that many write in it: no quote, no control character.
  const tag = /^(W\/)?("[\x20\x21\x23-\x7e\x80-\xff]*")[\t ]*(?:,[\t ,]*|$)/;
  for (let rest = text.replace(/^[\t ,]+/, ''); rest; ) {
    const [whole, weak, opaque] = tag.exec(rest) ?? [];
    if (whole === undefined || opaque === undefined) return undefined;
    tags.push({ weak: weak !== undefined, opaque });
    rest = rest.slice(whole.length);
  }
  return tags.length > 0 ? tags : undefined;
}

const opaqueOf = (etag: string): string => etag.replace(/^W\//, '');

/**
 * What a representation with this tag is answered with: as it is, 304 to whoever has it, 412 to whoever wants another.
 * @param etag of what would be sent, weak or strong
 */
export function statusFor(headers: Headers, etag: string): 200 | 304 | 412 {
  const ifMatch = headers.get('If-Match');
  const wanted = ifMatch === null ? undefined : parseTags(ifMatch);
  // Compared strongly: a weak tag never matches.
  if (wanted && wanted !== '*' && !wanted.some(({ weak, opaque }) => !weak && opaque === etag)) return 412;
  const ifNoneMatch = headers.get('If-None-Match');
  const known = ifNoneMatch === null ? undefined : parseTags(ifNoneMatch);
  // Compared weakly, since a cache that compresses makes the tag a weak one.
  if (known === '*' || known?.some(({ opaque }) => opaque === opaqueOf(etag))) return 304;
  return 200;
}
