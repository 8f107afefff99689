/** The HTTP server: it listens, routes what is not Azure's API to its own handler, and closes without cutting answers off. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock, Random } from '../../core/kernel/index.ts';
import { FaultError } from '../../core/kernel/index.ts';
import { CertificateShelf } from './account/certificates.ts';
import { NodeUsers } from './account/node-users.ts';
import type { AccountService, ServedAccount } from './account/served-account.ts';
import { createVersionCheck } from './operations/api-version.ts';
import type { ServerLog } from './server-log.ts';
import { silentLog } from './server-log.ts';
import { createService } from './service.ts';

export interface BatchServerOptions {
  /** By account name. Each has its own key and its own state. */
  readonly accounts: ReadonlyMap<string, AccountService>;
  /** The engines' clock: it dates the answers. */
  readonly clock: Clock;
  /**
   * The clock that clients date their requests by, for the 15 minutes that a signed request stays good. The same as
   * `clock` when absent; `null` where the server's time is not the clients' time, as on a virtual clock.
   */
  readonly credentialClock?: Clock | null;
  readonly random: Random;
  readonly log?: ServerLog;
  /** Refuses api-versions newer than any known one. */
  readonly strictApiVersion?: boolean;
  /** Overlooks unknown members and query parameters, and answers operations that are not simulated with nothing. */
  readonly loose?: boolean;
  readonly extraRoutes?: ExtraRoutes;
}

/** What is ours and not Azure's: requests below the prefix go to it unauthenticated and untouched. */
export interface ExtraRoutes {
  /** With the leading slash, for example `/_batchrite`. */
  readonly prefix: string;
  handle(message: IncomingMessage, target: ServerResponse): void;
}

export interface BatchServer {
  /** Scheme, host and port, without a slash at the end; known once it listens. */
  readonly url: string;
  readonly port: number;
  /** Port 0 takes a free one. Rejects with a fault that names the port when it cannot be had. */
  listen(port: number, host?: string): Promise<void>;
  /** Lets answers that are under way finish, for two seconds at most. Idempotent. */
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 2_000;
/** As HTTP.sys does. Node's five seconds end connections that pooling clients are about to use again. */
const KEEP_ALIVE_MS = 120_000;

export function createBatchServer(options: BatchServerOptions): BatchServer {
  const { clock, log = silentLog, extraRoutes } = options;
  let address = { host: '127.0.0.1', port: 0 };
  const url = (): string => `http://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
  const credentialClock = options.credentialClock === undefined ? clock : options.credentialClock;
  const serve = createService({
    accounts: serveAccounts(options),
    clock,
    ...(credentialClock === null ? {} : { credentialClock }),
    requestIds: options.random.stream('rest.request-id'),
    checkVersion: createVersionCheck({ strict: options.strictApiVersion ?? false, warn: (text) => log.warn(text) }),
    loose: options.loose ?? false,
    log,
    url,
    scheme: 'http',
  });
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (message, target) => {
    if (extraRoutes !== undefined && isBelow(message.url ?? '', extraRoutes.prefix)) {
      extraRoutes.handle(message, target);
      return;
    }
    serve(message, target).catch((error: unknown) => {
      // A client that went away in the middle of a file is no failure of ours.
      if (!target.destroyed && !message.destroyed) log.failure(`answering ${message.method ?? ''} failed`, error);
      target.destroy();
    });
  });
  server.on('clientError', (_error, socket) => refuseMalformed(socket as Socket));
  let closing: Promise<void> | undefined;
  return {
    get url() {
      return url();
    },
    get port() {
      return address.port;
    },
    listen: async (port, host = '127.0.0.1') => {
      await listenOn(server, port, host);
      const bound = server.address();
      address = { host, port: typeof bound === 'object' && bound !== null ? bound.port : port };
    },
    close: () => (closing ??= closeServer(server)),
  };
}

function serveAccounts({ accounts, clock }: BatchServerOptions): ReadonlyMap<string, ServedAccount> {
  const served = [...accounts].map(([name, service]): [string, ServedAccount] => [
    name.toLowerCase(),
    {
      ...service,
      name,
      servedSince: clock.now(),
      certificates: new CertificateShelf(clock),
      nodeUsers: new NodeUsers(),
    },
  ]);
  return new Map(served);
}

function isBelow(url: string, prefix: string): boolean {
  return url.startsWith(prefix) && (url.length === prefix.length || '/?'.includes(url.charAt(prefix.length)));
}

function listenOn(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      reject(
        new FaultError(
          {
            code: 'unavailable',
            message:
              error.code === 'EADDRINUSE'
                ? `Port ${port} on ${host} is in use: stop what listens there, or choose another port (0 takes a free one).`
                : `The Batch service cannot listen on ${host}:${port} (${error.code ?? error.message}).`,
          },
          { cause: error },
        ),
      );
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve();
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cutOff = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    server.close(() => {
      clearTimeout(cutOff);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** What is no HTTP has no request to answer in the service's form; the sentence alone must do. */
function refuseMalformed(socket: Socket): void {
  if (!socket.writable) return;
  socket.end(
    'HTTP/1.1 400 The url in the request could not be parsed.\r\nContent-Length: 0\r\nServer: Microsoft-HTTPAPI/2.0\r\nConnection: close\r\n\r\n',
  );
}
