import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { MessageId } from '../../../../src/protocol/ids.ts';
import { openSqliteStore } from '../../../../src/server/stores/sqlite.ts';
import { BITS } from '../../../../src/server/stores/sqlite/bits.ts';
import { migrate } from '../../../../src/server/stores/sqlite/schema.ts';
import { slotOf } from '../../../../src/server/stores/sqlite/slots.ts';
import type { Store } from '../../../../src/server/stores/store.ts';
import { describeStore } from '../../../contracts/store.ts';
import {
  alice,
  CONTRACT_LIMITS,
  newDelivery,
  standingOf,
  storedRecord,
} from '../../../contracts/store/fixtures.ts';
import { random } from '../../harness.ts';
import { createPerson, START, type Person } from '../../person.ts';

const limits = CONTRACT_LIMITS;
const people = Array.from({ length: 60 }, (_, n) => createPerson(`person ${n}`));
const [sender] = people as [Person];

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'letterbox-slots-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'letterbox.sqlite');
}

describeStore('SQLite, where most inboxes and deliveries find their place taken', { erases: 'sweep' }, () =>
  Promise.resolve(openSqliteStore({ path: ':memory:', limits, random, bits: { slot: 5, sender: 1, id: 1 } })),
);

test('whoever has an inbox finds it, and nobody another, whoever came and left before', async () => {
  const step = fc.tuple(fc.constantFrom('enrol', 'leave'), fc.nat({ max: 9 }));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const store = openSqliteStore({ path: ':memory:', limits, random, bits: { ...BITS, slot: 4 } });
      const enrolled = new Set<Person>();
      for (const [index, [what, number]] of steps.entries()) {
        const person = people[number] as Person;
        if (what === 'enrol') await store.enrol(storedRecord(person), START + index, START, 'open');
        else if (enrolled.has(person)) await leave(store, person, index);
        if (what === 'enrol') enrolled.add(person);
        else enrolled.delete(person);
        const found = people.slice(0, 10).map(async ({ address }) => (await store.inbox(address))?.address);
        const wanted = people.slice(0, 10).map((each) => (enrolled.has(each) ? each.address : undefined));
        expect(await Promise.all(found)).toEqual(wanted);
      }
      await store.close();
    }),
    { numRuns: 100 },
  );
});

function leave(store: Store, { address }: Person, index: number): Promise<void> {
  const jti = `${index}` as MessageId;
  return store.leave(address, { jti, issued: START + index - 1, forget: START + 1000 }, START);
}

test('who comes back after somebody took their slot has another one, and nothing of what was there', async () => {
  const path = newPath();
  const store = openSqliteStore({ path, limits, random, bits: { ...BITS, slot: 1 } });
  const [one, two] = sameSlot(saltOf(path));
  await store.enrol(storedRecord(one), START, START, 'open');
  await store.accept(newDelivery(sender, one, 'first'));
  await leave(store, one, 1);
  await store.enrol(storedRecord(two), START, START, 'open');
  await store.accept(newDelivery(sender, two, 'second'));
  await store.enrol(storedRecord(one), START + 1, START, 'open');
  expect(await store.counts(one.address, START)).toEqual({ unread: 0, total: 0 });
  expect(await store.counts(two.address, START)).toEqual({ unread: 1, total: 1 });
  await store.close();
});

function saltOf(path: string): string {
  const db = new DatabaseSync(path, { readOnly: true });
  const salt = String(db.prepare(`SELECT value FROM meta WHERE key = 'salt'`).get()?.['value']);
  db.close();
  return salt;
}

function sameSlot(salt: string): [Person, Person] {
  const [one, ...others] = people.slice(1) as [Person, ...Person[]];
  const two = others.find(({ address }) => slotOf(salt, address, 1) === slotOf(salt, one.address, 1));
  if (two === undefined) throw new Error('of 59 people no two want the same of two slots');
  return [one, two];
}

test('a database from before slots: who wants one that is taken gets another', async () => {
  const path = newPath();
  const db = new DatabaseSync(path);
  migrate(db, { to: 6 });
  db.exec(`INSERT INTO meta VALUES ('salt', 'of a test')`);
  const add = db.prepare(
    `INSERT INTO inboxes (address, id, app, bucket, unknown, seq, exp, digest, frozen)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)`,
  );
  const count = db.prepare(
    'INSERT INTO entries (inbox, key, sequence, total, unread, strangers) VALUES (?, 0, ?, 0, 0, 0)',
  );
  for (const [index, person] of people.entries()) {
    const { address, app, bucket, unknown, seq, exp, digest } = storedRecord(person);
    add.run(address, index + 1, app, bucket, unknown, seq, exp, digest);
    count.run(index + 1, index);
  }
  const blocking = people[7] as Person;
  db.exec(`UPDATE inboxes SET policy_seq = 1, policy_digest = '' WHERE address = '${blocking.address}'`);
  db.exec(`INSERT INTO standings VALUES (8, '${alice.address}', 'blocked')`);
  db.close();

  const slotBits = 9;
  const store = openSqliteStore({ path, limits, random, bits: { ...BITS, slot: slotBits } });
  const wanted = people.map(({ address }) => slotOf('of a test', address, slotBits));
  expect(new Set(wanted).size).toBeLessThan(people.length);
  for (const [index, person] of people.entries()) {
    expect(await store.inbox(person.address)).toMatchObject({ address: person.address });
    await store.accept(newDelivery(sender, person, 'one'));
    const { cursor } = await store.list(person.address, { limit: 1, unreadOnly: false }, START);
    const [, generation, sequence] = Buffer.from(cursor, 'base64url').toString().split('.').map(Number);
    expect([generation, sequence]).toEqual([index + 1, index + 1]);
    expect(await standingOf(store, person, alice)).toBe(person === blocking ? 'blocked' : 'unknown');
  }
  await store.close();
});
