import { errorToWire, isLetterboxError } from '../protocol/errors.ts';
import { parseAddress, type Address } from '../protocol/ids.ts';
import { MESSAGE_MAX_BYTES } from '../protocol/message.ts';
import { RECORD_RENEW_SECONDS, type Accept } from '../protocol/record.ts';
import { publishRecord, type RecordCopy } from '../gaia/records.ts';
import type { Context } from './context.ts';
import { touchLinks } from './link-rows.ts';
import type { OpenInbox } from './open-inbox.ts';
import { expected } from './outlook.ts';
import { proveOwnName } from './own-name.ts';
import type { ProvenName } from './owner-api.ts';
import { keepPin, readPin } from './pins.ts';
import { requireRightClock, wasSetBack } from './right-clock.ts';
import type { InboxRow, Retry } from './rows.ts';
import { inStorage } from './storage.ts';
import { HOUR, later, seconds } from './time.ts';

const ACCEPT: Accept = { maxBytes: MESSAGE_MAX_BYTES, unknown: 'request' };

/**
 * Publishes the inbox's own record where something of it changed, and again after 30 days; nothing while its servers say
 * that this computer's clock is wrong. docs/protocol.md#2
 * @returns whether it was due
 */
export async function publishIfDue(ctx: Context, open: OpenInbox): Promise<boolean> {
  if (!isPublishDue(open.row, ctx.clock.now())) return false;
  try {
    const own = await ownName(ctx, open);
    const { name } = own;
    const { app, servers } = open.row;
    const content = { app, servers, accept: ACCEPT, ...(name === undefined ? {} : { name: name.name }) };
    const pin = await readPin(ctx.store, open.row.address);
    const seen = pin === undefined ? {} : { pin };
    const { key: privateKey, places } = open;
    const beforeWriting = (): Promise<void> => requireRightClock(ctx, open);
    const copy = await inStorage(ctx, open, (client) =>
      publishRecord(content, { ...places, ...seen, client, privateKey, clock: ctx.clock, beforeWriting }),
    );
    await keepPublished(ctx, open.row, copy, own);
  } catch (error) {
    await keepProblem(ctx, open.row, error);
  }
  ctx.notifier.changed();
  return true;
}

function isPublishDue({ publish, published, nameTry, problem }: InboxRow, now: number): boolean {
  if (publish !== undefined) return publish.nextTry <= now || wasSetBack(problem, now);
  if (nameTry !== undefined && nameTry.nextTry <= now) return true;
  return published !== undefined && (published.iat + RECORD_RENEW_SECONDS) * 1000 <= now;
}

/** The name to publish: the one known before while the registry is out of reach, none once it leads elsewhere. */
async function ownName(ctx: Context, { row, web, settings }: OpenInbox): Promise<OwnName> {
  try {
    return known(await proveOwnName(ctx, row, { web, registries: settings.registries }));
  } catch (error) {
    if (isLetterboxError(error, 'unreachable')) return known(row.name);
    if (isLetterboxError(error, 'key-mismatch')) return { leadsTo: parseAddress(error.context.expected) };
    throw error;
  }
}

interface OwnName {
  readonly name?: ProvenName;
  /** Another one's address, to which it leads. */
  readonly leadsTo?: Address;
}

function known(name: ProvenName | undefined): OwnName {
  return name === undefined ? {} : { name };
}

async function keepPublished(
  ctx: Context,
  used: InboxRow,
  { file, record, pin }: RecordCopy,
  { name, leadsTo }: OwnName,
): Promise<void> {
  await ctx.store.write(['inboxes', 'links', 'pins'], async (tx) => {
    const row = await tx.get('inboxes', used.address);
    if (row === undefined) return;
    const { publish, name: _1, nameTry: _2, problem: _3, nameLost: _4, ...rest } = row;
    const changedMeanwhile = JSON.stringify(row.servers) !== JSON.stringify(used.servers);
    await tx.put('inboxes', {
      ...rest,
      published: { seq: record.seq, file, iat: record.iat, at: seconds(ctx.clock) },
      ...(name === undefined ? { ...nextLook(ctx, row), ...lostBy(row, leadsTo) } : { name }),
      ...(changedMeanwhile && publish !== undefined ? { publish } : {}),
    });
    await keepPin(tx, used.address, pin);
    await touchLinks(tx, used.address);
  });
}

/** What was the person's own once and leads elsewhere: they are told until it leads here again. */
function lostBy({ name, nameLost }: InboxRow, leadsTo: Address | undefined): Pick<InboxRow, 'nameLost'> {
  const lost = name?.name ?? nameLost?.name;
  if (lost !== undefined && leadsTo !== undefined) return { nameLost: { name: lost, leadsTo } };
  return nameLost === undefined ? {} : { nameLost };
}

/** Wallets may add a new app to the profile some time after the first sign-in. */
function nextLook(ctx: Context, { username, nameTry }: InboxRow): { nameTry?: Retry } {
  if (username === undefined) return {};
  const attempts = (nameTry?.attempts ?? 0) + 1;
  return { nameTry: { attempts, nextTry: ctx.clock.now() + HOUR * Math.min(attempts, 24) } };
}

async function keepProblem(ctx: Context, { address }: InboxRow, error: unknown): Promise<void> {
  const problem = expected(error);
  const after = 'after' in problem.context ? problem.context.after : undefined;
  await ctx.store.write(['inboxes'], async (tx) => {
    const row = await tx.get('inboxes', address);
    if (row === undefined) return;
    const publish = later(ctx, row.publish?.attempts ?? 0, after);
    await tx.put('inboxes', { ...row, publish, problem: errorToWire(problem) });
  });
}
