// A tiny stand-in for blob storage on a free port of the loopback: enough to see what an agent asks for and to
// answer with every trouble that storage has. The signature `sig=good` opens everything but container `closed`.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

const PAGE = 2;

export class BlobServer {
  readonly blobs = new Map<string, Buffer>();
  readonly requests: SeenRequest[] = [];
  /** Containers that exist, as `/account/container`. */
  readonly containers = new Set<string>(['/acc/in', '/acc/out']);
  /** Those of them that need no signature. */
  readonly open = new Set<string>();
  /** Statuses that the next requests to a path get, before it works. */
  readonly troubles = new Map<string, number[]>();
  /** Blobs of which half comes, and then the connection ends. */
  readonly torn = new Set<string>();
  readonly #blocks = new Map<string, Buffer>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<number> {
    await new Promise<void>((ready) => this.#server.listen(0, '127.0.0.1', ready));
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://blobs');
    const path = decodeURIComponent(url.pathname);
    this.requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const trouble = this.troubles.get(path)?.shift();
    if (trouble === 0) request.socket.destroy();
    else if (trouble !== undefined) refuse(response, trouble, 'ServerBusy');
    else if (url.searchParams.get('sig') !== 'good' && !this.open.has(containerOf(path)))
      refuse(response, 403, 'AuthenticationFailed');
    else if (!this.containers.has(containerOf(path))) refuse(response, 404, 'ContainerNotFound');
    else if (request.method === 'PUT') this.#put(path, url, Buffer.concat(chunks), response);
    else if (url.searchParams.get('comp') === 'list') this.#list(path, url, response);
    else this.#get(path, response);
  }

  #get(path: string, response: ServerResponse): void {
    const blob = this.blobs.get(path);
    if (blob === undefined) refuse(response, 404, 'BlobNotFound');
    else if (this.torn.has(path)) {
      response.writeHead(200, { 'content-length': blob.length });
      response.write(blob.subarray(0, blob.length / 2), () => response.destroy());
    } else response.writeHead(200, { 'content-length': blob.length }).end(blob);
  }

  #put(path: string, url: URL, body: Buffer, response: ServerResponse): void {
    const block = url.searchParams.get('blockid');
    if (block !== null) this.#blocks.set(`${path} ${block}`, body);
    else if (url.searchParams.get('comp') === 'blocklist') {
      const ids = [...body.toString().matchAll(/<Latest>([^<]*)</g)].map(([, id = '']) => id);
      this.blobs.set(path, Buffer.concat(ids.map((id) => this.#blocks.get(`${path} ${id}`) ?? Buffer.alloc(0))));
    } else this.blobs.set(path, body);
    response.writeHead(201).end();
  }

  /** Pages of two, so that a listing of three needs its marker. */
  #list(container: string, url: URL, response: ServerResponse): void {
    const prefix = url.searchParams.get('prefix') ?? '';
    const marker = Number(url.searchParams.get('marker') ?? 0);
    const all = [...this.blobs.keys()]
      .filter((path) => path.startsWith(`${container}/${prefix}`))
      .map((path) => path.slice(container.length + 1))
      .sort();
    const next = marker + PAGE < all.length ? String(marker + PAGE) : '';
    const items = all.slice(marker, marker + PAGE).map((name) => `<Blob><Name>${xml(name)}</Name></Blob>`);
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end(
      `<?xml version="1.0"?><EnumerationResults><Blobs>${items.join('')}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`,
    );
  }
}

function containerOf(path: string): string {
  return path.split('/').slice(0, 3).join('/');
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'x-ms-error-code': code, 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>No.</Message></Error>`);
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
