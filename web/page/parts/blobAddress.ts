/** The address of a blob for as long as it is kept. */
const addresses = new WeakMap<Blob, string>();

export function addressOf(blob: Blob): string {
  const known = addresses.get(blob) ?? URL.createObjectURL(blob);
  addresses.set(blob, known);
  return known;
}
