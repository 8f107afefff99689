/** One request without credentials, through the same proxies as the requests of a run. */
import http from 'node:http';
import https from 'node:https';

/** A service that took longer has not answered to somebody who waits. */
const ANSWER_WITHIN_MS = 10_000;

export interface Probe {
  readonly status: number;
  /** The header `Date`, in ms since the epoch; absent when there is none. */
  readonly date?: number;
}

/** Any answer will do, a refusal as well. Rejects with an error that says why there is none. */
export function probe(address: string): Promise<Probe> {
  return new Promise((resolve, reject) => {
    const url = new URL(address);
    const isLocal = /^(localhost|127\.|\[::1\])/.test(url.hostname);
    const options = isLocal ? {} : { proxyEnv: process.env };
    const secure = url.protocol === 'https:';
    const agent = secure ? new https.Agent(options) : new http.Agent(options);
    const request = (secure ? https : http).get(url, { agent, timeout: ANSWER_WITHIN_MS }, (response) => {
      response.resume();
      const date = Date.parse(response.headers.date ?? '');
      resolve({ status: response.statusCode ?? 0, ...(Number.isNaN(date) ? {} : { date }) });
      agent.destroy();
    });
    request.on('timeout', () => request.destroy(new Error(`silent for ${ANSWER_WITHIN_MS / 1000} s`)));
    request.on('error', (error) => reject(new Error(reasonOf(error))));
  });
}

/** A host with several addresses fails with an AggregateError whose own message is empty. */
function reasonOf(error: Error): string {
  if (error.message !== '') return error.message;
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  if (first instanceof Error) return first.message;
  return 'code' in error ? String(error.code) : error.name;
}
