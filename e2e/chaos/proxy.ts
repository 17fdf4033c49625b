import { connect, createServer, type Socket } from 'node:net';

/** What stands between the replicas and their database, so that it can be away for them alone. */
export interface DatabaseProxy {
  readonly url: string;
  /** Every connection ends, and none is accepted any more, as while a server restarts. */
  goDown(): Promise<void>;
  comeUp(): Promise<void>;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 for a database's URL. */
export async function createProxy(target: string): Promise<DatabaseProxy> {
  const url = new URL(target);
  const upstream = { host: url.hostname, port: Number(url.port || (url.protocol === 'mysql:' ? 3306 : 5432)) };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(upstream);
    for (const [socket, other] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket
        .on('error', () => other.destroy())
        .on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
    }
    client.pipe(database).pipe(client);
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy does not listen on a port.');
  const { port } = address;
  const goDown = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    goDown,
    comeUp: () => listen(port),
    close: async () => {
      if (server.listening) await goDown();
    },
  };
}
