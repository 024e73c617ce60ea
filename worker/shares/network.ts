/** Whose a request is: the part of an address that one household shares, and the one that one provider hands out. */

/**
 * The part of an address that one household or office shares: IPv4 /24, IPv6 /48. Whole addresses would be the wrong
 * key: carriers put thousands of people behind one, and an IPv6 customer has 2⁸⁰.
 */
export const networkOf = (address: string | undefined): string => part(address, 3, 3);

/** What one party can have a lot of: IPv4 /16, IPv6 /32. Who rents 200 networks side by side is one party. */
export const partyOf = (address: string | undefined): string => part(address, 2, 2);

function part(address: string | undefined, octets: number, groups: number): string {
  if (!address) return 'local';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  if (!mapped.includes(':')) return mapped.split('.').slice(0, octets).join('.');
  const [head = '', tail] = mapped.split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array.from({ length: zeros }, () => '0'), ...after]
    .slice(0, groups)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':');
}

export const addressOf = (request: { header(name: string): string | undefined }): string | undefined =>
  request.header('CF-Connecting-IP');

/** Cloudflare's own, of which wrangler says that everybody comes from there. */
const madeUp = 395_747;

/**
 * Who carries the address: an autonomous system (RFC 1930), which whoever rents networks here and there in the address space
 * still has in common. Where that is not known, the party.
 */
export function providerOf(address: string | undefined, { cf }: { readonly cf?: unknown }): string {
  const asn = (cf as IncomingRequestCfProperties | undefined)?.asn;
  return asn === undefined || asn === madeUp ? partyOf(address) : `AS${asn}`;
}
