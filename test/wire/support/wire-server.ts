// A server on a free port with one account and a clock that stands still, and raw requests to it, signed as the reference
// says. The signature is made here anew, not with the server's own code.
import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { onTestFinished } from 'vitest';
import { seededRandom, VirtualClock } from '../../../core/kernel/index.ts';
import type { NodeFileSystem } from '../../../emulator/engine/index.ts';
import type { BatchServer, BatchServerOptions } from '../../../emulator/rest/index.ts';
import { createBatchServer } from '../../../emulator/rest/index.ts';
import type { CannedAnswers } from './canned-engine.ts';
import { cannedEngine } from './canned-engine.ts';
import { memoryFiles } from './memory-files.ts';

export const ACCOUNT = 'testaccount';
export const KEY = Buffer.from('a key for tests, known to everybody').toString('base64');
export const API_VERSION = '2022-10-01.16.0';
export const JSON_TYPE = 'application/json; odata=minimalmetadata; charset=utf-8';

/** 2030-01-01T00:00:00Z and some microseconds, so that every digit of a time is seen. */
export const NOW = 1_893_456_000_123.457;

export interface WireServerOptions extends Partial<BatchServerOptions> {
  readonly answers?: CannedAnswers;
  readonly files?: NodeFileSystem;
}

/** Closed when the test ends. */
export async function startWireServer(options: WireServerOptions = {}): Promise<BatchServer> {
  const { answers, files = memoryFiles({}, NOW), ...more } = options;
  const server = createBatchServer({
    accounts: new Map([[ACCOUNT, { key: KEY, engine: cannedEngine(answers), files }]]),
    clock: new VirtualClock(NOW),
    credentialClock: null,
    random: seededRandom('wire'),
    ...more,
  });
  await server.listen(0);
  onTestFinished(() => server.close());
  return server;
}

export interface RawAnswer {
  readonly status: number;
  readonly reason: string;
  /** Names and values as they came, in pairs. */
  readonly rawHeaders: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface RawRequest {
  readonly method?: string;
  /** With its query, as it is sent. `api-version` is added unless the path has a `?` already. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Changes what is sent after it was signed. */
  readonly tamper?: { readonly path?: string; readonly headers?: Readonly<Record<string, string>> };
  readonly account?: string;
  readonly key?: string;
  /** Cuts the connection when that many bytes of the body have come. */
  readonly abortAfter?: number;
  /** Neither signs nor sends a length of its own accord. */
  readonly unsized?: boolean;
  /** Sends it over HTTPS and trusts this certificate (PEM). */
  readonly ca?: string;
}

export async function send(server: BatchServer, raw: RawRequest): Promise<RawAnswer> {
  const { method = 'GET', body, tamper = {} } = raw;
  const path = raw.path.includes('?') ? raw.path : `${raw.path}?api-version=${API_VERSION}`;
  const isSilent = raw.unsized === true || (body === undefined && !['POST', 'PUT', 'PATCH'].includes(method));
  const length = isSilent ? {} : { 'content-length': String(Buffer.byteLength(body ?? '')) };
  const type = body === undefined ? {} : { 'content-type': JSON_TYPE };
  const headers: Record<string, string> = {
    ...length,
    ...type,
    'ocp-date': new Date(NOW).toUTCString(),
    ...raw.headers,
  };
  headers['authorization'] ??= signature({
    method,
    path,
    headers,
    account: raw.account ?? ACCOUNT,
    key: raw.key ?? KEY,
  });
  const sent = { method, path: tamper.path ?? path, headers: { ...headers, ...tamper.headers }, body };
  return exchange(server, {
    ...sent,
    abortAfter: raw.abortAfter ?? Infinity,
    unsized: raw.unsized ?? false,
    ca: raw.ca,
  });
}

function signature(signed: {
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  account: string;
  key: string;
}): string {
  const { method, path, headers, account, key } = signed;
  const [resource = '', query = ''] = path.split('?');
  const plain = ['content-encoding', 'content-language', 'content-length', 'content-md5', 'content-type', 'date'];
  const conditional = ['if-modified-since', 'if-match', 'if-none-match', 'if-unmodified-since', 'range'];
  const values = [...plain, ...conditional].map((name) => headers[name] ?? '');
  const ocp = Object.keys(headers).filter((name) => name.startsWith('ocp-'));
  const parameters = [...new URLSearchParams(query)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const text = [
    method,
    ...values,
    ...ocp.toSorted().map((name) => `${name}:${headers[name] ?? ''}`),
    `/${account}${resource}`,
    ...parameters.map(([name, value]) => `${name}:${value}`),
  ].join('\n');
  const mac = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
  return `SharedKey ${account}:${mac}`;
}

function exchange(
  server: BatchServer,
  sent: {
    method: string;
    path: string;
    headers: Readonly<Record<string, string>>;
    body: string | undefined;
    abortAfter: number;
    unsized: boolean;
    ca: string | undefined;
  },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const options = sent.ca === undefined ? {} : { ca: sent.ca, servername: 'localhost' };
    const outgoing = (sent.ca === undefined ? request : secureRequest)(
      {
        ...options,
        host: '127.0.0.1',
        port: server.port,
        method: sent.method,
        path: sent.path,
        headers: sent.headers,
        agent: false,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size > sent.abortAfter) outgoing.destroy();
        });
        incoming.on('error', reject);
        incoming.on('end', () => {
          const { rawHeaders } = incoming;
          resolve({
            status: incoming.statusCode ?? 0,
            reason: incoming.statusMessage ?? '',
            rawHeaders: rawHeaders.flatMap((name, index) =>
              index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
            ),
            headers: incoming.headers as Readonly<Record<string, string | undefined>>,
            body: Buffer.concat(chunks).toString('utf8'),
          });
        });
      },
    );
    outgoing.on('error', reject);
    if (sent.unsized && sent.body === undefined) {
      for (const name of ['content-length', 'transfer-encoding']) outgoing.removeHeader(name);
    }
    outgoing.end(sent.body);
  });
}
