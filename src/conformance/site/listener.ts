import { createServer, type ServerResponse } from 'node:http';

/** A port of the suite's own. */
export interface Listener {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

export type Serve = (path: string, response: ServerResponse) => void;

/**
 * @param make is given the URL
 * @throws Error where the port is taken
 */
export async function openListener(port: number, make: (url: string) => Serve): Promise<Listener> {
  const server = createServer();
  const bound = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('no port'));
    });
  });
  const url = `http://127.0.0.1:${bound}`;
  const serve = make(url);
  server.on('request', (request, response) => {
    response.on('error', () => response.destroy()); // the server under test cut the answer off
    serve((request.url ?? '/').split('?', 1)[0] ?? '/', response);
  });
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
