import { expect, test } from 'vitest';
import { connectToNats } from '../../../../src/server/stores/nats/connection.ts';
import { parseNatsUrl } from '../../../../src/server/stores/nats/place.ts';
import { startFakeNats } from '../../nats/fake.ts';

/** Waits take no time. */
const timer = {
  after(_milliseconds: number, call: () => void) {
    setImmediate(call);
    return () => undefined;
  },
};

test.each([
  ['2.11.9', true, 'the NATS server is 2.11.9: this store needs 2.12 or newer'],
  ['1.4.1', true, 'the NATS server is 1.4.1'],
  ['2.12.0', undefined, 'has no JetStream'],
])('a server of version %s, JetStream %s, is refused', async (version, jetstream, words) => {
  const fake = await startFakeNats({ version, jetstream });
  try {
    await expect(connectToNats(parseNatsUrl(fake.url), timer)).rejects.toThrow(words);
  } finally {
    fake.stop();
  }
});

test('a server that is new enough is taken', async () => {
  const fake = await startFakeNats({ version: '3.0.0', jetstream: true });
  const connection = await connectToNats(parseNatsUrl(fake.url), timer);
  expect(connection.info?.version).toBe('3.0.0');
  await connection.close();
  fake.stop();
});

test('a user who is refused, or none where one is wanted, is said at once', async () => {
  const fake = await startFakeNats({ version: '2.12.0', jetstream: true }, "-ERR 'Authorization Violation'");
  await expect(connectToNats(parseNatsUrl(fake.url), timer)).rejects.toThrow('NATS lets in nobody');
  const named = parseNatsUrl(fake.url.replace('//', '//post:secret@'));
  await expect(connectToNats(named, timer)).rejects.toThrow(
    'NATS refuses the user or the password in --store',
  );
  fake.stop();
});

test('a server that is too busy to look at the user is asked again', async () => {
  const fake = await startFakeNats({ version: '2.12.0', jetstream: true }, "-ERR 'Authentication Timeout'");
  await expect(connectToNats(parseNatsUrl(fake.url), timer)).rejects.toThrow('no NATS server answers');
  fake.stop();
});

test('where nobody answers, it says who was asked', async () => {
  const fake = await startFakeNats({});
  fake.stop();
  await expect(connectToNats(parseNatsUrl(fake.url), timer)).rejects.toThrow(
    `no NATS server answers at ${fake.url.slice('nats://'.length)}`,
  );
});
