import { errorToWire, LetterboxError } from '../protocol/errors.ts';
import { newId } from '../protocol/ids.ts';
import type { Account } from '../protocol/page-api.ts';
import {
  answerTo,
  ask,
  findApproval,
  fingerprintOf,
  requireDone,
  requireRoom,
  type Draft,
} from './approvals.ts';
import { isRefusal, proveFor } from './connecting.ts';
import type { Context } from './context.ts';
import { inboxOfApp } from './grants.ts';
import { parseConnect, type PageConnect } from './page-input.ts';
import { isFromPage } from './place.ts';
import type { PageCaller } from './ports.ts';
import { requireNotQuiet } from './quiet.ts';
import { resume } from './resuming.ts';
import type { ApprovalRow, ConnectAsk } from './approval-row.ts';
import type { InboxRow } from './rows.ts';
import { parseSession, type AppSession } from './session.ts';
import { publishedServers } from './session-proof.ts';
import { parseServer, placesOf, readSettings } from './settings.ts';
import { seconds } from './time.ts';

/**
 * Connects an app's page. An app that was approved before, with the same address, gets its account at once; anything
 * else is the person's to decide. Resolves when they have.
 * @throws LetterboxError `malformed | rejected | busy | quiet | session-missing | session-refused | key-mismatch | address-taken`
 */
export async function connectPage(ctx: Context, caller: PageCaller, value: unknown): Promise<Account> {
  const options = parseConnect(value);
  const session = await sessionIn(ctx, caller, options);
  if (session instanceof LetterboxError) return askAndWait(ctx, caller, options, session);
  const known = await resume(ctx, caller, session);
  return known === undefined ? askAndWait(ctx, caller, options, session) : accountOf(known);
}

