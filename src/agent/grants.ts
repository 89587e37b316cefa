import { LetterboxError } from '../protocol/errors.ts';
import type { Origin } from '../protocol/ids.ts';
import type { Grants } from './owner-api.ts';
import type { InboxRow } from './rows.ts';
import type { Reading } from './store.ts';

export type Power = 'read' | 'send' | 'sendWithoutAsking';

export const NO_GRANTS: Grants = { read: false, send: false, sendWithoutAsking: false, expires: 0 };

/** The inbox that an app's pages speak for: of several the one that a page last handed a session of, unless it is paused. */
export async function inboxOfApp(tx: Reading<'inboxes'>, app: Origin): Promise<InboxRow | undefined> {
  const rows = await tx.list('inboxes', { index: 'app', only: app });
  return rows
    .filter(({ state, aside }) => state === 'open' && aside === undefined)
    .toSorted((a, b) => b.connectedAt - a.connectedAt)[0];
}

/** `now` in Unix seconds. */
export async function isGranted(
  tx: Reading<'grants'>,
  app: Origin,
  power: Power,
  now: number,
): Promise<boolean> {
  const row = await tx.get('grants', app);
  return row !== undefined && row.grants[power] && now < row.grants.expires;
}

/**
 * Lets a page's call through or refuses it, before anything is looked up or computed for it.
 * @throws LetterboxError `not-connected | not-allowed`
 */
export async function requireGrant(
  tx: Reading<'inboxes' | 'grants'>,
  app: Origin,
  { power, method, now }: { power: Power; method: string; now: number },
): Promise<InboxRow> {
  const inbox = await inboxOfApp(tx, app);
  if (inbox === undefined) throw new LetterboxError('not-connected', { app });
  if (!(await isGranted(tx, app, power, now))) throw new LetterboxError('not-allowed', { method });
  return inbox;
}
