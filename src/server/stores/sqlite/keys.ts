import type { Address, DeliveryId } from '../../../protocol/ids.ts';

/** A delivery's key in `entries`: each of the two is without spaces. */
export function keyOf(sender: Address, id: DeliveryId): string {
  return `${sender} ${id}`;
}

/** Between which all keys of one sender stand: no character of an ID comes before '!'. */
export function keysOf(sender: Address): readonly [string, string] {
  return [`${sender} `, `${sender}!`];
}
