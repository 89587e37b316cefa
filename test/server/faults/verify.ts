import { allowLoopback, type DeliveryId } from '../../../src/protocol/ids.ts';
import { parseCounts, parseDeliveryPage, type Delivery } from '../../../src/protocol/server-api.ts';
import type { Person } from '../person.ts';
import type { Client } from './client.ts';
import type { Ledger, Receipt } from './ledger.ts';
import type { Reader } from './reader.ts';

/** What came of everything that clients were told, summed over the inboxes. Nothing is lost where all but the first are 0. */
export interface Findings {
  /** Deliveries that a client was told are there, and that nobody removed. */
  readonly acknowledged: number;
  /** Of these, the ones that are not listed as they were acknowledged, to the last byte. */
  readonly lost: number;
  /** Listed twice, come to a reader twice, or accepted as new twice. */
  readonly duplicated: number;
  /** Listed, but passed over by the reader that followed its cursor all the time; or not in that order. */
  readonly skipped: number;
  /** Listed though removed, unread though marked, or counted otherwise than listed. */
  readonly miscounted: number;
}

/** Compares the server with what clients and readers saw, once all of them are at rest. */
export async function verify(readers: readonly Reader[], client: Client, ledger: Ledger): Promise<Findings> {
  const sum = { acknowledged: 0, lost: 0, duplicated: ledger.twice, skipped: 0, miscounted: 0 };
  for (const reader of readers) {
    const listed = await listAll(reader.person, client);
    const ids = listed.map(({ id }) => id);
    const byId = new Map(listed.map((delivery) => [delivery.id, delivery]));
    const owed = [...ledger.receipts.values()].filter(
      ({ parcel }) => parcel.to === reader.person && !ledger.removed.has(parcel.id),
    );
    sum.acknowledged += owed.length;
    sum.lost += owed.filter((receipt) => isLost(receipt, byId, ledger)).length;
    sum.duplicated += ids.length - byId.size + reader.again;
    sum.skipped += countSkipped(ids, reader.seen);
    sum.miscounted += await miscount(reader.person, listed, client, ledger);
  }
  return sum;
}

export function isClean({ lost, duplicated, skipped, miscounted }: Findings): boolean {
  return lost + duplicated + skipped + miscounted === 0;
}

function countSkipped(listed: readonly DeliveryId[], seen: readonly DeliveryId[]): number {
  const known = new Set(listed);
  const followed = seen.filter((id) => known.has(id));
  const came = new Set(seen);
  const missing = listed.filter((id) => !came.has(id)).length;
  const isInOrder = missing > 0 || listed.every((id, at) => id === followed[at]);
  return missing + (isInOrder ? 0 : 1);
}

/** A removal before a restore may have been lost with it, or not. */
function isLost(
  { parcel, answer }: Receipt,
  listed: ReadonlyMap<DeliveryId, Delivery>,
  ledger: Ledger,
): boolean {
  const found = listed.get(parcel.id);
  if (found === undefined) return !ledger.perhapsRemoved.has(parcel.id);
  const { from, pointer, receivedAt, expires } = found;
  const isSame = pointer === parcel.pointer && from.address === parcel.from.address;
  return !isSame || receivedAt !== answer.receivedAt || expires !== answer.expires;
}

async function miscount(person: Person, listed: readonly Delivery[], client: Client, ledger: Ledger) {
  const path = '/count';
  const { body } = await client.ask({ by: person, act: 'count', method: 'GET', inbox: person, path });
  const { total, unread } = parseCounts(body);
  const wrong = listed.filter(({ id, read }) => ledger.removed.has(id) || (ledger.read.has(id) && !read));
  const unreadListed = listed.filter(({ read }) => !read).length;
  return wrong.length + Math.abs(total - listed.length) + Math.abs(unread - unreadListed);
}

/** From the start, page by page. */
async function listAll(person: Person, client: Client): Promise<Delivery[]> {
  const listed: Delivery[] = [];
  for (let after = '', more = true; more;) {
    const path = `/messages?limit=200${after}`;
    const { body } = await client.ask({ by: person, act: 'read', method: 'GET', inbox: person, path });
    const page = parseDeliveryPage(body, { [allowLoopback]: true });
    listed.push(...page.items);
    ({ more } = page);
    after = `&after=${page.cursor}`;
  }
  return listed;
}
