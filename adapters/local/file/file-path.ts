/** Paths of files as callers write them, below a directory of a node (wire-facts 5.2). */

/**
 * The path below `directory`, both with `/`. Undefined for what cannot name a file there: empty, with a NUL, or with a
 * segment that climbs. Links are the node's own business.
 */
export function pathBelow(directory: string, path: string): string | undefined {
  if (path.includes('\0')) return undefined;
  const segments = path.split(/[/\\]/).filter((segment) => segment !== '' && segment !== '.');
  if (segments.length === 0 || segments.includes('..')) return undefined;
  const relative = segments.join('/');
  return directory === '' ? relative : `${directory}/${relative}`;
}