/** What the page handed over, parsed; an error for what does not hold, which the person is told of. */
async function sessionIn(
  ctx: Context,
  { app }: PageCaller,
  { session }: PageConnect,
): Promise<AppSession | LetterboxError | undefined> {
  if (session === undefined) return undefined;
  try {
    return parseSession(session, app, placesOf(await readSettings(ctx.store)));
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

async function askAndWait(
  ctx: Context,
  caller: PageCaller,
  options: PageConnect,
  session: AppSession | LetterboxError | undefined,
): Promise<Account> {
  const row = await questionFor(ctx, caller, options, session);
  requireDone(await answerTo(ctx, row));
  const inbox = await ctx.store.read(['inboxes'], (tx) => inboxOfApp(tx, caller.app));
  if (inbox === undefined) throw new LetterboxError('not-connected', { app: caller.app });
  return accountOf(inbox);
}

/** One question for one session as a whole: another hub or name under the same key is another question. */
export async function questionFor(
  ctx: Context,
  caller: PageCaller,
  options: PageConnect,
  session: AppSession | LetterboxError | undefined,
): Promise<ApprovalRow> {
  const fingerprint = fingerprintOf('connect', ...shownOf(session));
  const known = await findApproval(ctx, caller, fingerprint);
  if (known !== undefined) {
    await holdAgain(ctx, known, session);
    return known;
  }
  await requireHeard(ctx, caller);
  const draft = { ...(await draftFor(ctx, caller, options, session)), id: newId(ctx.random) };
  return askHolding(ctx, draft, fingerprint, session);
}

/** Before anything is looked up for it; what our own views ask is never too much. @throws LetterboxError `quiet | busy` */
async function requireHeard({ store, clock }: Context, { app, place }: PageCaller): Promise<void> {
  if (!isFromPage(place)) return;
  const asked = { method: 'connect', now: seconds(clock) };
  await store.read(['declines', 'approvals'], async (tx) => {
    await requireNotQuiet(tx, app, asked);
    await requireRoom(tx, app, asked.method);
  });
}

/** What makes a session what it is, but for its key. */
function shownOf(session: AppSession | LetterboxError | undefined): readonly unknown[] {
  if (session === undefined || session instanceof LetterboxError) return [session?.code];
  const { address, hubUrl, username, gaiaAssociationToken } = session;
  return [address, hubUrl, username, gaiaAssociationToken];
}

/** The session is held before there is a question that can be answered, for the answer needs its key; never without one. */
async function askHolding(
  ctx: Context,
  draft: Draft,
  fingerprint: string,
  session: AppSession | LetterboxError | undefined,
): Promise<ApprovalRow> {
  const isGiven = draft.ask.kind === 'connect' && draft.ask.session.state === 'given';
  if (isGiven) await ctx.keys.hold(draft.id, session);
  let asked: ApprovalRow | undefined;
  try {
    asked = await ask(ctx, draft, fingerprint);
    return asked;
  } finally {
    // it was refused, or joined one that was asked meanwhile, which holds its own
    if (isGiven && asked?.id !== draft.id) await ctx.keys.release(draft.id);
  }
}

/** The browser may have forgotten what it held for a question that is still on disk. */
async function holdAgain(
  ctx: Context,
  { id, state, ask: asked }: ApprovalRow,
  session: AppSession | LetterboxError | undefined,
): Promise<void> {
  const isGiven = asked.kind === 'connect' && asked.session.state === 'given';
  const isWaiting = state === 'open' || state === 'approved';
  if (!isGiven || !isWaiting || (await ctx.keys.held(id)) !== undefined) return;
  if (session === undefined) await askAgain(ctx, id);
  else await ctx.keys.hold(id, session);
}

/** What was read from the page, or came from the wallet, is gone: as if it had not been yet. */
async function askAgain(ctx: Context, id: string): Promise<void> {
  await ctx.store.write(['approvals'], async (tx) => {
    const row = await tx.get('approvals', id);
    if (row?.state !== 'open' || row.ask.kind !== 'connect') return;
    await tx.put('approvals', { ...row, ask: { ...row.ask, session: { state: 'consent' } } });
  });
}

async function draftFor(
  ctx: Context,
  { app, place }: PageCaller,
  { appName, icon, server }: PageConnect,
  session: AppSession | LetterboxError | undefined,
): Promise<Omit<Draft, 'id'>> {
  const shown = { ...(appName === undefined ? {} : { appName }), ...(icon === undefined ? {} : { icon }) };
  const given = await sessionAsk(ctx, app, session);
  const offered = await serverAsk(ctx, given, server);
  return { app, place, ...shown, ask: { kind: 'connect', session: given, ...offered } };
}

async function sessionAsk(
  ctx: Context,
  app: PageCaller['app'],
  session: AppSession | LetterboxError | undefined,
): Promise<ConnectAsk['session']> {
  if (session === undefined) return { state: 'consent' };
  if (session instanceof LetterboxError) return { state: 'refused', problem: errorToWire(session) };
  try {
    return { state: 'given', session: await proveFor(ctx, app, session) };
  } catch (error) {
    if (isRefusal(error)) return { state: 'refused', problem: errorToWire(error) };
    throw error;
  }
}

/** What the record names already, else the person's default, else what the app suggests. */
export async function serverAsk(
  ctx: Context,
  session: ConnectAsk['session'],
  suggested: string | undefined,
): Promise<Pick<ConnectAsk, 'server' | 'serverFrom'>> {
  const settings = await readSettings(ctx.store);
  const places = placesOf(settings);
  const web = { ...places, fetch: ctx.fetch };
  const published = session.state === 'given' ? await publishedServers(ctx, web, session.session) : [];
  const first = published.find(({ type }) => type === 'letterbox');
  if (first !== undefined) return { server: first.url, serverFrom: 'record' };
  if (settings.defaultServer !== '') return { server: settings.defaultServer, serverFrom: 'settings' };
  return suggested === undefined ? {} : { server: parseServer(suggested, places), serverFrom: 'app' };
}

function accountOf({ address, app, bucket, name }: InboxRow): Account {
  return { address, app, bucket, ...(name === undefined ? {} : { name: name.name }) };
}
