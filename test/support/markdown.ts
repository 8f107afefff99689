/** Markdown for pages that are generated. */

/** A line of a table; bars inside a cell do not end it. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
