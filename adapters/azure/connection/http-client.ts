/**
 * Sends the SDK's requests over kept-alive connections. The SDK's own client opens a connection a request, hides what
 * was sent when a connection breaks, and drops the body of an error that answers a file download.
 */
import http from 'node:http';
import https from 'node:https';
import { FaultError } from '../../../core/kernel/index.ts';
import type { Endpoint } from './endpoint.ts';
import type { HttpClient, HttpRequest, HttpResponse } from './sdk.ts';
import { TransportError, transportError } from './transport-error.ts';

export interface HttpClientSettings {
  /** A connection that stays silent this long while an answer is due is given up; the service answers within 30 s. */
  readonly silenceMs: number;
  readonly maxConnections: number;
}

interface Connection {
  readonly endpoint: Endpoint;
  readonly agent: http.Agent;
  readonly silenceMs: number;
}

export function createHttpClient(endpoint: Endpoint, settings: HttpClientSettings): HttpClient {
  // Idle sockets of an agent do not keep the process alive, so nothing has to be closed.
  const options: https.AgentOptions = {
    keepAlive: true,
    maxSockets: settings.maxConnections,
    ...(endpoint.isLoopback ? {} : { proxyEnv: process.env }),
  };
  const agent = endpoint.isSecure ? new https.Agent(options) : new http.Agent(options);
  const connection = { endpoint, agent, silenceMs: settings.silenceMs };
  return { sendRequest: (request) => send(connection, request) };
}

function send(connection: Connection, request: HttpRequest): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const outgoing = open(connection, request);
    let incoming: http.IncomingMessage | undefined;
    outgoing.on('response', (response) => {
      incoming = response;
      receive(request, response).then(resolve, (error: unknown) => {
        reject(error instanceof Error ? transportError(error, outgoing.reusedSocket) : error);
      });
    });
    outgoing.on('timeout', () => {
      // A download whose reader is busy elsewhere leaves the connection silent too.
      if (incoming !== undefined && incoming.readableLength > 0) return;
      outgoing.destroy(new TransportError('lost', `silent for ${connection.silenceMs / 1000} s`));
    });
    outgoing.on('error', (error) => reject(transportError(error, outgoing.reusedSocket)));
    outgoing.end(request.body);
  });
}

function open({ endpoint, agent, silenceMs }: Connection, request: HttpRequest): http.ClientRequest {
  const path = pathOf(request.url, endpoint);
  const headers: http.OutgoingHttpHeaders = request.headers.rawHeaders();
  const signal = request.abortSignal as AbortSignal | undefined;
  const options: https.RequestOptions = {
    method: request.method,
    hostname: endpoint.hostname,
    ...(endpoint.port === '' ? {} : { port: endpoint.port }),
    path,
    headers,
    agent,
    timeout: silenceMs,
    ...(signal === undefined ? {} : { signal }),
  };
  return endpoint.isSecure ? https.request(options) : http.request(options);
}

/**
 * The path and query exactly as signed. An empty id, `.` or `..` would make it the path of something else, for example
 * of the whole list, so it goes no further than this.
 */
function pathOf(url: string, endpoint: Endpoint): string {
  if (!url.startsWith(`${endpoint.origin}/`)) {
    throw new TransportError('malformed', `a link leads away from the endpoint`);
  }
  const path = url.slice(endpoint.origin.length);
  const [names = ''] = path.split('?', 1);
  const wrong = names
    .slice(1)
    .split('/')
    .find((name) => name === '' || name === '.' || name === '..');
  if (wrong === undefined) return path;
  throw new FaultError({ code: 'invalid', message: `"${wrong}" is not a name; give the id or path of one resource.` });
}

async function receive(request: HttpRequest, incoming: http.IncomingMessage): Promise<HttpResponse> {
  const status = incoming.statusCode ?? 0;
  const isSuccess = status >= 200 && status < 300;
  const response = { request, status, headers: headersOf(request, incoming) };
  if (isSuccess && request.streamResponseBody === true) {
    // Its reader sees an error too; without a listener here one that comes before the first read would end the process.
    incoming.on('error', () => undefined);
    return { ...response, readableStreamBody: incoming };
  }
  const bodyAsText = await textOf(incoming);
  if (isSuccess && bodyAsText !== '' && !isJson(incoming)) {
    throw new TransportError('malformed', `it answered with ${incoming.headers['content-type'] ?? 'unnamed content'}`);
  }
  // The SDK reads an error's body only when it does not believe it to be a file.
  Object.assign(request, { streamResponseBody: false });
  return { ...response, bodyAsText };
}

function textOf(incoming: http.IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    incoming.on('error', reject);
  });
}

function isJson(incoming: http.IncomingMessage): boolean {
  return /[/+]json\b/.test(incoming.headers['content-type'] ?? '');
}

/** The SDK's class for headers has no public name, so an emptied copy of the request's serves for the response. */
function headersOf(request: HttpRequest, incoming: http.IncomingMessage): HttpResponse['headers'] {
  const headers = request.headers.clone();
  for (const name of headers.headerNames()) headers.remove(name);
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}
