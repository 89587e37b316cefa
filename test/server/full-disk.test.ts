import { expect, test } from 'vitest';
import { deliveryId } from './person.ts';
import { call, listAll, sendBody, settle, start, startOnSmallDisk } from './process.ts';

test('a full disk: nothing more is accepted, what was is still read, and room heals it without a loss', async () => {
  let server = await start();
  const port = Number(new URL(server.url).port);
  const { alice, bob } = await settle(server.url);
  const send = async (seed: string): Promise<number> =>
    (await call(server.url, alice, bob, 'send', '/messages', sendBody(seed))).status;
  const isReady = async (): Promise<number> => (await fetch(`${server.url}/readyz`)).status;
  server.child.kill('SIGTERM');
  await server.ended;

  server = await startOnSmallDisk(1000, port);
  expect(await isReady()).toBe(200);
  const acknowledged: string[] = [];
  let status = 201;
  for (let n = 0; status === 201 && n < 2000; n += 1) {
    status = await send(`${n}`);
    if (status === 201) acknowledged.push(deliveryId(`${n}`));
  }
  expect(status).toBe(503);
  expect(acknowledged.length).toBeGreaterThan(10);
  expect(await listAll(server.url, bob)).toEqual(acknowledged);
  expect(await send('once more')).toBe(503);
  await expect.poll(isReady).toBe(503);
  expect(server.log()).toContain('"msg":"failed"');
  server.child.kill('SIGKILL');
  await server.ended;

  server = await start(port);
  expect(await listAll(server.url, bob)).toEqual(acknowledged);
  expect(await send('once more')).toBe(201);
  expect(await isReady()).toBe(200);
}, 60_000);
