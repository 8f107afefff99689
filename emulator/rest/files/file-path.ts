/** Paths of files as clients write them. Confined here, by text; the node's runtime confines links (wire-facts 5.2). */

/**
 * A decoded path as segments joined by `/`. Clients of Windows write backslashes. Undefined for what cannot name a file:
 * empty, with a NUL, or with a segment that climbs.
 */
export function normalizeFilePath(decoded: string): string | undefined {
  if (decoded.includes('\0')) return undefined;
  const segments = decoded.split(/[/\\]/).filter((segment) => segment !== '' && segment !== '.');
  return segments.length === 0 || segments.includes('..') ? undefined : segments.join('/');
}

export function joinPath(directory: string, path: string): string {
  return directory === '' ? path : `${directory}/${path}`;
}

/** The path in a URL: segments encoded, slashes as they are. */
export function encodeFilePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
