import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openSqliteStore } from '../../../../src/server/stores/sqlite.ts';
import type { Store } from '../../../../src/server/stores/store.ts';
import {
  CONTRACT_LIMITS,
  codeOf,
  newDelivery,
  standingOf,
  storedRecord,
} from '../../../contracts/store/fixtures.ts';
import { random } from '../../harness.ts';
import { createPerson, deliveryId, START } from '../../person.ts';
import type { Digest } from '../../../../src/protocol/bytes.ts';
import type { MessageId } from '../../../../src/protocol/ids.ts';

const [alice, bob] = [createPerson('alice'), createPerson('bob')];
const seed = fc.constantFrom('one', 'two', 'three');

/** All that changes an inbox, each with a little number. */
const STEPS = {
  enrol: (store, n) => store.enrol(storedRecord(bob, { seq: n }), START + n, START, 'open'),
  confirm: (store, n) => store.confirm(storedRecord(bob, { seq: n }), n % 2 ? 'listed' : 'frozen', START + n),
  leave: (store, n) =>
    store.leave(bob.address, { jti: `${n}` as MessageId, issued: n, forget: START + n }, START),
  setPolicy: (store, n) =>
    store.setPolicy(bob.address, { seq: n, allowed: [alice.address], blocked: [] }, `${n}` as Digest),
  accept: (store, n, id) => store.accept(newDelivery(alice, bob, id, { expires: START + n })),
  acknowledge: (store, _n, id) =>
    store.acknowledge(bob.address, [{ from: alice.address, id: deliveryId(id) }]),
  remove: (store, _n, id) => store.remove(bob.address, [{ from: alice.address, id: deliveryId(id) }]),
  sweep: (store, n) => store.sweep(START + n, 100),
} satisfies Record<string, (store: Store, n: number, id: string) => Promise<unknown>>;

/** Those that are begun at once are one transaction, or where one is refused two: the first is undone. */
const groups = fc.array(
  fc.array(fc.tuple(fc.constantFrom(...Object.values(STEPS)), fc.integer({ min: 1, max: 4 }), seed), {
    minLength: 1,
    maxLength: 4,
  }),
  { minLength: 10, maxLength: 25 },
);
/** Some of what was stored has expired then. */
const LATER = START + 2;

test('what a group saw of itself is forgotten where the database did not take it', async () => {
  const store = openSqliteStore({ path: ':memory:', limits: CONTRACT_LIMITS, random });
  onTestFinished(() => store.close());
  const commit = vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function exec(
    this: DatabaseSync,
    sql,
  ) {
    if (sql === 'COMMIT') throw new Error('the disk is full');
    this.prepare(sql).run();
  });
  const writes = [
    store.enrol(storedRecord(bob, { seq: 1 }), START, START, 'open'),
    store.accept(newDelivery(alice, bob, 'one')),
  ];
  expect(await Promise.all(writes.map(codeOf))).toEqual(['unavailable', 'unavailable']);
  commit.mockRestore();
  expect(await store.inbox(bob.address)).toBeUndefined();
  expect(await codeOf(store.accept(newDelivery(alice, bob, 'one')))).toBe('recipient-refused');
});

test('what is at hand is what is on disk, whatever was done in between', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'letterbox-heads-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  let file = 0;
  await fc.assert(
    fc.asyncProperty(groups, async (done) => {
      const path = join(folder, `${(file += 1)}.sqlite`);
      const store = openSqliteStore({ path, limits: CONTRACT_LIMITS, random });
      const disk = new DatabaseSync(path, { readOnly: true });
      try {
        await STEPS.enrol(store, 1);
        for (const group of done) {
          // what is refused changes nothing, and has to show as that, too
          await Promise.all(group.map(([step, n, id]) => codeOf(step(store, n, id))));
          expect(await atHand(store)).toEqual(onDisk(disk));
        }
      } finally {
        disk.close();
        await store.close();
      }
    }),
    { numRuns: 40 },
  );
});

async function atHand(store: Store) {
  const inbox = await store.inbox(bob.address);
  if (inbox === undefined) return undefined;
  const { cursor, total, unread } = await store.list(bob.address, { limit: 200, unreadOnly: false }, START);
  const page = await store.list(bob.address, { limit: 200, unreadOnly: false, after: cursor }, START);
  const [, generation, sequence] = Buffer.from(page.cursor, 'base64url').toString().split('.').map(Number);
  return {
    seq: inbox.seq,
    confirmed: inbox.confirmed ?? null,
    frozen: Number(inbox.frozen),
    generation,
    total,
    unread,
    last: sequence,
    later: (await store.counts(bob.address, LATER)).total,
    standing: await standingOf(store, bob, alice),
  };
}

function onDisk(disk: DatabaseSync) {
  return disk
    .prepare(
      `SELECT record ->> 7 AS seq, record ->> 9 AS confirmed, record ->> 10 AS frozen, record ->> 0 AS generation, total, unread,
         coalesce((SELECT max(sequence) FROM deliveries WHERE inbox = slot AND pointer IS NOT NULL), 0) AS last,
         (SELECT count(*) FROM entries AS listed WHERE listed.place >> 32 = slot AND read IS NOT NULL AND expires > ${LATER}) AS later,
         coalesce((SELECT standing FROM standings WHERE inbox = slot AND sender = ?1), 'unknown') AS standing
         FROM (SELECT *, place >> 32 AS slot FROM entries) WHERE address = ?2`,
    )
    .get(alice.address, bob.address);
}
