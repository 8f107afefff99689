/**
 * Responses with the header names, order and reason phrases of recordings (wire-facts 1.7). Bodies of successes are
 * chunked, those of errors have a length, and nothing answers `HEAD` with a body.
 */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { ServerResponse } from 'node:http';

export type HeaderList = readonly (readonly [name: string, value: string])[];

export interface WireResponse {
  readonly status: number;
  /** The sentence of an error; successes have the customary phrase. */
  readonly reason?: string;
  /** Those that depend on the operation, such as `ETag`; the ones that every response has are added. */
  readonly headers?: HeaderList;
  readonly body?: string | AsyncIterable<Uint8Array>;
  /** Of a `HEAD` of a file, which tells a length without a body. */
  readonly contentLength?: number;
}

export interface ResponseIdentity {
  readonly requestId: string;
  /** RFC 1123. */
  readonly date: string;
  /** Echoed when the request asked for it with `return-client-request-id: true`. */
  readonly clientRequestId?: string;
}

const JSON_TYPE = 'application/json;odata=minimalmetadata';

/** Sends the response. Resolves when it is handed over, or, for a stream, when its last byte is. */
export async function sendResponse(
  target: ServerResponse,
  response: WireResponse,
  identity: ResponseIdentity,
): Promise<void> {
  const { status, body } = response;
  const isHead = target.req.method === 'HEAD';
  // Node adds `Connection` and `Keep-Alive` to what it was not given; the service sends neither.
  target.removeHeader('connection');
  target.sendDate = false;
  const headers: string[] = [];
  for (const [name, value] of headerList(response, identity, isHead)) headers.push(name, value);
  if (response.reason === undefined) target.writeHead(status, headers);
  else target.writeHead(status, response.reason, headers);
  if (body === undefined || isHead) {
    target.end();
  } else if (typeof body === 'string') {
    target.end(body);
  } else {
    await pipeline(Readable.from(body, { objectMode: false }), target);
  }
}

function headerList(response: WireResponse, identity: ResponseIdentity, isHead: boolean): HeaderList {
  const { body } = response;
  const given = response.headers ?? [];
  const type = typeof body === 'string' && !isHead ? ([['Content-Type', JSON_TYPE]] as const) : [];
  return [
    lengthHeader(response, isHead),
    ...type,
    ...given,
    ['Server', 'Microsoft-HTTPAPI/2.0'],
    ['request-id', identity.requestId],
    ...(identity.clientRequestId === undefined ? [] : [['client-request-id', identity.clientRequestId] as const]),
    ['Strict-Transport-Security', 'max-age=31536000; includeSubDomains'],
    ['X-Content-Type-Options', 'nosniff'],
    ['DataServiceVersion', '3.0'],
    ['Date', identity.date],
  ];
}

function lengthHeader(response: WireResponse, isHead: boolean): readonly [string, string] {
  const { status, body, contentLength } = response;
  if (contentLength !== undefined) return ['Content-Length', String(contentLength)];
  if (status === 204 || status === 304) return ['Content-Length', '0'];
  if (status < 300) return ['Transfer-Encoding', 'chunked'];
  return ['Content-Length', String(typeof body === 'string' && !isHead ? Buffer.byteLength(body) : 0)];
}
