import { LetterboxError } from '../protocol/errors.ts';
import { newId } from '../protocol/ids.ts';
import type { SentMessage } from '../protocol/page-api.ts';
import { answerTo, ask, findApproval, fingerprintOf, markDone, requireDone, settle } from './approvals.ts';
import type { Context } from './context.ts';
import { requireGrant } from './grants.ts';
import { enqueue } from './outbox-rows.ts';
import { parseSend } from './page-input.ts';
import type { PageCaller } from './ports.ts';
import { parseRecipient, wordsFor } from './recipients.ts';
import type { ApprovalRow, SendAsk } from './approval-row.ts';
import type { InboxRow, OutboxRow } from './rows.ts';
import { placesOf, readSettings } from './settings.ts';
import type { Reading } from './store.ts';
import { seconds } from './time.ts';
import { takeUnasked } from './unasked.ts';

type SendRow = ApprovalRow & { readonly ask: SendAsk };
type Wanted = Pick<OutboxRow, 'to' | 'content'>;

/**
 * Sends for a page: at once to people whom the person knows, or to so many a day with the grant to send without asking;
 * anyone else is asked for first. A repeated call gets the same message.
 * @throws LetterboxError `malformed | too-large | not-connected | not-allowed | rejected | busy | quiet`
 */
export async function sendFromPage(ctx: Context, caller: PageCaller, value: unknown): Promise<SentMessage> {
  const { to, content } = parseSend(value);
  const wanted = { to: parseRecipient(to, placesOf(await readSettings(ctx.store))), content };
  const sent = await sendIfAllowed(ctx, caller, wanted);
  if (sent !== undefined) return sent;
  return askAndSend(ctx, caller, wanted);
}

/** The effects of an approved question, repeatable until it is done. */
export async function finishSend(ctx: Context, row: SendRow): Promise<void> {
  const done = await ctx.store.write(['outbox', 'inboxes', 'approvals'], async (tx) => {
    const { inbox: address, to, content, request, id } = row.ask;
    const inbox = await tx.get('inboxes', address);
    const settled = await markDone(tx, row.id);
    if (settled === undefined || inbox === undefined) return settled;
    await enqueue(tx, ctx, inbox, {
      id,
      to,
      content,
      by: 'page',
      ...(request === undefined ? {} : { request }),
    });
    return settled;
  });
  if (done !== undefined) await settle(ctx, done);
  ctx.kick();
}

/** @returns undefined where the person has to be asked */
async function sendIfAllowed(
  ctx: Context,
  { app, request }: PageCaller,
  { to, content }: Wanted,
): Promise<SentMessage | undefined> {
  const tables = ['outbox', 'inboxes', 'grants', 'contacts'] as const;
  const now = seconds(ctx.clock);
  const row = await ctx.store.write(tables, async (tx) => {
    const inbox = await requireGrant(tx, app, { power: 'send', method: 'send', now });
    const [earlier] = await tx.list('outbox', { index: 'request', only: [app, request], limit: 1 });
    if (earlier !== undefined) return earlier;
    if (!(await isKnown(tx, inbox, to)) && !(await takeUnasked(tx, app, now))) return undefined;
    return enqueue(tx, ctx, inbox, { to, content, by: 'page', request });
  });
  if (row === undefined) return undefined;
  ctx.notifier.changed();
  ctx.kick();
  return sentMessage(row);
}

async function askAndSend(
  ctx: Context,
  { app, place, request }: PageCaller,
  wanted: Wanted,
): Promise<SentMessage> {
  const now = seconds(ctx.clock);
  const inbox = await ctx.store.read(['inboxes', 'grants'], (tx) =>
    requireGrant(tx, app, { power: 'send', method: 'send', now }),
  );
  const fingerprint = fingerprintOf('send', inbox.address, wanted);
  const about = { ...(inbox.appName === undefined ? {} : { appName: inbox.appName }), ...iconOf(inbox) };
  const id = newId(ctx.random);
  const asked: SendAsk = { ...wanted, kind: 'send', inbox: inbox.address, request, id };
  const known = await findApproval(ctx, { app, place }, fingerprint);
  const row = known ?? (await ask(ctx, { id, app, place, ...about, ask: asked }, fingerprint));
  const answer = await answerTo(ctx, row);
  requireDone(answer);
  const message = answer.ask.kind === 'send' ? answer.ask.id : asked.id;
  const sent = await ctx.store.read(['outbox'], (tx) => tx.get('outbox', message));
  if (sent === undefined) throw new LetterboxError('recipient-unknown', { to: wordsFor(wanted.to) });
  return sentMessage(sent);
}

async function isKnown(
  tx: Reading<'contacts'>,
  { address }: InboxRow,
  to: OutboxRow['to'],
): Promise<boolean> {
  if ('address' in to) return (await tx.get('contacts', [address, to.address]))?.relation === 'allowed';
  const named = await tx.list('contacts', { index: 'provenName', only: [address, to.name] });
  return named.length > 0 && named.every(({ relation }) => relation === 'allowed');
}

export function sentMessage({ id, state, reason }: OutboxRow): SentMessage {
  return { id, state, ...(state === 'failed' && reason !== undefined ? { reason: reason.code } : {}) };
}

function iconOf({ icon }: InboxRow): { icon?: string } {
  return icon === undefined ? {} : { icon };
}
