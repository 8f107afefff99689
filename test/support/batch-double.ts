// A scripted HTTP server in the place of a Batch service, for what no emulator does on demand: throttling, broken
// connections, malformed answers. A handler answers each request; every request is recorded.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export const DOUBLE_ACCOUNT = 'doubleaccount';
export const DOUBLE_KEY = Buffer.from('a key that opens nothing but this test').toString('base64');

export interface RecordedRequest {
  readonly method: string;
  /** As sent, still encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The same number for requests over the same connection. */
  readonly connection: number;
}

export interface Exchange {
  readonly request: RecordedRequest;
  readonly response: ServerResponse;
  /** How many requests of this method and path came before. */
  readonly earlier: number;
  readonly json: (status: number, body: unknown, headers?: Readonly<Record<string, string>>) => void;
  /** An error body in the service's form (wire-facts 2.1). */
  readonly refuse: (status: number, code: string, options?: RefusalOptions) => void;
  /** Breaks the connection instead of an answer. */
  readonly reset: () => void;
}

export interface RefusalOptions {
  readonly sentence?: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface BatchDouble extends AsyncDisposable {
  readonly endpoint: string;
  readonly requests: readonly RecordedRequest[];
  /** Connections that are open now. */
  readonly openConnections: number;
  /** Resolves when `predicate` holds after a request or a closed connection. */
  until(predicate: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function startBatchDouble(handler: (exchange: Exchange) => void): Promise<BatchDouble> {
  const requests: RecordedRequest[] = [];
  const sockets = new Map<Socket, number>();
  const watchers = new Set<() => void>();
  const notify = (): void => watchers.forEach((watch) => watch());
  let connections = 0;

  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = recorded(incoming, Buffer.concat(chunks).toString('utf8'), sockets.get(incoming.socket) ?? 0);
      const earlier = requests.filter(({ method, path }) => method === request.method && path === request.path).length;
      requests.push(request);
      handler(exchange(request, response, earlier));
      notify();
    });
  });
  server.on('connection', (socket) => {
    sockets.set(socket, (connections += 1));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      notify();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    sockets.forEach((_number, socket) => socket.destroy());
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get openConnections() {
      return sockets.size;
    },
    until: (predicate) =>
      new Promise((resolve) => {
        const watch = (): void => {
          if (!predicate()) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function recorded(incoming: IncomingMessage, body: string, connection: number): RecordedRequest {
  const [path = '', query = ''] = (incoming.url ?? '').split('?', 2);
  const { method = '', headers } = incoming;
  return { method, path, query: new URLSearchParams(query), headers, body, connection };
}

function exchange(request: RecordedRequest, response: ServerResponse, earlier: number): Exchange {
  const json: Exchange['json'] = (status, body, headers = {}) => {
    const text = JSON.stringify(body);
    const length = String(Buffer.byteLength(text));
    const contentType = 'application/json;odata=minimalmetadata';
    response.writeHead(status, { 'content-type': contentType, 'content-length': length, ...headers });
    response.end(request.method === 'HEAD' ? undefined : text);
  };
  return {
    request,
    response,
    earlier,
    json,
    refuse: (status, code, { sentence = `Refused with ${code}.`, values, headers = {} } = {}) => {
      const id = '1f2ff866-9f24-4515-934c-9dcac8929724';
      const tail = `\nRequestId:${id}\nTime:2030-01-01T00:00:00.0000000Z`;
      const pairs = Object.entries(values ?? {}).map(([key, value]) => ({ key, value }));
      const message = { lang: 'en-US', value: `${sentence}${tail}` };
      const body = { code, message, ...(pairs.length === 0 ? {} : { values: pairs }) };
      json(status, body, { 'request-id': id, ...headers });
    },
    reset: () => {
      response.socket?.resetAndDestroy();
    },
  };
}

/** The header that the request must carry, computed from wire-facts 1.5 and not from the SDK. */
export function sharedKeyHeader(request: RecordedRequest, account: string, key: string): string {
  const header = (name: string): string => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(',') : (value ?? '');
  };
  const standard = [
    'content-encoding',
    'content-language',
    'content-length',
    'content-md5',
    'content-type',
    'date',
    'if-modified-since',
    'if-match',
    'if-none-match',
    'if-unmodified-since',
    'range',
  ].map(header);
  const ocp = Object.keys(request.headers)
    .filter((name) => name.startsWith('ocp-'))
    .toSorted()
    .map((name) => `${name}:${header(name)}\n`)
    .join('');
  const query = [...request.query.keys()].toSorted().map((name) => `\n${name}:${request.query.get(name) ?? ''}`);
  const text = `${[request.method, ...standard].join('\n')}\n${ocp}/${account}${request.path}${query.join('')}`;
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64');
  return `SharedKey ${account}:${signature}`;
}
