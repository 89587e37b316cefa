import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deliveryId } from './person.ts';
import { call, data, listAll, runToEnd, sendBody, settle, start } from './process.ts';

/** A data folder has one server, as processes of their own try it. */

const IN_USE =
  /letterbox\.sqlite is in use by another process.*: stop that one first, or name another --data/;

test('a second server on the same folder is refused in one sentence, and the first goes on', async () => {
  const first = await start();
  const { alice, bob } = await settle(first.url);
  await expect(start()).rejects.toThrow(/cannot start: /);
  await expect(start()).rejects.toThrow(IN_USE);
  expect((await call(first.url, alice, bob, 'send', '/messages', sendBody('one'))).status).toBe(201);
  expect(await listAll(first.url, bob)).toEqual([deliveryId('one')]);
});

test('new-epoch and restore do not touch the folder of a running server; backup works beside it', async () => {
  const server = await start();
  const { alice, bob } = await settle(server.url);
  const { epoch } = (await (await fetch(`${server.url}/v1/server`)).json()) as { epoch: string };
  const backup = join(data, 'backup.sqlite');
  expect(await runToEnd('backup', '--data', data, '--to', backup)).toMatchObject({ code: 0 });
  for (const command of [['new-epoch'], ['restore', '--from', backup]]) {
    const { code, said } = await runToEnd(...command, '--data', data);
    expect(code).toBe(2);
    expect(said).toMatch(IN_USE);
  }
  expect((await call(server.url, alice, bob, 'send', '/messages', sendBody('one'))).status).toBe(201);
  server.child.kill('SIGTERM');
  await server.ended;
  const again = await start();
  expect(await (await fetch(`${again.url}/v1/server`)).json()).toMatchObject({ epoch });
});

test('after kill -9 the folder is free at once, also from a server that had been stopped by SIGSTOP', async () => {
  for (const signals of [['SIGKILL'], ['SIGSTOP', 'SIGKILL']] as const) {
    const server = await start();
    for (const signal of signals) server.child.kill(signal);
    await server.ended;
    const next = await start();
    expect((await fetch(`${next.url}/readyz`)).status).toBe(200);
    next.child.kill('SIGTERM');
    expect(await next.ended).toEqual({ code: 0, signal: null });
  }
});
