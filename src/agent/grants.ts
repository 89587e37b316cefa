import { LetterboxError } from '../protocol/errors.ts';
import type { Origin } from '../protocol/ids.ts';
import type { Grant, Grants, Lasting, Power, Powers } from './owner-api.ts';
import type { InboxRow } from './rows.ts';
import type { Reading } from './store.ts';

/** The inbox that an app's pages speak for: of several the one that a page last handed a session of, unless it is paused. */
export async function inboxOfApp(tx: Reading<'inboxes'>, app: Origin): Promise<InboxRow | undefined> {
  const rows = await tx.list('inboxes', { index: 'app', only: app });
  return rows
    .filter(({ state, aside }) => state === 'open' && aside === undefined)
    .toSorted((a, b) => b.connectedAt - a.connectedAt)[0];
}

/** Whether a power holds now. `now` in Unix seconds. */
export function holds(grants: Grants, power: Power, now: number): boolean {
  if (power === 'sendWithoutAsking' && !holds(grants, 'send', now)) return false;
  const grant = grants[power];
  return grant !== undefined && !hasEnded(grant, now);
}

/** Whether the person has to be asked again: a time that they gave for reading or sending is over. */
export function haveRunOut({ read, send }: Grants, now: number): boolean {
  return [read, send].some((grant) => grant !== undefined && hasEnded(grant, now));
}

/** `now` in Unix seconds. */
export async function isGranted(
  tx: Reading<'grants'>,
  app: Origin,
  power: Power,
  now: number,
): Promise<boolean> {
  const row = await tx.get('grants', app);
  return row !== undefined && holds(row.grants, power, now);
}

/** What a page's call needs; `now` in Unix seconds. */
export interface Needed {
  readonly power: Power;
  readonly method: string;
  readonly now: number;
}

/**
 * Lets a page's call through or refuses it, before anything is looked up or computed for it.
 * @throws LetterboxError `not-connected | not-allowed`
 */
export async function requireGrant(
  tx: Reading<'inboxes' | 'grants'>,
  app: Origin,
  { power, method, now }: Needed,
): Promise<InboxRow> {
  const inbox = await inboxOfApp(tx, app);
  if (inbox === undefined) throw new LetterboxError('not-connected', { app });
  if (!(await isGranted(tx, app, power, now))) throw new LetterboxError('not-allowed', { method });
  return inbox;
}

/**
 * The same as far as a locked agent can tell, which has the app's powers at hand and not its inbox.
 * @throws LetterboxError `not-connected | not-allowed`
 */
export async function requirePower(
  tx: Reading<'grants'>,
  app: Origin,
  { power, method, now }: Needed,
): Promise<void> {
  const row = await tx.get('grants', app);
  if (row === undefined) throw new LetterboxError('not-connected', { app });
  if (!holds(row.grants, power, now)) throw new LetterboxError('not-allowed', { method });
}

/** What the person gives, from now on. */
export function grantsFrom(powers: Powers, now: number): Grants {
  const given = Object.entries(powers) as [Power, Lasting][];
  return Object.fromEntries(given.map(([power, lasting]) => [power, grantFor(lasting, now)])) as Grants;
}

/** With these powers more. */
export function withPowers(grants: Grants, powers: Powers, now: number): Grants {
  const given = grantsFrom(powers, now);
  const canSend = holds({ ...grants, ...given }, 'send', now);
  return { ...grants, ...given, ...(canSend ? {} : sendBeside(given)) };
}

/** Sending without asking needs sending. */
function sendBeside({ sendWithoutAsking: send }: Grants): Grants {
  return send === undefined ? {} : { send };
}

/** With one power less; without sending there is none without asking. */
export function withoutPower(grants: Grants, power: Power): Grants {
  const { [power]: _1, ...rest } = grants;
  if (power !== 'send') return rest;
  const { sendWithoutAsking: _2, ...left }: Grants = rest;
  return left;
}

function grantFor(lasting: Lasting, now: number): Grant {
  return { since: now, ...(lasting === 'revoked' ? {} : { until: now + lasting }) };
}

function hasEnded({ until }: Grant, now: number): boolean {
  return until !== undefined && until <= now;
}
