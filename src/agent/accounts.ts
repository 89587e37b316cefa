import type { Address, Origin } from '../protocol/ids.ts';
import { inboxOfApp } from './grants.ts';
import type { InboxRow } from './rows.ts';
import type { Reading, Writing } from './store.ts';

/**
 * Several users, or several keys, of one app. Each is an inbox of its own, gets its mail and is disconnected by itself;
 * the app's pages speak for one of them, the one whose session they handed over last.
 *
 *     speaks ── a page hands over the session of another that is connected ──> aside ── and of this one again ──> speaks
 *     speaks ── the page's session is a stranger's, or gone ──> paused ── the stranger's is connected ──> aside
 */

/** Those that are connected, besides this one. */
export async function othersOf(
  tx: Reading<'inboxes'>,
  app: Origin,
  address?: Address,
): Promise<readonly InboxRow[]> {
  const rows = await tx.list('inboxes', { index: 'app', only: app });
  return rows.filter(
    ({ state, address: other }) => other !== address && (state === 'open' || state === 'paused'),
  );
}

/**
 * The app's pages speak for this inbox from now on. The others are not paused by that, nor stay paused: the person is
 * somebody of theirs in that app still.
 */
export async function standAside(tx: Writing<'inboxes'>, app: Origin, speaking: Address): Promise<void> {
  for (const other of await othersOf(tx, app, speaking)) {
    const { changedTo: _, ...rest } = other;
    await tx.put('inboxes', { ...rest, state: 'open', aside: true });
  }
}

/** An app's session is a stranger's now, or none: the inbox that its pages spoke for pauses. docs/protocol.md#10 */
export async function pauseInbox(tx: Writing<'inboxes'>, app: Origin, changedTo?: Address): Promise<boolean> {
  const inbox = await inboxOfApp(tx, app);
  if (inbox === undefined || inbox.address === changedTo) return false;
  await tx.put('inboxes', { ...inbox, state: 'paused', ...(changedTo === undefined ? {} : { changedTo }) });
  return true;
}
