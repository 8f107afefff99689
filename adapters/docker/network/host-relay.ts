/**
 * The host's half of the way from a node to the host's loopback (design, decision 7): a listener on the gateway
 * address of a pool's network, which only that network's nodes may use, and only for ports that the emulator serves.
 */
import { connect, createServer } from 'node:net';
import type { BlockList, Server, Socket } from 'node:net';

export interface HostRelay {
  /** Where it listens; a free port of the gateway address. */
  readonly port: number;
  /** Ends what is connected, too. */
  close(): Promise<void>;
}

export interface HostRelayOptions {
  readonly gateway: string;
  /** The port of 127.0.0.1 that answers. */
  readonly targetPort: number;
  /** Whoever is not in it is hung up on: the gateway's address is one of the host's own. */
  readonly nodes: BlockList;
}

/** Rejects with the system's error, for example EADDRNOTAVAIL where the engine's networks are not the host's. */
export async function openHostRelay({ gateway, targetPort, nodes }: HostRelayOptions): Promise<HostRelay> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (near.remoteAddress === undefined || !nodes.check(near.remoteAddress)) {
      near.destroy();
      return;
    }
    const far = connect({ host: '127.0.0.1', port: targetPort, allowHalfOpen: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  const port = await listen(server, gateway);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listen(server: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
      else reject(new Error(`no port of ${host} could be had`));
    });
  });
}
