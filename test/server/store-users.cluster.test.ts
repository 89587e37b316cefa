import { beforeAll, describe, expect, test } from 'vitest';
import { createNatsOperator, type NatsOperator } from './nats/accounts.ts';
import { deliver, refusal, startNode, write } from './nats/secured.ts';
import { isThere } from './nats/store.ts';
import { runToEnd } from './process.ts';

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

  test('by password: a delivery goes through with the right one only', async () => {
    const node = await startNode('authorization { users: [{ user: post, password: "s:e@c/r%t" }] }');
    await deliver(`nats://post:s%3Ae%40c%2Fr%25t@${node}`);
    expect(await refusal(`nats://post:wrong@${node}`)).toContain(
      'NATS refuses the user or the password in --store',
    );
    expect(await refusal(`nats://${node}`)).toContain('nats://user:password@host in --store');
  });
});
