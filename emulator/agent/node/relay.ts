/**
 * Makes a port of the node's loopback answer for a port of another host, so that a URL such as
 * `http://127.0.0.1:10000/…` means the same inside a container as outside (design, decision 7).
 */
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';

export interface Relay {
  readonly port: number;
  readonly host: string;
  readonly hostPort: number;
}

/** Resolves when the port listens; rejects with the system's error when it cannot. */
export function openRelay(relay: Relay): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: relay.host, port: relay.hostPort, allowHalfOpen: true });
    near.setNoDelay(true);
    far.setNoDelay(true);
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(relay.port, '127.0.0.1', () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      resolve(server);
    });
  });
}
