import { createServer, type Socket } from 'node:net';

/**
 * Speaks just enough of NATS to be connected to, and says of itself what it is told to.
 * @param answer to whoever connects
 */
export async function startFakeNats(
  info: object,
  answer = 'PONG',
): Promise<{ url: string; stop: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.write(
      `INFO ${JSON.stringify({ server_id: 'fake', proto: 1, headers: true, max_payload: 1e6, ...info })}\r\n`,
    );
    socket.on('data', (text: Buffer) => {
      if (text.includes('PING')) socket.write(`${answer}\r\n`);
    });
    socket.on('error', () => socket.destroy()); // the other side hung up
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  return {
    url: `nats://127.0.0.1:${port}`,
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
