/** The HTTP server: it listens, routes what is not Azure's API to its own handler, and closes without cutting answers off. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { Clock, Random } from '../../core/kernel/index.ts';
import { FaultError } from '../../core/kernel/index.ts';
import { CertificateShelf } from './account/certificates.ts';
import { NodeUsers } from './account/node-users.ts';
import type { AccountService, ServedAccount } from './account/served-account.ts';
import type { TaskTokenAuthority } from './auth/task-tokens.ts';
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
  /** What HTTPS needs; without it the server speaks HTTP. */
  readonly tls?: TlsMaterial;
  /** Takes bearer tokens of users, checked without their signature; needs `tls`, as clients send tokens over HTTPS alone. */
  readonly oauth?: 'basic';
  /** Reads the tokens that the engines gave to tasks. */
  readonly taskTokens?: TaskTokenAuthority;
  readonly log?: ServerLog;
  /** Refuses api-versions newer than any known one. */
  readonly strictApiVersion?: boolean;
  /** Overlooks unknown members and query parameters, and answers operations that are not simulated with nothing. */
  readonly loose?: boolean;
  readonly extraRoutes?: ExtraRoutes;
}

/** A certificate with its key: two PEM texts, or one PFX file. */
export type TlsMaterial =
  | { readonly cert: string; readonly key: string }
  | { readonly pfx: Uint8Array; readonly passphrase: string };

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
  /** Drops what the server itself keeps of the accounts, such as certificates: their engines have been emptied. */
  forget(): void;
  /** Lets answers that are under way finish, for two seconds at most. Idempotent. */
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 2_000;
/** As HTTP.sys does. Node's five seconds end connections that pooling clients are about to use again. */
const KEEP_ALIVE_MS = 120_000;

const OAUTH_NEEDS_TLS =
  'Bearer tokens need HTTPS, because clients send them over nothing else: give a certificate and its key.';

/** Throws a fault when bearer tokens are asked for without HTTPS. */
export function createBatchServer(options: BatchServerOptions): BatchServer {
  const { clock, log = silentLog, extraRoutes } = options;
  if (options.oauth !== undefined && options.tls === undefined) {
    throw new FaultError({ code: 'invalid', message: OAUTH_NEEDS_TLS });
  }
  let address = { host: '127.0.0.1', port: 0 };
  const scheme = options.tls === undefined ? 'http' : 'https';
  const url = (): string =>
    `${scheme}://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
  const credentialClock = options.credentialClock === undefined ? clock : options.credentialClock;
  const accounts = serveAccounts(options);
  const serve = createService({
    accounts,
    clock,
    ...(credentialClock === null ? {} : { credentialClock }),
    requestIds: options.random.stream('rest.request-id'),
    checkVersion: createVersionCheck({ strict: options.strictApiVersion ?? false, warn: (text) => log.warn(text) }),
    loose: options.loose ?? false,
    log,
    url,
    scheme,
    oauth: options.oauth === 'basic',
    ...(options.taskTokens === undefined ? {} : { taskTokens: options.taskTokens }),
  });
  const server = createServer(options.tls, (message, target) => {
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
      // Everywhere is no address that somebody can be sent to; here is part of it.
      address = {
        host: host === '0.0.0.0' ? '127.0.0.1' : host,
        port: typeof bound === 'object' && bound !== null ? bound.port : port,
      };
    },
    forget: () => {
      for (const { certificates, nodeUsers } of accounts.values()) {
        certificates.clear();
        nodeUsers.clear();
      }
    },
    close: () => (closing ??= closeServer(server)),
  };
}

function createServer(
  tls: TlsMaterial | undefined,
  listener: (message: IncomingMessage, target: ServerResponse) => void,
): Server | HttpsServer {
  const options = { keepAliveTimeout: KEEP_ALIVE_MS };
  return tls === undefined
    ? createHttpServer(options, listener)
    : createHttpsServer({ ...options, ...secureOptions(tls) }, listener);
}

function secureOptions(tls: TlsMaterial): SecureContextOptions {
  return 'pfx' in tls ? { pfx: Buffer.from(tls.pfx), passphrase: tls.passphrase } : tls;
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

function listenOn(server: Server | HttpsServer, port: number, host: string): Promise<void> {
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

function closeServer(server: Server | HttpsServer): Promise<void> {
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
