import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { DeliveryKey } from '../../../../src/protocol/server-api.ts';
import { BITS, type Bits } from '../../../../src/server/stores/sqlite/bits.ts';
import { keyAt, keysOf, keyTable, type KeyTable } from '../../../../src/server/stores/sqlite/keys.ts';
import { migrate } from '../../../../src/server/stores/sqlite/schema.ts';
import { createPerson, deliveryId, type Person } from '../../person.ts';

const people = Array.from({ length: 4 }, (_, n) => createPerson(`person ${n}`));
const [sender] = people as [Person];
const FEW: Bits = { ...BITS, sender: 1, id: 1 };
const [INBOX, OTHER] = [2 ** 31 - 1, 2 ** 31 - 2];

const person = fc.constantFrom(...people).map(({ address }) => address);
const key = fc.record({ from: person, id: fc.constantFrom('a', 'b', 'c', 'd', 'e').map(deliveryId) });
const step = fc.tuple(fc.constantFrom('add', 'erase'), fc.constantFrom(INBOX, OTHER), key);

interface Tables {
  readonly db: DatabaseSync;
  readonly keys: KeyTable;
}

function open(bits: Bits): Tables {
  const db = new DatabaseSync(':memory:');
  onTestFinished(() => db.close());
  migrate(db, { bits });
  return { db, keys: keyTable(db, bits) };
}

function add({ db, keys }: Tables, inbox: number, { from, id }: DeliveryKey, sequence: number): boolean {
  const insert = db.prepare(
    `INSERT INTO deliveries (inbox, sequence, sender, id, bucket, received_at, expires) VALUES (?, ?, ?, ?, '', 0, 0)`,
  );
  const delivery = Number(insert.run(inbox, sequence, from, id).lastInsertRowid);
  const isNew = keys.add(inbox, { from, id }, { delivery, sequence });
  if (!isNew) db.prepare('DELETE FROM deliveries WHERE number = ?').run(delivery);
  return isNew;
}

/** @returns that it is not new. */
function erase({ db, keys }: Tables, inbox: number, item: DeliveryKey): false {
  const known = keys.find(inbox, item);
  if (known === undefined) return false;
  keys.erase(inbox, item, known.delivery);
  db.prepare('DELETE FROM deliveries WHERE number = ?').run(known.delivery);
  return false;
}

const crowded = ({ db }: Tables): unknown =>
  db.prepare('SELECT count(*) AS found FROM crowded').get()?.['found'];

/** Of one sender, two that want the same place. */
function samePlace(from: DeliveryKey['from']): [DeliveryKey, DeliveryKey] {
  const places = new Map<number, DeliveryKey>();
  for (let n = 0; ; n += 1) {
    const one = { from, id: deliveryId(`${n}`) };
    const at = keyAt(from, one.id, BITS);
    const other = places.get(at);
    if (other !== undefined) return [other, one];
    places.set(at, one);
  }
}

test('each is known until it is erased, whatever wants the same place', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const tables = open(FEW);
      const model = new Map<string, number>();
      for (const [sequence, [what, inbox, item]] of steps.entries()) {
        const name = JSON.stringify([inbox, item]);
        const wasThere = model.has(name);
        const isNew = what === 'add' ? add(tables, inbox, item, sequence) : erase(tables, inbox, item);
        if (isNew) model.set(name, sequence);
        else if (what === 'erase') model.delete(name);
        expect(isNew).toBe(what === 'add' && !wasThere);
        for (const each of new Set(steps.map(([, ...rest]) => JSON.stringify(rest)))) {
          const [where, which] = JSON.parse(each) as [number, DeliveryKey];
          expect(tables.keys.find(where, which)?.sequence).toBe(model.get(each));
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('whoever finds its place taken has it once it is free', () => {
  const tables = open(BITS);
  const [first, second] = samePlace(sender.address);
  expect([add(tables, INBOX, first, 1), add(tables, INBOX, second, 2)]).toEqual([true, true]);
  expect(crowded(tables)).toBe(1);
  expect(add(tables, INBOX, second, 3)).toBe(false);
  erase(tables, INBOX, first);
  expect(crowded(tables)).toBe(0);
  expect(tables.keys.find(INBOX, first)).toBeUndefined();
  expect(tables.keys.find(INBOX, second)?.sequence).toBe(2);
  expect(add(tables, INBOX, second, 4)).toBe(false);
});

test('a key stands in its own inbox, behind all that can be listed, and among those of its sender', () => {
  for (const { address } of people) {
    const at = keyAt(address, deliveryId('one'), BITS);
    const [first, last] = keysOf(address, BITS);
    expect(at).toBeGreaterThanOrEqual(2 ** 31);
    expect(at).toBeLessThan(2 ** 32);
    expect([at >= first, at <= last]).toEqual([true, true]);
  }
});

test('in a database from before places, all are known, whatever wants the same place', () => {
  const db = new DatabaseSync(':memory:');
  onTestFinished(() => db.close());
  migrate(db, { to: 7 });
  const deliver = db.prepare(
    `INSERT INTO deliveries (inbox, sequence, sender, id, bucket, received_at, expires) VALUES (?, ?, ?, ?, '', 0, 0)`,
  );
  const note = db.prepare('INSERT INTO entries (inbox, key, sequence, delivery) VALUES (?, ?, ?, ?)');
  const known = [INBOX, OTHER].flatMap((inbox) =>
    people.flatMap(({ address: from }) => ['a', 'b', 'c'].map((id) => ({ inbox, from, id: deliveryId(id) }))),
  );
  for (const [sequence, { inbox, from, id }] of known.entries()) {
    const { lastInsertRowid: number } = deliver.run(inbox, sequence, from, id);
    note.run(inbox, `${from} ${id}`, sequence, number);
  }
  migrate(db, { bits: FEW });
  const keys = keyTable(db, FEW);
  expect(known.map(({ inbox, from, id }) => keys.find(inbox, { from, id })?.sequence)).toEqual([
    ...known.keys(),
  ]);
  expect(crowded({ db, keys })).toBeGreaterThanOrEqual(known.length - 2 * 4);
});
