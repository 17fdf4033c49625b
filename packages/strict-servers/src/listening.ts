import type { AddressInfo, Server } from 'node:net';
import type { Duplex } from 'node:stream';

/** Nobody but this machine reaches the servers. */
export const HOST = '127.0.0.1';

/** Where a server listens: it goes down and comes up again, as in an outage. */
export interface Listening {
  /** 0: any free port. Rejects where the port is taken. @returns the port. */
  listen(port: number): Promise<number>;
  /** Ends all connections at once. */
  hangUp(): void;
  /** Listens no more, and ends all connections. May be called when it does not listen. */
  stop(): Promise<void>;
}

export function createListening(server: Server): Listening {
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  // closeAllConnections leaves out those that are in their handshake, and those that have become WebSockets.
  const hangUp = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, HOST, () => {
          server.off('error', reject);
          resolve((server.address() as AddressInfo).port);
        });
      }),
    hangUp,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        hangUp();
      }),
  };
}
