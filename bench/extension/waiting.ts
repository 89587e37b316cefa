import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { AppSession } from '../../scripts/journey/app-session.ts';
import type { World } from '../../src/devnet/world.ts';
import { toBase64url } from '../../src/protocol/bytes.ts';
import { parseDeliveryId } from '../../src/protocol/ids.ts';
import { parseJsonObject } from '../../src/protocol/json.ts';
import { DATABASE } from '../../src/server/commands.ts';
import { RETENTION_SECONDS } from '../../src/server/stores/rules.ts';
import { openSqliteStore } from '../../src/server/stores/sqlite.ts';
import { digestOf } from '../../src/server/stores/digest.ts';
import type { Store } from '../../src/server/stores/store.ts';
import { SENDER, senderRecord, signRecord, type Letter } from './letters.ts';

const MANY = 1_000_000;
const limits = { stored: MANY, unknown: MANY, unknownPerSender: MANY };
const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };

/** Has a world's server hold these letters for Bob, and nothing else: past its rates, while it is stopped. */
export async function leaveWaiting(
  { world, folder }: { readonly world: World; readonly folder: string },
  bob: AppSession,
  letters: readonly Letter[],
): Promise<void> {
  const { messageServer } = world;
  if (messageServer === undefined) throw new Error('the message server is not of this world');
  await messageServer.kill('SIGTERM');
  const store = openSqliteStore({ path: join(folder, 'server', DATABASE), limits, random });
  try {
    await enrolSender(store, world, bob);
    await clear(store, bob);
    await accept(store, world, bob, letters);
  } finally {
    await store.close();
  }
  await messageServer.start();
}

/** So that what Bob's agent sends back arrives. */
async function enrolSender(store: Store, world: World, bob: AppSession): Promise<void> {
  const claims = senderRecord(world, bob);
  const token = String(parseJsonObject(signRecord(claims), 'record')['token']);
  const { address, app, bucket, seq, exp, iat } = claims;
  const record = { address, app, bucket, unknown: 'request', seq, exp, digest: digestOf(token) } as const;
  await store.enrol(record, iat, iat, 'open');
  await store.confirm(record, 'listed', iat);
}

async function clear(store: Store, { address }: AppSession): Promise<void> {
  for (;;) {
    const query = { limit: 200, unreadOnly: false };
    const { items } = await store.list(address, query, Math.floor(Date.now() / 1000));
    if (items.length === 0) return;
    await store.remove(
      address,
      items.map(({ id, from }) => ({ id, from: from.address })),
    );
  }
}

async function accept(
  store: Store,
  world: World,
  bob: AppSession,
  letters: readonly Letter[],
): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const { bucket } = senderRecord(world, bob);
  await Promise.all(
    letters.map(({ pointer }) =>
      store.accept({
        to: bob.address,
        from: SENDER,
        id: parseDeliveryId(toBase64url(randomBytes(16))),
        bucket,
        pointer,
        receivedAt: now,
        expires: now + RETENTION_SECONDS,
      }),
    ),
  );
}
