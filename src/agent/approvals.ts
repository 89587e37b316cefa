import { digest, utf8 } from '../protocol/bytes.ts';
import { LetterboxError } from '../protocol/errors.ts';
import type { Origin } from '../protocol/ids.ts';
import type { Context } from './context.ts';
import { readCounter, WINDOW_GONE } from './counters.ts';
import type { Decision } from './owner-api.ts';
import type { ApprovalRow } from './approval-row.ts';
import { isFromPage } from './place.ts';
import { noteAgreed, noteDeclined, requireNotQuiet } from './quiet.ts';
import type { Reading, Writing } from './store.ts';
import { seconds } from './time.ts';
import { isLocked } from './unlocking.ts';

/**
 *     open ──decide──> approved ──its effects are on disk──> done ──────┐
 *       │                  └──> failed ─────────────────────────────────┤
 *       ├──declined, or the person closed the window──> declined ───────┴──the page has heard──> (no row)
 *       └──the browser ended with the window open──> (no row)
 *
 * One durable queue, one window. Identical requests share a row; a page whose call was cut off by the end of the worker
 * asks again and finds it.
 */

const MAX_OPEN_PER_APP = 3;
/** How long an answer waits for a page that asks again, in seconds. */
const HEARD_WITHIN = 60;
/** How long a question can be answered, in seconds. */
const ASKED_WITHIN = 86_400;
/** What became of the window while the vault was locked. */
const GONE = { closed: 1, lost: 2 } as const;

export type Draft = Omit<ApprovalRow, 'fingerprint' | 'askedAt' | 'turn' | 'state'>;

/** What makes two requests the same. */
export function fingerprintOf(...parts: readonly unknown[]): string {
  return digest(utf8(JSON.stringify(parts)));
}

type Asking = Pick<ApprovalRow, 'app' | 'place'>;

/** The answer or the open question that an identical request led to before. */
export async function findApproval(
  ctx: Context,
  asking: Asking,
  fingerprint: string,
): Promise<ApprovalRow | undefined> {
  return ctx.store.read(['approvals'], (tx) => earlier(ctx, tx, asking, fingerprint));
}

/** No page waits for what our own views asked, so that an answer is nothing to hear: they ask anew. */
async function earlier(
  ctx: Context,
  tx: Reading<'approvals'>,
  { app, place }: Asking,
  fingerprint: string,
): Promise<ApprovalRow | undefined> {
  const now = seconds(ctx.clock);
  const same = await tx.list('approvals', { index: 'fingerprint', only: [app, fingerprint] });
  return same.find((row) => !isForgotten(row, now) && (isFromPage(place) || !isSettled(row)));
}

/**
 * Asks the person, unless that is being asked already.
 * @throws LetterboxError `busy` while three questions of this app are open, `quiet` where three were declined in a row
 */
export async function ask(ctx: Context, draft: Draft, fingerprint: string): Promise<ApprovalRow> {
  const { app, place } = draft;
  const row = await ctx.store.write(['approvals', 'declines'], async (tx) => {
    const joined = await earlier(ctx, tx, draft, fingerprint);
    if (joined !== undefined) return joined;
    const asked = { method: draft.ask.kind, now: seconds(ctx.clock) };
    if (isFromPage(place)) await requireNotQuiet(tx, app, asked);
    const open = await requireRoom(tx, app, draft.ask.kind);
    const fresh: ApprovalRow = {
      ...draft,
      fingerprint,
      askedAt: seconds(ctx.clock),
      turn: Math.max(0, ...open.map(({ turn }) => turn)) + 1,
      state: 'open',
    };
    await tx.put('approvals', fresh);
    return fresh;
  });
  return row;
}

/**
 * Before anything is looked up for a question, too.
 * @returns all that are open
 * @throws LetterboxError `busy`
 */
export async function requireRoom(
  tx: Reading<'approvals'>,
  app: Origin,
  method: string,
): Promise<readonly ApprovalRow[]> {
  const open = await tx.list('approvals', { index: 'state', only: 'open' });
  if (open.filter((other) => other.app === app).length < MAX_OPEN_PER_APP) return open;
  throw new LetterboxError('busy', { method });
}

/** Shows the window and waits for the answer; then the row has served. */
export async function answerTo(ctx: Context, { id }: ApprovalRow): Promise<ApprovalRow> {
  const settled = ctx.waiters.wait(id);
  const row = await ctx.store.read(['approvals'], (tx) => tx.get('approvals', id));
  let shown: Promise<unknown> = settled;
  if (row?.state === 'open') {
    ctx.notifier.changed();
    shown = ctx.prompt.show();
  } else if (row?.state === 'approved') ctx.kick();
  else if (row !== undefined) ctx.waiters.settle(row);
  const answer = await Promise.race([settled, shown.then(() => settled)]); // whatever the browser says of its window
  await ctx.store.write(['approvals'], (tx) => tx.delete('approvals', id));
  return answer;
}

/** @throws LetterboxError `rejected`, or why it could not be done */
export function requireDone(row: ApprovalRow): void {
  if (row.state === 'done') return;
  const { problem, ask: asked } = row;
  if (problem !== undefined) throw new LetterboxError(problem.code, problem.context);
  throw new LetterboxError('rejected', { method: asked.kind });
}

