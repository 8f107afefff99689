/** A request as it was received, before any of it is interpreted: the signature covers these very texts (wire-facts 1.5). */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

export interface WireRequest {
  readonly method: string;
  /** Still percent-encoded, with the leading slash and without the query. */
  readonly rawPath: string;
  /** Decoded names and values; the first of several with the same name counts. */
  readonly query: ReadonlyMap<string, string>;
  readonly headers: IncomingHttpHeaders;
}

/** Undefined when the URL cannot be decoded. */
export function readRequest(message: IncomingMessage): WireRequest | undefined {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const query = parseQuery(mark < 0 ? '' : url.slice(mark + 1));
  if (query === undefined) return undefined;
  return {
    method: message.method ?? 'GET',
    rawPath: withoutOrigin(mark < 0 ? url : url.slice(0, mark)),
    query,
    headers: message.headers,
  };
}

/** A header's value; several of the same name are one value, joined as HTTP says. */
export function headerOf(headers: IncomingHttpHeaders, lowerCaseName: string): string | undefined {
  const value = headers[lowerCaseName];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Clients behind a proxy send the whole URL (RFC 9112, 3.2.2). */
function withoutOrigin(path: string): string {
  const match = /^https?:\/\/[^/]*/i.exec(path);
  if (match === null) return path;
  return path.slice(match[0].length) || '/';
}

function parseQuery(text: string): ReadonlyMap<string, string> | undefined {
  const query = new Map<string, string>();
  if (text === '') return query;
  for (const part of text.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const value = decode(equals < 0 ? '' : part.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    if (!query.has(name)) query.set(name, value);
  }
  return query;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
