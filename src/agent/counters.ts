import type { Address } from '../protocol/ids.ts';
import type { Reading, Writing } from './store.ts';

/** Numbers that the badge shows, kept in the transaction of the rows that they count: counting an index is linear. */

export const REQUESTS = 'requests';

/** How the approval window ended while the vault was locked, and its questions could not be told so: approvals.ts. */
export const WINDOW_GONE = 'closed while locked';

const UNREAD = 'unread ';

export function unreadCounter(inbox: Address): string {
  return UNREAD + inbox;
}

/** Of every inbox that has one. */
export async function readUnread(
  tx: Reading<'counters'>,
): Promise<readonly { readonly inbox: Address; readonly unread: number }[]> {
  const counters = (await tx.list('counters')).filter(({ counter }) => counter.startsWith(UNREAD));
  return counters.map(({ counter, value }) => ({
    inbox: counter.slice(UNREAD.length) as Address, // was one when the counter was begun
    unread: value,
  }));
}

export async function readCounter(tx: Reading<'counters'>, counter: string): Promise<number> {
  return (await tx.get('counters', counter))?.value ?? 0;
}

export async function addToCounter(tx: Writing<'counters'>, counter: string, change: number): Promise<void> {
  if (change === 0) return;
  await tx.put('counters', { counter, value: (await readCounter(tx, counter)) + change });
}
