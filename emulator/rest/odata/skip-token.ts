/**
 * Links to the next page. The token is opaque to clients and holds where the engine goes on; filter, selection and page
 * size travel beside it (wire-facts 1.12).
 */

const PREFIX = 'after:';
const CARRIED = ['$filter', '$select', '$expand', 'maxresults', 'recursive', 'starttime', 'endtime'];

function makeSkipToken(next: string): string {
  return Buffer.from(`${PREFIX}${next}`, 'utf8').toString('base64url');
}

/** Undefined for a text that `makeSkipToken` did not make. */
export function readSkipToken(token: string): string | undefined {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : undefined;
}

export function nextLink(listUrl: string, query: ReadonlyMap<string, string>, next: string): string {
  const parts = [`$skipToken=${makeSkipToken(next)}`];
  for (const name of CARRIED) {
    const value = query.get(name);
    if (value !== undefined) parts.push(`${name}=${encodeURIComponent(value)}`);
  }
  parts.push(`api-version=${encodeURIComponent(query.get('api-version') ?? '')}`);
  return `${listUrl}?${parts.join('&')}`;
}
