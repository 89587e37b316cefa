import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseServerOrigin } from '../../src/protocol/ids.ts';
import { createRecordFile } from '../../src/protocol/record.ts';
import { APP, bucketOf, senderOf, SENDERS } from './people.ts';

/** The reading side of a hub, on loopback: the record of every sender. Says its URL on its first line. */

const secrets = new Map(
  Array.from({ length: SENDERS }, (_, index) => senderOf(index)).map(({ address, secret }) => [
    address,
    secret,
  ]),
);
const files = new Map<string, Uint8Array>();

const server = createServer((request, response) => {
  const path = request.url ?? '';
  const file = files.get(path);
  response.writeHead(file === undefined ? 404 : 200).end(file);
});
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const now = Date.now();
  for (const [address, secret] of secrets) {
    const bucket = bucketOf(url, address);
    const file = createRecordFile(
      {
        address,
        bucket,
        app: APP,
        servers: [{ type: 'letterbox', url: parseServerOrigin('https://letterbox.example') }],
        accept: { maxBytes: 65_536, unknown: 'request' },
        seq: now,
        iat: Math.floor(now / 1000),
        exp: Math.floor(now / 1000) + 86_400,
      },
      secret,
    );
    files.set(`/${address}/.well-known/letterbox.json`, file);
  }
  process.stdout.write(`${JSON.stringify({ url })}\n`);
});
