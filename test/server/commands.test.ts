import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Origin } from '../../src/protocol/ids.ts';
import { deliveryId } from './person.ts';
import { call, data, listAll, now, publish, launch, runToEnd, sendBody, settle, start } from './process.ts';

/** `letterbox-server` as a person uses it: help, what it says at its start, and the commands beside serving. */

test('help is help, for each command; nonsense is said and ends with 2', async () => {
  const help = await runToEnd('--help');
  expect(help.code).toBe(0);
  for (const part of ['--data DIR', '--trusted-proxies', 'backup', 'restore', 'new-epoch'])
    expect(help.said).toContain(part);
  expect(await runToEnd('backup', '--help')).toMatchObject({
    code: 0,
    said: expect.stringContaining('--to FILE'),
  });
  expect(await runToEnd('backup')).toMatchObject({
    code: 2,
    said: expect.stringContaining('--to is required'),
  });
  expect(await runToEnd('--port', 'http')).toMatchObject({
    code: 2,
    said: expect.stringContaining('--port'),
  });
});

test('by invite: the codes of `letterbox-server invite` open inboxes, and the operator’s words are shown', async () => {
  const server = await start(0, '--admission', 'invite', '--operator', 'Example Post', '--price', 'free');
  const info = await (await fetch(`${server.url}/v1/server`)).json();
  expect(info).toMatchObject({ admission: 'invite', operator: 'Example Post', price: 'free' });
  const invite = await runToEnd('invite', '--data', data);
  expect(invite.code).toBe(0);
  const enrol = async (name: string, code: string): Promise<number> => {
    const person = publish(name, server.url);
    const claims = { aud: server.url as Origin, now: now() };
    const authorization = `Bearer ${person.token('enrol', person.file, claims)}`;
    const headers = { authorization, 'letterbox-invite': code };
    const body = Buffer.from(person.file);
    return (await fetch(`${server.url}/v1/inboxes/${person.address}`, { method: 'PUT', headers, body }))
      .status;
  };
  expect(await enrol('alice', 'nonsense')).toBe(403);
  expect(await enrol('alice', invite.said.trim())).toBe(204);
  expect(await enrol('bob', invite.said.trim())).toBe(403);
  expect(server.log()).not.toContain(invite.said.trim());
});

test('a backup of a running server, restored elsewhere: cursors are void, and sending again heals', async () => {
  const server = await start();
  const { alice, bob } = await settle(server.url);
  const send = async (seed: string): Promise<number> =>
    (await call(server.url, alice, bob, 'send', '/messages', sendBody(seed))).status;
  const list = (query: string) => call(server.url, bob, bob, 'read', `/messages${query}`);
  expect(await send('one')).toBe(201);
  const backup = join(data, 'backup.sqlite');
  expect(await runToEnd('backup', '--data', data, '--to', backup)).toMatchObject({ code: 0 });
  expect(await send('two')).toBe(201);
  const { cursor } = (await (await list('')).json()) as { cursor: string };
  server.child.kill('SIGKILL');
  await server.ended;

  for (const name of readdirSync(data)) {
    if (name.startsWith('letterbox.sqlite')) rmSync(join(data, name)); // the disk is lost
  }
  expect(await runToEnd('restore', '--data', data, '--from', backup)).toMatchObject({ code: 0 });
  await start(Number(new URL(server.url).port));
  expect((await list(`?after=${cursor}`)).status).toBe(410);
  expect(await listAll(server.url, bob)).toEqual([deliveryId('one')]);
  expect(await send('one')).toBe(200);
  expect(await send('two')).toBe(201);
  expect(await listAll(server.url, bob)).toEqual(['one', 'two'].map(deliveryId));
});

test('what it lacks for production is said at its start', async () => {
  const server = await launch('--data', data, '--port', '0');
  await expect.poll(server.said).toContain('  - https:');
  const lines = server.said().split('\n');
  const { url, origin, lacks } = JSON.parse(lines[0] ?? '') as {
    url: string;
    origin: string;
    lacks: string[];
  };
  expect(origin).toBe(url);
  expect(lines[1]).toBe(`letterbox-server listens on ${url} as ${url}`);
  expect(lacks[0]).toMatch(/^a public origin: .*--origin/);
  expect(lines.join('\n')).toContain(`  - ${lacks[0]}`);
  expect((await fetch(`${url}/v1/server`)).status).toBe(200);
});
