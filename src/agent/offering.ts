import { errorToWire, LetterboxError } from '../protocol/errors.ts';
import type { ApprovalRow, ConnectAsk } from './approval-row.ts';
import { proveFor } from './connecting.ts';
import type { Context } from './context.ts';
import { expected, outlookOf } from './outlook.ts';
import type { SessionOffer } from './owner-api.ts';
import { questionFor, serverAsk } from './page-connect.ts';
import { SECRET_KEY } from './place.ts';
import { parseSession, type AppSession } from './session.ts';
import { placesOf, readSettings } from './settings.ts';

/**
 * Takes a session that one of our own views came by, as if the app's page had handed it over: the same checks, and the
 * person sees name, bucket, hub and server before it counts. docs/protocol.md#10
 * @throws LetterboxError as for a page's session; `rejected` where the question that it is for is no longer open
 */
export async function offerSession(ctx: Context, { app, session, question }: SessionOffer): Promise<void> {
  const parsed = parseSession(session, app, placesOf(await readSettings(ctx.store)));
  if (question === undefined) await askAbout(ctx, app, parsed);
  else {
    requireWaiting(await ctx.store.read(['approvals'], (tx) => tx.get('approvals', question)), app);
    await answerWith(ctx, { id: question, app, by: 'wallet' }, parsed);
  }
  ctx.notifier.changed();
}

async function askAbout(ctx: Context, app: SessionOffer['app'], session: AppSession): Promise<void> {
  await proveFor(ctx, app, session); // what does not hold is said where it was typed, and asks nothing
  await questionFor(ctx, { app, place: SECRET_KEY, request: SECRET_KEY }, {}, session);
  await ctx.prompt.show();
}

/**
 * Reads the app's own session from the page that asks, now that the person agreed; what was read is shown before it
 * counts. What does not hold is the question's answer, as where the page hands it over. docs/protocol.md#10
 * @throws LetterboxError `session-missing | session-refused | key-mismatch | address-taken`, and what a hub out of reach says
 */
export async function readSession(ctx: Context, id: string): Promise<void> {
  const row = requireWaiting(await ctx.store.read(['approvals'], (tx) => tx.get('approvals', id)));
  const { app, place } = row;
  try {
    const found = await ctx.sessions.read({ app, place, request: id });
    const parsed = parseSession(found, app, placesOf(await readSettings(ctx.store)));
    await answerWith(ctx, { id, app, by: 'session' }, parsed);
  } catch (error) {
    await refuse(ctx, row, expected(error));
    throw error;
  } finally {
    ctx.notifier.changed();
  }
}

/** Only a connection whose name, bucket and hub the person has before them can be agreed to. @throws LetterboxError `malformed` */
export async function requireShown(ctx: Context, id: string): Promise<void> {
  const row = await ctx.store.read(['approvals'], (tx) => tx.get('approvals', id));
  if (row?.state !== 'open' || row.ask.kind !== 'connect' || row.ask.session.state !== 'consent') return;
  throw new LetterboxError('malformed', { what: 'approval', problem: 'its session was not shown' });
}

interface Answering {
  readonly id: string;
  readonly app: SessionOffer['app'];
  readonly by: 'wallet' | 'session';
}

async function answerWith(ctx: Context, { id, app, by }: Answering, session: AppSession): Promise<void> {
  const given = { state: 'given', by, session: await proveFor(ctx, app, session) } as const;
  const offered = await serverAsk(ctx, given, undefined);
  await ctx.keys.hold(id, session);
  try {
    await ctx.store.write(['approvals'], async (tx) => {
      const { ask, ...row } = requireWaiting(await tx.get('approvals', id), app);
      await tx.put('approvals', { ...row, ask: { ...ask, ...offered, session: given } });
    });
  } catch (error) {
    await ctx.keys.release(id); // it was answered meanwhile
    throw error;
  }
}

/** A hub out of reach can be asked again; anything else is how the page's session is. */
async function refuse(ctx: Context, { id }: ApprovalRow, problem: LetterboxError): Promise<void> {
  if (outlookOf(problem).again) return;
  const session = { state: 'refused', problem: errorToWire(problem) } as const;
  await ctx.store.write(['approvals'], async (tx) => {
    const row = await tx.get('approvals', id);
    if (row?.state !== 'open' || row.ask.kind !== 'connect' || row.ask.session.state === 'given') return;
    await tx.put('approvals', { ...row, ask: { ...row.ask, session } });
  });
}

function requireWaiting(
  row: ApprovalRow | undefined,
  app: SessionOffer['app'] | undefined = row?.app,
): ApprovalRow & { readonly ask: ConnectAsk } {
  if (row !== undefined && row.app === app && row.state === 'open' && row.ask.kind === 'connect') {
    const { ask } = row;
    if (ask.session.state !== 'given') return { ...row, ask };
  }
  throw new LetterboxError('rejected', { method: 'connect' });
}
