/** Small texts for people: sizes, counts, lists, and secrets taken out. */

/** `1 file`, `3 files`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `812 B`, `14.2 KiB`, `1.5 GiB`. */
export function describeBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** The first `limit` items and how many more there are: `a, b, c and 4 more`. */
export function listed(items: readonly string[], limit = 5): string {
  const shown = items.slice(0, limit).join(', ');
  return items.length > limit ? `${shown} and ${items.length - limit} more` : shown;
}

/** The beginning of a node's id, enough to tell nodes apart: the service's own are 71 characters long. */
export function shortNodeId(nodeId: string): string {
  return nodeId.length > 20 ? `${nodeId.slice(0, 14)}…` : nodeId;
}

/** Rows of cells as lines, each column as wide as its widest cell. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

/** A URL or a message without the signature of a SAS, which is as good as a key while it lasts. */
export function withoutSignature(text: string): string {
  return text.replaceAll(/([?&;]sig=)[^&\s"',)]+/gi, '$1***');
}
