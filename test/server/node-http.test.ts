import { createServer, request, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { overHttp } from '../../src/server/node-http.ts';

/** A listener on a port, and what it wrote, in order. */
async function listening(listener: RequestListener) {
  const written: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const end = outgoing.end.bind(outgoing) as (text: string) => ServerResponse;
    vi.spyOn(outgoing, 'end').mockImplementation((text: unknown) => {
      written.push(String(text));
      return end(String(text));
    });
    listener(incoming, outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { written, ask: (path: string) => request({ port, path, agent: false }) };
}

async function answerTo(asking: ReturnType<typeof request>): Promise<number | undefined> {
  const [answer] = (await once(asking.end(), 'response')) as [{ statusCode?: number; resume(): void }];
  answer.resume();
  return answer.statusCode;
}

test('replies that are ready in one turn are written at its end, in their order', async () => {
  const ready = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const asked: string[] = [];
  const reply = overHttp(
    async ({ target }) => {
      if (asked.push(target) === 2) arrived.resolve();
      await ready.promise;
      return { status: 200, headers: {}, text: target };
    },
    () => 'one',
  );
  const { written, ask } = await listening(reply);
  const answers = Promise.all(['/a', '/b'].map((path) => answerTo(ask(path))));
  await arrived.promise;
  ready.resolve();
  for (let step = 0; step < 10; step += 1) await Promise.resolve();
  expect(written).toEqual([]);
  await turn();
  expect(written).toEqual(asked);
  expect(await answers).toEqual([200, 200]);
});

test('a caller who is gone takes no reply from the others', async () => {
  const ready = Promise.withResolvers<void>();
  const reply = overHttp(
    async ({ target }) => {
      await ready.promise;
      return { status: 200, headers: {}, text: target };
    },
    () => 'one',
  );
  const { ask } = await listening(reply);
  const impatient = ask('/impatient').on('error', () => undefined);
  await once(impatient.end(), 'finish');
  const patient = answerTo(ask('/patient'));
  impatient.destroy();
  ready.resolve();
  expect(await patient).toBe(200);
});
