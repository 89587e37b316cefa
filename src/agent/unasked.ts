import type { Origin } from '../protocol/ids.ts';
import { holds } from './grants.ts';
import { UNASKED_A_DAY } from './owner-wire.ts';
import type { GrantRow } from './rows.ts';
import type { Writing } from './store.ts';
import { DAY } from './time.ts';

/**
 * Takes leave for one message to somebody whom the person does not know, and counts it in the same transaction.
 * @param now in Unix seconds
 * @returns false where the person has to be asked: it was not granted, or the day's number is reached
 */
export async function takeUnasked(tx: Writing<'grants'>, app: Origin, now: number): Promise<boolean> {
  const row = await tx.get('grants', app);
  if (row === undefined || !holds(row.grants, 'sendWithoutAsking', now)) return false;
  const { since, count } = countedOn(row, now);
  if (count >= UNASKED_A_DAY) return false;
  await tx.put('grants', { ...row, unasked: { since, count: count + 1 } });
  return true;
}

/** A day begins with its first message. A clock that was put back begins none. */
function countedOn({ unasked }: GrantRow, now: number): NonNullable<GrantRow['unasked']> {
  const isOver = unasked === undefined || now - unasked.since >= DAY / 1000;
  return isOver ? { since: now, count: 0 } : unasked;
}