/** Puts the person's word on disk. @returns the row where there is something to do now */
export async function decideRow(
  ctx: Context,
  id: string,
  decision: Decision,
): Promise<ApprovalRow | undefined> {
  const row = await ctx.store.write(['approvals', 'declines'], async (tx) => {
    const open = await tx.get('approvals', id);
    if (open?.state !== 'open') return open;
    const isRefused = open.ask.kind === 'connect' && open.ask.session.state === 'refused';
    const decided = decision.approve && !isRefused ? approve(ctx, open, decision) : decline(ctx, open);
    await tx.put('approvals', decided);
    if (decided.state === 'approved') await noteAgreed(tx, open.app);
    else await noteDeclined(tx, askingApps([open]), seconds(ctx.clock));
    return decided;
  });
  if (row !== undefined && isSettled(row)) await settle(ctx, row);
  return row?.state === 'approved' ? row : undefined;
}

/**
 * The person closed the window: what it asked for is declined, at once or, while the vault is locked, on unlocking.
 * @returns whose pages asked, for `noteDeclined`
 */
export async function declineOnClosing(ctx: Context): Promise<readonly Origin[]> {
  if (!(await isLocked(ctx))) return declineAll(ctx);
  await noteWhileLocked(ctx, GONE.closed);
  return [];
}

/**
 * The browser ended with the window open, or an update ended it: nobody has said no, and the page that asked is gone,
 * too. So are answers that none came back for.
 */
export async function withdrawLost(ctx: Context): Promise<void> {
  await ((await isLocked(ctx)) ? noteWhileLocked(ctx, GONE.lost) : withdrawAll(ctx));
}

/** What was asked in a window that is gone since the vault was locked. */
export async function settleGone(ctx: Context): Promise<void> {
  const gone = await ctx.store.read(['counters'], (tx) => readCounter(tx, WINDOW_GONE));
  if (gone === 0) return;
  if (gone === GONE.lost) await withdrawAll(ctx);
  else {
    const apps = await declineAll(ctx);
    await ctx.store.write(['declines'], (tx) => noteDeclined(tx, apps, seconds(ctx.clock)));
  }
  await ctx.store.write(['counters'], (tx) => tx.delete('counters', WINDOW_GONE));
}

async function noteWhileLocked(ctx: Context, value: number): Promise<void> {
  await ctx.store.write(['counters'], (tx) => tx.put('counters', { counter: WINDOW_GONE, value }));
}

async function declineAll(ctx: Context): Promise<readonly Origin[]> {
  const declined = await ctx.store.write(['approvals'], async (tx) => {
    const open = await tx.list('approvals', { index: 'state', only: 'open' });
    const rows = open.map((row) => decline(ctx, row));
    for (const row of rows) await tx.put('approvals', row);
    return rows;
  });
  for (const row of declined) await settle(ctx, row);
  return askingApps(declined);
}

/** What was agreed to is finished all the same. */
async function withdrawAll(ctx: Context): Promise<void> {
  await forget(ctx, ({ state }) => state !== 'approved');
}

/** Whose pages asked. */
function askingApps(rows: readonly ApprovalRow[]): Origin[] {
  return rows.filter(({ place }) => isFromPage(place)).map(({ app }) => app);
}

/** Inside the transaction of the effects. */
export async function markDone(tx: Writing<'approvals'>, id: string): Promise<ApprovalRow | undefined> {
  const row = await tx.get('approvals', id);
  if (row?.state !== 'approved') return undefined;
  const done: ApprovalRow = { ...row, state: 'done' };
  await tx.put('approvals', done);
  return done;
}

/** The answer is on disk: whoever waits hears it, and what was held for it is let go. */
export async function settle(ctx: Context, row: ApprovalRow): Promise<void> {
  await ctx.keys.release(row.id);
  ctx.waiters.settle(row);
  ctx.notifier.changed();
}

/** Rows whose page never came back for the answer, and questions whose window is long gone. */
export async function forgetUnheard(ctx: Context): Promise<void> {
  const now = seconds(ctx.clock);
  await forget(ctx, (row) => isForgotten(row, now));
}

async function forget(ctx: Context, which: (row: ApprovalRow) => boolean): Promise<void> {
  const forgotten = await ctx.store.write(['approvals'], async (tx) => {
    const rows = (await tx.list('approvals')).filter(which);
    for (const { id } of rows) await tx.delete('approvals', id);
    return rows;
  });
  for (const { id } of forgotten) await ctx.keys.release(id);
}

export function isSettled({ state }: ApprovalRow): boolean {
  return state === 'done' || state === 'declined' || state === 'failed';
}

function isForgotten(row: ApprovalRow, now: number): boolean {
  if (isSettled(row)) return now - (row.decidedAt ?? row.askedAt) > HEARD_WITHIN;
  return row.state === 'open' && now - row.askedAt > ASKED_WITHIN;
}

function approve(
  ctx: Context,
  row: ApprovalRow,
  decision: Extract<Decision, { approve: true }>,
): ApprovalRow {
  return { ...row, state: 'approved', decision, decidedAt: seconds(ctx.clock) };
}

/** What was refused from the start tells the page why. */
function decline(ctx: Context, row: ApprovalRow): ApprovalRow {
  const session = row.ask.kind === 'connect' ? row.ask.session : undefined;
  const why = session?.state === 'refused' ? { problem: session.problem } : {};
  return { ...row, ...why, state: 'declined', decidedAt: seconds(ctx.clock) };
}
