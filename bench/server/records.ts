import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { allowLoopback, parseServerOrigin } from '../../src/protocol/ids.ts';
import { createRecordFile, RECORD_PATH } from '../../src/protocol/record.ts';
import { APP, bucketOf, type Person } from './people.ts';

/** The reading side of a hub, on loopback. */
export interface Records {
  readonly url: string;
  /** @param origin of the server that the record lists. @returns the record file, from now on in the person's bucket */
  publish(person: Person, origin: string): Uint8Array;
  stop(): void;
}

export async function serveRecords(): Promise<Records> {
  const files = new Map<string, Uint8Array>();
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    publish(person, origin) {
      const file = recordOf(person, url, origin);
      files.set(`/${person.address}/${RECORD_PATH}`, file);
      return file;
    },
    stop: () => server.close(),
  };
}

function recordOf({ address, secret }: Person, hub: string, origin: string): Uint8Array {
  const now = Date.now();
  const iat = Math.floor(now / 1000);
  const url = parseServerOrigin(origin, 'origin', { [allowLoopback]: true });
  const servers = [{ type: 'letterbox' as const, url }];
  const accept = { maxBytes: 65_536, unknown: 'request' as const };
  const bucket = bucketOf(hub, address);
  return createRecordFile(
    { address, bucket, app: APP, servers, accept, seq: now, iat, exp: iat + 86_400 },
    secret,
  );
}
