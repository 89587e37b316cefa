import { errorToWire, isLetterboxError, type LetterboxError } from '../protocol/errors.ts';
import type { Address, Origin } from '../protocol/ids.ts';
import { parseServerEntry, type ServerEntry } from '../protocol/record.ts';
import { standAside } from './accounts.ts';
import { markDone, settle } from './approvals.ts';
import type { Context } from './context.ts';
import { grantsFrom, inboxOfApp } from './grants.ts';
import { OVERLAP } from './leaving.ts';
import { serverKey, setLinks } from './link-rows.ts';
import { expected, outlookOf } from './outlook.ts';
import { isFromPage } from './place.ts';
import type { ApprovalRow, ConnectAsk, PublicSession } from './approval-row.ts';
import type { InboxRow } from './rows.ts';
import { parseSession, type AppSession } from './session.ts';
import { proveSession, publishedServers, requireFree } from './session-proof.ts';
import { parseServer, placesOf, readSettings } from './settings.ts';
import type { Reading, Writing } from './store.ts';
import { seconds } from './time.ts';

type ConnectRow = ApprovalRow & { readonly ask: ConnectAsk };

/**
 * An approved connection, step by step: the session that is held → key kept → inbox,
 * links and grants in one transaction. Publishing and enrolling follow as work that is due. Any of it can be repeated.
 * @throws LetterboxError where it did not work; the question is then open again, or refused with its reason
 */
export async function finishConnect(ctx: Context, row: ConnectRow): Promise<void> {
  try {
    const session = await sessionFor(ctx, row);
    const proven = await proveFor(ctx, row.app, session);
    const servers = await serversFor(ctx, row, proven);
    await ctx.keys.put(session.address, session.appPrivateKey);
    await keepConnection(ctx, row, proven, servers);
  } catch (error) {
    await reopen(ctx, row, expected(error));
    throw error;
  }
  ctx.kick();
}

/** The key's bucket and name, unless another app has the address. */
export async function proveFor(ctx: Context, app: Origin, session: AppSession): Promise<PublicSession> {
  const settings = await readSettings(ctx.store);
  const owner = await ctx.store.read(['inboxes'], (tx) => tx.get('inboxes', session.address));
  requireFree(session, app, owner?.app);
  const web = { ...placesOf(settings), fetch: ctx.fetch };
  return proveSession(ctx, session, { app, web, registries: settings.registries });
}

/** The one that the person has seen. */
async function sessionFor(ctx: Context, { id, app }: ConnectRow): Promise<AppSession> {
  return parseSession(await ctx.keys.held(id), app, placesOf(await readSettings(ctx.store)));
}

/** The person's word first; else what the record names already, so that a second device changes nothing. */
async function serversFor(
  ctx: Context,
  { ask, decision }: ConnectRow,
  session: PublicSession,
): Promise<readonly ServerEntry[]> {
  const settings = await readSettings(ctx.store);
  const places = placesOf(settings);
  const published = await publishedServers(ctx, { ...places, fetch: ctx.fetch }, session);
  const chosen = decision?.server ?? (published.length > 0 ? undefined : ask.server);
  if (chosen === undefined || chosen === '') return published;
  const first = parseServerEntry({ type: 'letterbox', url: parseServer(chosen, places) }, places);
  if (first === undefined) return published;
  return [first, ...published.filter((entry) => serverKey(entry) !== serverKey(first))];
}

async function keepConnection(
  ctx: Context,
  row: ConnectRow,
  session: PublicSession,
  servers: readonly ServerEntry[],
): Promise<void> {
  const now = seconds(ctx.clock);
  const done = await ctx.store.write(['inboxes', 'links', 'grants', 'approvals'], async (tx) => {
    const known = await tx.get('inboxes', session.address);
    requireFree(session, row.app, known?.app);
    const aside = await standingFor(tx, row, session.address);
    await tx.put('inboxes', { ...inboxFor(row, session, { known, servers, now }), ...aside });
    const order = { before: known?.servers ?? [], servers };
    await setLinks(tx, { inbox: session.address, ...order, now: ctx.clock.now(), overlap: OVERLAP });
    await tx.put('grants', {
      ...(await tx.get('grants', row.app)),
      app: row.app,
      grants: grantsFrom(row.decision?.powers ?? {}, now),
      consent: await consentFor(tx, row),
    });
    return markDone(tx, row.id);
  });
  if (done !== undefined) await settle(ctx, done);
}

/** What no page handed over takes no page's word from another. */
async function standingFor(
  tx: Writing<'inboxes'>,
  { app, place }: ConnectRow,
  address: Address,
): Promise<Pick<InboxRow, 'aside'>> {
  const speaking = await inboxOfApp(tx, app);
  if (!isFromPage(place) && speaking !== undefined && speaking.address !== address) return { aside: true };
  await standAside(tx, app, address);
  return {};
}

async function consentFor(tx: Reading<'grants'>, { app, place, ask }: ConnectRow): Promise<boolean> {
  if (isFromPage(place)) return ask.session.state === 'given' && ask.session.by === 'session';
  return (await tx.get('grants', app))?.consent ?? false;
}

function inboxFor(
  { app, appName, icon }: ConnectRow,
  session: PublicSession,
  { known, servers, now }: { known: InboxRow | undefined; servers: readonly ServerEntry[]; now: number },
): InboxRow {
  const isMoved = known?.bucket !== session.bucket; // its record stands elsewhere now
  return {
    ...session,
    app,
    ...(appName === undefined ? {} : { appName }),
    ...(icon === undefined ? {} : { icon }),
    connectedAt: now,
    state: 'open',
    servers,
    ...(known?.published === undefined || isMoved ? {} : { published: known.published }),
    publish: { attempts: 0, nextTry: 0 },
    policySeq: known?.policySeq ?? 0,
  };
}

/** What failed in passing can be approved once more; a session that does not hold can only be read about. */
async function reopen(ctx: Context, row: ConnectRow, problem: LetterboxError): Promise<void> {
  const session = outlookOf(problem).again
    ? row.ask.session
    : { state: 'refused' as const, problem: errorToWire(problem) };
  if (session.state === 'refused') await ctx.keys.release(row.id);
  await ctx.store.write(['approvals'], async (tx) => {
    const current = await tx.get('approvals', row.id);
    if (current?.state !== 'approved') return;
    const { decision: _1, decidedAt: _2, ...rest } = current;
    await tx.put('approvals', { ...rest, state: 'open', ask: { ...row.ask, session } });
  });
  ctx.notifier.changed();
}

export function isRefusal(error: unknown): error is LetterboxError {
  return isLetterboxError(
    error,
    'session-refused',
    'key-mismatch',
    'address-taken',
    'place-forbidden',
    'malformed',
  );
}
