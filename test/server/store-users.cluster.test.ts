import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Origin } from '../../src/protocol/ids.ts';
import { createNatsOperator, type NatsOperator } from './nats/accounts.ts';
import { deliver, refusal, startNode, write } from './nats/secured.ts';
import { isThere } from './nats/store.ts';
import { messageId } from './person.ts';
import { call, data, now, runToEnd, sendBody, settle, start } from './process.ts';
import { subscribe } from './subscriber.ts';

const OPERATING = readFileSync(join(import.meta.dirname, '../../docs/operating.md'), 'utf8');

/** `letterbox-server` with a store on nodes that let in whom they know. */

describe.skipIf(!isThere)('a store with users', () => {
  let operator: NatsOperator;

  beforeAll(async () => {
    operator = await createNatsOperator();
  });

  const startNodeOfOperator = async (): Promise<string> =>
    `nats://${await startNode(operator.configuration)}`;
  const credentials = (contents: string): string[] => ['--store-credentials', write('user.creds', contents)];

  test('of an operator: a delivery goes through with a .creds file, and a new epoch', async () => {
    const store = await startNodeOfOperator();
    const user = credentials(await operator.credentials('post'));
    const server = await deliver(store, ...user);
    server.child.kill('SIGTERM');
    await server.ended;
    expect(await runToEnd('new-epoch', '--store', store, ...user)).toMatchObject({ code: 0 });
  });

  test('of an operator: none, one of another operator, one that has ended and one without JetStream are refused', async () => {
    const store = await startNodeOfOperator();
    expect(await refusal(store)).toContain('say --store-credentials FILE');
    const stranger = await createNatsOperator();
    for (const user of [await stranger.credentials('post'), await operator.credentials('post', 1)])
      expect(await refusal(store, ...credentials(user))).toContain(
        'NATS refuses the user of --store-credentials',
      );
    const empty = credentials(await operator.credentials('empty'));
    expect(await refusal(store, ...empty)).toContain('has no JetStream');
  });

  test('a .creds file that is damaged or not there is said, and none of it', async () => {
    const [one, other] = [await operator.credentials('post'), await operator.credentials('post')];
    const seed = /SU[A-Z0-9]{56}/;
    const [secret = ''] = seed.exec(one) ?? [];
    const damaged = [
      '',
      one.slice(0, 300),
      one.replace(secret, secret.slice(1)),
      one.replace(secret, seed.exec(other)?.[0] ?? ''),
      one.replaceAll('eyJ', '!!!'),
    ];
    for (const contents of damaged) {
      const failed = await refusal('nats://127.0.0.1:1', ...credentials(contents));
      expect(failed).toContain('is no whole .creds file');
      expect(failed).not.toContain(secret.slice(1));
    }
    expect(await refusal('nats://127.0.0.1:1', '--store-credentials', '/nowhere/user.creds')).toContain(
      '--store-credentials: /nowhere/user.creds cannot be read',
    );
  });

  test('of an operator: a user that ends is renewed in the file, without a restart', async () => {
    const soon = Math.floor(Date.now() / 1000) + 8;
    const user = credentials(await operator.credentials('post', soon));
    const { url } = await deliver(await startNodeOfOperator(), ...user);
    const readiness = async (): Promise<number> => (await fetch(`${url}/readyz`)).status;
    await expect.poll(readiness, { timeout: 30_000 }).toBe(503);
    credentials(await operator.credentials('post'));
    await expect.poll(readiness, { timeout: 30_000 }).toBe(200);
  });

  test('with the permissions of docs/operating.md: its own store, backup by another user, and no other store', async () => {
    const [, permitted = ''] = /```\n(authorization [\s\S]*?)```/.exec(OPERATING) ?? [];
    const archivist = '{ user: archivist, password: secret }';
    const node = await startNode(permitted.replace(/\]\s*\}\s*$/, `${archivist} ] }`));
    const own = `nats://post:secret@${node}/letterbox`;
    const server = await deliver(own);
    const { url: origin } = server;
    const other = await start(0, '--store-replicas', '1', '--store', own, '--origin', origin);
    const { alice, bob } = await settle(origin);
    const socket = await subscribe({ url: other.url, origin }, bob);
    expect((await call(origin, alice, bob, 'send', '/messages', sendBody('two'))).status).toBe(201);
    await socket.hears('hint', 1);
    const jti = messageId('leave');
    const token = bob.token('leave', new Uint8Array(), { aud: origin as Origin, now: now(), jti });
    const headers = { authorization: `Bearer ${token}` };
    const left = await fetch(`${origin}/v1/inboxes/${bob.address}`, { method: 'DELETE', headers });
    expect(left.status).toBe(204);
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
    expect(server.log()).not.toContain('"msg":"failed"');
    const backup = ['backup', '--to', `${data}/backup`, '--store'];
    expect(await runToEnd(...backup, own.replace('post', 'archivist'))).toMatchObject({ code: 0 });
    expect(await refusal(`nats://post:secret@${node}/other`)).toContain(
      'NATS does not let this user publish to $JS.API.STREAM.INFO.other_meta: give it that permission',
    );
    const mute = await startNode(permitted.replace('"letterbox.>"', ''));
    expect(await refusal(`nats://post:secret@${mute}`)).toContain('publish to letterbox.meta.layout');
  });

  test('by password: a delivery goes through with the right one only', async () => {
    const node = await startNode('authorization { users: [{ user: post, password: "s:e@c/r%t" }] }');
    await deliver(`nats://post:s%3Ae%40c%2Fr%25t@${node}`);
    expect(await refusal(`nats://post:wrong@${node}`)).toContain(
      'NATS refuses the user or the password in --store',
    );
    expect(await refusal(`nats://${node}`)).toContain('nats://user:password@host in --store');
  });
});
