/** Lines of equal columns; the first `left` of them hold text, the others numbers. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[], left = 1): string[] {
  const widths = titles.map((title, c) => Math.max(title.length, ...rows.map((row) => row[c]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    widths.map((width, c) => (c < left ? (row[c] ?? '').padEnd(width) : (row[c] ?? '').padStart(width))).join('  ');
  return [titles, ...rows].map((row) => line(row).trimEnd());
}
