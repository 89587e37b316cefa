import { expect, test } from 'vitest';
import type { Address } from '../../../../src/protocol/ids.ts';
import { partitionOf, shelvesOf } from '../../../../src/server/stores/nats/subjects.ts';
import { createPerson } from '../../person.ts';

test('an address lies in the same partition for good', () => {
  const address = '1CMWrtNz3z2vHqMtr2vnGTQn3ZNA55f6ej' as Address;
  expect([1, 2, 16, 1000].map((partitions) => partitionOf(address, partitions))).toEqual([0, 0, 2, 770]);
});

test('partitions fill alike, and each inbox lies in one of them', () => {
  const people = Array.from({ length: 1000 }, (_, n) => createPerson(`person ${n}`).address);
  const shelves = shelvesOf('post', 4);
  const filled = Map.groupBy(people, (address) => shelves.of(address).stream);
  expect([...filled.keys()].toSorted()).toEqual(['post_0', 'post_1', 'post_2', 'post_3']);
  for (const inboxes of filled.values()) expect(inboxes.length).toBeGreaterThan(200);
});
