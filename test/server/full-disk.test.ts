import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hasSmallDisks, mountSmallDisk } from './faults/small-disk.ts';
import { deliveryId } from './person.ts';
import { call, data, listAll, sendBody, settle, start, startOnSmallDisk, startWithin } from './process.ts';

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

/** Where the machine lets us have a disk of our own. */
const DISKS = hasSmallDisks() ? [16] : [];
/** The store is asked once a second. */
const SOON = { timeout: 20_000 };

test.each(DISKS)(
  'a disk of %i MB without a byte left: refused, read and started again, and what was accepted is there once there is room',
  async (megabytes) => {
    const folder = join(data, 'small');
    mkdirSync(folder);
    const disk = await mountSmallDisk(folder, megabytes);
    onTestFinished(disk.remove);
    let server = await startWithin(disk, folder);
    const port = Number(new URL(server.url).port);
    const { alice, bob } = await settle(server.url);
    const send = async (seed: string): Promise<number> =>
      (await call(server.url, alice, bob, 'send', '/messages', sendBody(seed))).status;
    const isReady = async (): Promise<number> => (await fetch(`${server.url}/readyz`)).status;
    for (const seed of ['one', 'two']) expect(await send(seed)).toBe(201);
    const acknowledged = ['one', 'two'].map(deliveryId);

    disk.fill();
    expect(await send('three')).toBe(503);
    await expect.poll(isReady, SOON).toBe(503);
    expect(await listAll(server.url, bob)).toEqual(acknowledged);
    server.child.kill('SIGKILL');
    await server.ended;
    server = await startWithin(disk, folder, port);
    expect(await isReady()).toBe(503);
    expect(await listAll(server.url, bob)).toEqual(acknowledged);

    disk.free();
    await expect.poll(isReady, SOON).toBe(200);
    expect(await send('three')).toBe(201);
    expect(await listAll(server.url, bob)).toEqual([...acknowledged, deliveryId('three')]);
  },
  60_000,
);
