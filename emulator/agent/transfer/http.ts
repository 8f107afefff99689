/**
 * HTTP as the agent needs it: streams in both directions, redirects for downloads, and refusals that say
 * whether trying again can help. Only transient troubles are repeated (batch-semantics 9.1).
 */
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

export interface HttpCall {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Called again for each attempt. */
  readonly body?: () => Readable | Buffer;
  readonly signal: AbortSignal;
}

export type HttpProblemKind = 'denied' | 'missing' | 'conflict' | 'timedOut' | 'other';

/** An answer that is not 2xx, or none at all. */
export class HttpProblem extends Error {
  readonly kind: HttpProblemKind;
  readonly isTransient: boolean;
  readonly retryAfterMs: number;

  constructor(message: string, facts: { kind: HttpProblemKind; isTransient: boolean; retryAfterMs?: number }) {
    super(message);
    this.name = 'HttpProblem';
    this.kind = facts.kind;
    this.isTransient = facts.isTransient;
    this.retryAfterMs = facts.retryAfterMs ?? 0;
  }
}

const SILENCE_MS = 60_000;
const MOST_REDIRECTS = 5;
const MOST_ERROR_BYTES = 64 * 1024;
const LONGEST_RETRY_AFTER_MS = 30_000;

interface Pool {
  readonly request: (url: URL, options: RequestOptions, done: (response: IncomingMessage) => void) => ClientRequest;
  readonly agent: Agent;
}

const pools = new Map<string, Pool>();

/** The modules are loaded with the first transfer: they are most of what an agent's start costs (40 ms of a core). */
function poolFor(protocol: string): Pool | undefined {
  const known = pools.get(protocol);
  if (known !== undefined || !['http:', 'https:'].includes(protocol)) return known;
  const { Agent, request } = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
  const pool: Pool = { request, agent: new Agent({ keepAlive: true, maxSockets: 64 }) };
  pools.set(protocol, pool);
  return pool;
}

/** Sends one request and gives the 2xx response, whose body the caller must consume. Throws `HttpProblem`. */
export async function send(call: HttpCall): Promise<IncomingMessage> {
  let url = call.url;
  for (let redirects = 0; ; redirects += 1) {
    const response = await exchange({ ...call, url });
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    const location = response.headers.location;
    if (call.method !== 'GET' || status < 300 || status >= 400 || location === undefined) throw await problem(response);
    response.resume();
    const next = URL.parse(location, url);
    if (next === null || redirects === MOST_REDIRECTS) {
      throw new HttpProblem(`the answer redirects ${next === null ? 'to no URL' : 'in a circle'}`, {
        kind: 'other',
        isTransient: false,
      });
    }
    url = next.href;
  }
}

/** The response's whole body as text, at most `limit` bytes of it. */
export async function bodyText(response: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= limit) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, limit);
}

/** Repeats `attempt` while it fails with a transient `HttpProblem`, once for each delay (milliseconds). */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  delaysMs: readonly number[],
  signal: AbortSignal,
): Promise<T> {
  for (const delayMs of delaysMs) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      const known = asProblem(error);
      if (known === undefined || !known.isTransient) throw error;
      await wait(Math.max(delayMs, known.retryAfterMs), undefined, { signal });
    }
  }
  return attempt();
}

/** Errors of sockets and broken bodies as problems; undefined for what has nothing to do with the network. */
export function asProblem(error: unknown): HttpProblem | undefined {
  if (error instanceof HttpProblem) return error;
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const { code } = error;
  if (/^E(CONN|PIPE|HOST|NET|AI_|ADDRNOTAVAIL|NOTFOUND)|^ERR_(STREAM_PREMATURE_CLOSE|SSL|TLS)|^HPE_/.test(code)) {
    return new HttpProblem(readable(error), { kind: 'other', isTransient: true });
  }
  if (code === 'ETIMEDOUT') return new HttpProblem(readable(error), { kind: 'timedOut', isTransient: true });
  return undefined;
}

/** A refused connection to a name with two addresses is an AggregateError without a message of its own. */
function readable(error: Error): string {
  if (error.message !== '') return error.message;
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return first instanceof Error ? first.message : error.name;
}

function exchange(call: HttpCall): Promise<IncomingMessage> {
  const url = URL.parse(call.url);
  const pool = url === null ? undefined : poolFor(url.protocol);
  if (url === null || pool === undefined) {
    const message = 'the URL is not one of http or https';
    return Promise.reject(new HttpProblem(message, { kind: 'other', isTransient: false }));
  }
  const options: RequestOptions = {
    method: call.method,
    agent: pool.agent,
    signal: call.signal,
    timeout: SILENCE_MS,
    headers: call.headers === undefined ? {} : { ...call.headers },
  };
  return new Promise((resolve, reject) => {
    const request = pool.request(url, options, resolve);
    request.on('timeout', () => {
      request.destroy(Object.assign(new Error(`no answer for ${SILENCE_MS / 1000} s`), { code: 'ETIMEDOUT' }));
    });
    request.on('error', reject);
    sendBody(request, call.body?.());
  });
}

function sendBody(request: ClientRequest, body: Readable | Buffer | undefined): void {
  if (body === undefined || Buffer.isBuffer(body)) {
    request.end(body);
    return;
  }
  body.on('error', (error) => request.destroy(error));
  request.on('close', () => body.destroy());
  body.pipe(request);
}

/** What storage says in its error body is worth more to the user than the status alone. */
async function problem(response: IncomingMessage): Promise<HttpProblem> {
  const status = response.statusCode ?? 0;
  const text = await bodyText(response, MOST_ERROR_BYTES).catch(() => '');
  const header = response.headers['x-ms-error-code'];
  const code = typeof header === 'string' ? header : /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
  const reason = /<AuthenticationErrorDetail>([^<]*)</.exec(text)?.[1] ?? /<Message>([^<\n]*)/.exec(text)?.[1];
  const words = [`HTTP status ${status}`, code, reason].filter((word) => word !== undefined && word !== '');
  const retryAfterS = Number(response.headers['retry-after'] ?? 0);
  return new HttpProblem(words.join(', '), {
    kind: kindOf(status),
    isTransient: status >= 500 || status === 408 || status === 429,
    retryAfterMs: Number.isFinite(retryAfterS) ? Math.min(retryAfterS * 1000, LONGEST_RETRY_AFTER_MS) : 0,
  });
}

function kindOf(status: number): HttpProblemKind {
  if (status === 401 || status === 403) return 'denied';
  if (status === 404) return 'missing';
  if (status === 409 || status === 412) return 'conflict';
  return status === 408 || status === 504 ? 'timedOut' : 'other';
}
