import type { Address, Origin } from '../protocol/ids.ts';
import { inboxOfApp } from './grants.ts';
import type { Writing } from './store.ts';

/** An app's session is another one now: its inbox so far pauses and shows the new address. docs/protocol.md#10 */
export async function keepPaused(tx: Writing<'inboxes'>, app: Origin, changedTo: Address): Promise<boolean> {
  const inbox = await inboxOfApp(tx, app);
  if (inbox === undefined || inbox.address === changedTo) return false;
  await tx.put('inboxes', { ...inbox, state: 'paused', changedTo });
  return true;
}
