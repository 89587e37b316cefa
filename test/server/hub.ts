import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The reading side of a hub on loopback: files by their path. */
export interface Hub {
  readonly url: string;
  readonly files: Map<string, Uint8Array>;
  readonly stop: () => void;
}

export async function startHub(): Promise<Hub> {
  const files = new Map<string, Uint8Array>();
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, files, stop: () => server.close() };
}
