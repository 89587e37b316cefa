import { isLetterboxError } from '../protocol/errors.ts';
import type { Address, Origin } from '../protocol/ids.ts';
import { pauseInbox, standAside } from './accounts.ts';
import type { Context } from './context.ts';
import { haveRunOut, holds, inboxOfApp } from './grants.ts';
import { tellApp } from './page-events.ts';
import type { PageCaller } from './ports.ts';
import type { GrantRow, InboxRow } from './rows.ts';
import { parseSession, type AppSession } from './session.ts';
import { placesOf, readSettings } from './settings.ts';
import { seconds } from './time.ts';

/**
 * What an app's page is connected to without asking: an inbox that was approved, whose session the app still has.
 * Its key is taken again where it went with the browser's last run. docs/protocol.md#10
 * @returns undefined where the person has to be asked
 * @throws LetterboxError `session-missing | session-refused | key-mismatch` where the app's own session says so
 */
export async function resume(
  ctx: Context,
  caller: PageCaller,
  given: AppSession | undefined,
): Promise<InboxRow | undefined> {
  const grant = await ctx.store.read(['grants'], (tx) => tx.get('grants', caller.app));
  if (grant === undefined || haveRunOut(grant.grants, seconds(ctx.clock))) return undefined;
  const session = given ?? (await ownSession(ctx, caller, grant));
  if (session !== undefined) return takeUp(ctx, caller.app, session);
  const inbox = await ctx.store.read(['inboxes'], (tx) => inboxOfApp(tx, caller.app));
  const isAtHand = inbox !== undefined && (await ctx.keys.get(inbox.address)) !== undefined;
  return isAtHand ? inbox : undefined;
}

/** The session of an app that hands none over, where the person let Letterbox read it and the app may do anything. */
async function ownSession(
  ctx: Context,
  caller: PageCaller,
  grant: GrantRow,
): Promise<AppSession | undefined> {
  const now = seconds(ctx.clock);
  if (!grant.consent || !(holds(grant.grants, 'read', now) || holds(grant.grants, 'send', now)))
    return undefined;
  const found = await ctx.sessions.read(caller);
  try {
    return parseSession(found, caller.app, placesOf(await readSettings(ctx.store)));
  } catch (error) {
    if (isLetterboxError(error)) await pauseAndTell(ctx, caller.app, undefined);
    throw error;
  }
}

/** Known and unchanged: its key is kept again, and it speaks. Anyone else's: what spoke pauses, and the new one is asked for. */
async function takeUp(ctx: Context, app: Origin, session: AppSession): Promise<InboxRow | undefined> {
  const known = await ctx.store.read(['inboxes'], (tx) => tx.get('inboxes', session.address));
  if (!isResumable(known, app, session)) {
    await pauseAndTell(ctx, app, session.address);
    return undefined;
  }
  await ctx.keys.put(session.address, session.appPrivateKey);
  const taken = await ctx.store.write(['inboxes'], async (tx) => {
    const row = await tx.get('inboxes', session.address);
    if (!isResumable(row, app, session)) return undefined;
    const before = await inboxOfApp(tx, app);
    await standAside(tx, app, session.address);
    const { changedTo: _1, aside: _2, ...rest } = row;
    const open: InboxRow = { ...rest, ...associationOf(session), state: 'open' };
    await tx.put('inboxes', open);
    return { open, isOther: before !== undefined && before.address !== open.address };
  });
  if (taken?.isOther === true) tellApp(ctx, app, 'disconnect', { reason: 'session' }); // pages that spoke for the other
  ctx.notifier.changed();
  ctx.kick();
  return taken?.open;
}

/** A session at another hub means another bucket: that is for the person to see. */
function isResumable(row: InboxRow | undefined, app: Origin, session: AppSession): row is InboxRow {
  if (row?.app !== app || row.hub !== session.hubUrl) return false;
  return row.state === 'open' || row.state === 'paused';
}

async function pauseAndTell(ctx: Context, app: Origin, changedTo: Address | undefined): Promise<void> {
  const isPaused = await ctx.store.write(['inboxes'], (tx) => pauseInbox(tx, app, changedTo));
  if (!isPaused) return;
  tellApp(ctx, app, 'disconnect', { reason: 'session' });
  ctx.notifier.changed();
}

function associationOf({ gaiaAssociationToken }: AppSession): { associationToken?: string } {
  return gaiaAssociationToken === undefined ? {} : { associationToken: gaiaAssociationToken };
}
