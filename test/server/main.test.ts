import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digest, utf8 } from '../../src/protocol/bytes.ts';
import { stacksCipher } from '../../src/protocol/envelope.ts';
import { publicKeyOf } from '../../src/protocol/ids.ts';
import { sealPointer } from '../../src/protocol/pointer.ts';
import { deliveryId, messageId, type Person } from './person.ts';
import { call, data, launch, listAll, now, runToEnd, sendBody, settle, start } from './process.ts';
import type { Running } from './running.ts';

/** Sends through several hands at once until so many are acknowledged, then kills the server under the rest. */
async function loadAndKill(server: Running, alice: Person, bob: Person, round: number): Promise<Set<string>> {
  const acknowledged = new Set<string>();
  const answers = new Set<number | 'none'>();
  let sent = 0;
  const send = async (): Promise<void> => {
    while (acknowledged.size < 60) {
      sent += 1;
      const seed = `${round} ${sent}`;
      const response = await call(server.url, alice, bob, 'send', '/messages', sendBody(seed)).catch(
        () => undefined,
      );
      answers.add(response?.status ?? 'none');
      if (response?.status === 201) acknowledged.add(deliveryId(seed));
      if (response === undefined) return;
    }
    server.child.kill('SIGKILL');
  };
  await Promise.all(Array.from({ length: 8 }, send));
  expect([...answers].filter((answer) => answer !== 201 && answer !== 'none')).toEqual([]);
  return acknowledged;
}

test('kill -9 under load loses nothing that was acknowledged, three times over', async () => {
  let server = await start();
  const port = Number(new URL(server.url).port);
  const { alice, bob } = await settle(server.url);
  const acknowledged: string[] = [];
  for (const round of [1, 2, 3]) {
    acknowledged.push(...(await loadAndKill(server, alice, bob, round)));
    expect(await server.ended).toEqual({ code: null, signal: 'SIGKILL' });
    server = await start(port);
    const listed = await listAll(server.url, bob);
    expect(new Set(listed).size).toBe(listed.length);
    expect(acknowledged.filter((id) => !listed.includes(id))).toEqual([]);
  }
}, 60_000);

test('SIGTERM ends it in order: everything answered, the database closed', async () => {
  const server = await start();
  const { alice, bob } = await settle(server.url);
  expect((await call(server.url, alice, bob, 'send', '/messages', sendBody('one'))).status).toBe(201);
  server.child.kill('SIGTERM');
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expect(server.log()).toContain('"msg":"stopped"');
  // no log left over to replay; nobody holds the lock any more
  expect(readdirSync(data)).toEqual(['letterbox.sqlite', 'letterbox.sqlite.lock']);
});

test('database and log hold no message id, path, digest, size or plaintext, and the log no address or name either', async () => {
  const server = await start();
  const { alice, bob } = await settle(server.url);
  const id = messageId('the message');
  const sealed = await sealPointer(
    {
      bucket: alice.bucket,
      to: bob.address,
      app: alice.app,
      id,
      sha256: digest(utf8('the file')),
      size: 987_654,
      iat: now(),
    },
    { sender: alice.key, recipient: publicKeyOf(bob.key) },
    stacksCipher,
  );
  expect((await call(server.url, alice, bob, 'send', '/messages', sendBody('one', sealed))).status).toBe(201);
  expect(
    (await call(server.url, alice, bob, 'send', '/messages', utf8('plaintext that does not belong here')))
      .status,
  ).toBe(400);
  expect((await call(server.url, bob, bob, 'read', '/messages')).status).toBe(200);
  await fetch(`${server.url}/v1/inboxes/${id}/letterbox/messages/${id}`);
  server.child.kill('SIGKILL');
  await server.ended;

  const files = readdirSync(data).map((name) => readFileSync(join(data, name)));
  expect(Buffer.concat(files).includes(bob.address)).toBe(true); // it is the right file, and readable like this
  const log = server.log();
  expect(log).toContain('"route":"/v1/inboxes/{address}/messages"');
  for (const secret of [id, 'letterbox/messages', digest(utf8('the file')), '987654', 'plaintext']) {
    expect(Buffer.concat(files).includes(secret)).toBe(false);
    expect(log).not.toContain(secret);
  }
  for (const known of [
    alice.address,
    bob.address,
    alice.bucket,
    alice.app,
    deliveryId('one'),
    'Bearer',
    sealed.slice(0, 40),
    '.well-known',
  ]) {
    expect(log).not.toContain(known);
  }
});

test('what it writes is its own to read, in a folder, too, that others can look into', async () => {
  chmodSync(data, 0o755);
  const server = await start(0, '--admission', 'invite');
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200); // which writes
  expect((await runToEnd('backup', '--data', data, '--to', join(data, 'backup.sqlite'))).code).toBe(0);
  const files = readdirSync(data);
  expect(files).toEqual(
    expect.arrayContaining(['letterbox.sqlite', 'letterbox.sqlite-wal', 'invite.key', 'backup.sqlite']),
  );
  for (const name of files) expect([name, statSync(join(data, name)).mode & 0o077]).toEqual([name, 0]);
});

test('told to stop, it is not ready for a while before it takes no more; a second signal ends it at once', async () => {
  const server = await start(0, '--drain-seconds', '3600');
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/letterbox_store_bytes [1-9]/);
  server.child.kill('SIGTERM');
  await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${server.url}/v1/server`)).status).toBe(200);
  server.child.kill('SIGINT');
  expect(await server.ended).toEqual({ code: null, signal: 'SIGINT' });
});

test('a port that is taken is said in one line, and ends it', async () => {
  const { url } = await start();
  const port = new URL(url).port;
  const other = launch('--data', join(data, 'other'), '--port', port);
  await expect(other).rejects.toThrow(/cannot start: .*EADDRINUSE/);
});

test('the development switch is loud', async () => {
  const server = await start();
  expect(server.log()).toContain('DEVELOPMENT SWITCH ON');
});
