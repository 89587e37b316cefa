import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Asked, Reply } from '../../../src/server/http.ts';
import { overHttp } from '../../../src/server/node-http.ts';

/** Answers a constant, as long as the server's own: through the server's HTTP adapter, or `bare`, without it. */

const HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Retry-After',
};
const ACCEPTANCE = { receivedAt: 1_800_000_000, expires: 1_802_592_000 };
const PAGE = { items: [], cursor: 'A'.repeat(30), more: false, unread: 3, total: 3 };

async function reply({ method, body }: Asked): Promise<Reply> {
  if (method === 'GET') return { status: 200, headers: HEADERS, text: JSON.stringify(PAGE) };
  await body(8192);
  return { status: 201, headers: HEADERS, text: JSON.stringify(ACCEPTANCE) };
}

function answerBare(request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'GET') {
    response.writeHead(200, HEADERS).end(JSON.stringify(PAGE));
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    Buffer.concat(chunks);
    response.writeHead(201, HEADERS).end(JSON.stringify(ACCEPTANCE));
  });
}

const server = createServer(process.argv[2] === 'bare' ? answerBare : overHttp(reply, () => 'one'));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
