import { LetterboxError } from '../protocol/errors.ts';
import type { Account, MessagePage, PageMessage, SentMessage } from '../protocol/page-api.ts';
import type { PageGate } from './agent.ts';
import { connectPage } from './page-connect.ts';
import { sendFromPage } from './page-send.ts';
import type { Context } from './context.ts';
import { entryPage } from './entry-pages.ts';
import { isGranted, inboxOfApp, requireGrant, requirePower } from './grants.ts';
import { parseList, parseMessageKeys, type PageList } from './page-input.ts';
import { toPageMessage } from './page-events.ts';
import type { Power } from './owner-api.ts';
import type { PageCaller } from './ports.ts';
import { requireNotQuiet } from './quiet.ts';
import { markRead } from './reading.ts';
import type { InboxRow } from './rows.ts';
import type { EntryPageQuery } from './entry-pages.ts';
import { seconds } from './time.ts';
import { isLocked, requireUnlocked, untilUnlocked } from './unlocking.ts';

/** What came is for whoever may read, what becomes of what was sent for whoever may send; the end is for everyone. */
const POWER_TO_HEAR = { message: 'read', outbox: 'send', disconnect: undefined } as const;

/**
 * What a page may ask: of its own app's inbox only, and only with a grant. Locked, connecting and sending wait for the
 * person's passphrase; reading does not bring up a window for itself.
 */
export function createPageGate(ctx: Context): PageGate {
  return {
    async connect(caller, options): Promise<Account> {
      await unlockedFor(ctx, caller, 'connect');
      return connectPage(ctx, caller, options);
    },

    async send(caller, message): Promise<SentMessage> {
      await admit(ctx, caller, 'send', 'send'); // who may not send brings up no window, and learns of nothing
      await unlockedFor(ctx, caller, 'send');
      return sendFromPage(ctx, caller, message);
    },

    async list(caller, query) {
      await admit(ctx, caller, 'read', 'list');
      await requireUnlocked(ctx);
      return listForPage(ctx, caller, parseList(query));
    },

    async markRead(caller, messages) {
      await admit(ctx, caller, 'read', 'markRead');
      await requireUnlocked(ctx);
      const keys = parseMessageKeys(messages);
      await markRead(ctx, await ownKeys(ctx, caller, keys), true);
    },

    async mayListen({ app }, event) {
      const power = POWER_TO_HEAR[event];
      if (power === undefined) return true;
      if (await isLocked(ctx)) return false;
      return ctx.store.read(['inboxes', 'grants'], async (tx) => {
        const inbox = await inboxOfApp(tx, app);
        return inbox !== undefined && isGranted(tx, app, power, seconds(ctx.clock));
      });
    },
  };
}

/** For an app that is quiet no window comes up to unlock either. */
async function unlockedFor(ctx: Context, { app }: PageCaller, method: string): Promise<void> {
  if (!(await isLocked(ctx))) return;
  const asked = { method, now: seconds(ctx.clock) };
  await ctx.store.read(['declines'], (tx) => requireNotQuiet(tx, app, asked));
  await untilUnlocked(ctx, app);
}

/** Before its arguments are looked at, and before it hears whether the vault is locked. */
async function admit(ctx: Context, { app }: PageCaller, power: Power, method: string): Promise<void> {
  const needed = { power, method, now: seconds(ctx.clock) };
  if (await isLocked(ctx)) await ctx.store.read(['grants'], (tx) => requirePower(tx, app, needed));
  else await ctx.store.read(['inboxes', 'grants'], (tx) => requireGrant(tx, app, needed));
}

function listForPage(ctx: Context, { app }: PageCaller, query: PageList): Promise<MessagePage> {
  const now = seconds(ctx.clock);
  return ctx.store.read(['inboxes', 'grants', 'entries', 'contacts'], async (tx) => {
    const inbox = await requireGrant(tx, app, { power: 'read', method: 'list', now });
    const { entries, cursor } = await entryPage(tx, pageQuery(inbox, query));
    const messages: PageMessage[] = [];
    for (const entry of entries) {
      const message = toPageMessage(entry, await tx.get('contacts', [entry.inbox, entry.from]));
      if (message !== undefined) messages.push(message);
    }
    return { messages, more: cursor !== undefined, ...(cursor === undefined ? {} : { cursor }) };
  });
}

function pageQuery({ address }: InboxRow, { thread, unread, limit, cursor }: PageList): EntryPageQuery {
  const place = { limit, ...(cursor === undefined ? {} : { cursor }) };
  if (thread !== undefined) {
    const accept: EntryPageQuery['accept'] = (entry) =>
      entry.content.state === 'readable' && !(unread && entry.read);
    return { ...place, order: 'threadOrder', prefix: [address, thread], accept };
  }
  const order = unread ? 'unreadOrder' : 'inboxOrder';
  return { ...place, order, prefix: [address], accept: (entry) => entry.content.state === 'readable' };
}

/** Only what the page could have listed; anything else it names is no message of its own. */
async function ownKeys(ctx: Context, { app }: PageCaller, keys: ReturnType<typeof parseMessageKeys>) {
  const needed = { power: 'read', method: 'markRead', now: seconds(ctx.clock) } as const;
  const rows = await ctx.store.read(['inboxes', 'grants', 'entries'], async (tx) => {
    const { address } = await requireGrant(tx, app, needed);
    return Promise.all(keys.map(({ from, id }) => tx.get('entries', [address, from, id])));
  });
  const known = rows.filter((row) => row?.inboxOrder !== undefined && row.content.state === 'readable');
  if (known.length < rows.length)
    throw new LetterboxError('malformed', { what: 'messages', problem: 'unknown' });
  return known.flatMap((row) => (row === undefined ? [] : [row]));
}
