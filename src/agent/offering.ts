import { LetterboxError } from '../protocol/errors.ts';
import type { ApprovalRow, ConnectAsk } from './approval-row.ts';
import { proveFor } from './connecting.ts';
import type { Context } from './context.ts';
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
  else await answerWith(ctx, question, app, parsed);
  ctx.notifier.changed();
}

async function askAbout(ctx: Context, app: SessionOffer['app'], session: AppSession): Promise<void> {
  await proveFor(ctx, app, session); // what does not hold is said where it was typed, and asks nothing
  await questionFor(ctx, { app, place: SECRET_KEY, request: SECRET_KEY }, {}, session);
  await ctx.prompt.show();
}

/** The wallet's answer, for the page's question that waits for a session. */
async function answerWith(
  ctx: Context,
  id: string,
  app: SessionOffer['app'],
  session: AppSession,
): Promise<void> {
  requireWaiting(await ctx.store.read(['approvals'], (tx) => tx.get('approvals', id)), app);
  const given = { state: 'given', by: 'wallet', session: await proveFor(ctx, app, session) } as const;
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

function requireWaiting(
  row: ApprovalRow | undefined,
  app: SessionOffer['app'],
): ApprovalRow & { readonly ask: ConnectAsk } {
  if (row?.app === app && row.state === 'open' && row.ask.kind === 'connect') {
    const { ask } = row;
    if (ask.session.state !== 'given') return { ...row, ask };
  }
  throw new LetterboxError('rejected', { method: 'connect' });
}
