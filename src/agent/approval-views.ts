import type { Origin } from '../protocol/ids.ts';
import { othersOf } from './accounts.ts';
import type { Context } from './context.ts';
import type { Approval, ConnectApproval } from './owner-api.ts';
import { isFromPage, SECRET_KEY } from './place.ts';
import { wordsFor } from './recipients.ts';
import type { ApprovalRow, ConnectAsk } from './approval-row.ts';
import type { Reading } from './store.ts';

/** What waits for the person's word, oldest first. */
export function openApprovals({ store }: Context): Promise<readonly Approval[]> {
  return store.read(['approvals', 'entries', 'inboxes'], async (tx) => {
    const rows = await tx.list('approvals', { index: 'state', only: 'open' });
    const views: Approval[] = [];
    for (const row of rows.toSorted((a, b) => a.turn - b.turn)) views.push(await viewOf(tx, row));
    return views;
  });
}

async function viewOf(tx: Reading<'entries' | 'inboxes'>, row: ApprovalRow): Promise<Approval> {
  const { id, app, place, askedAt, appName, icon, ask } = row;
  const base = {
    id,
    app,
    askedAt,
    ...(appName === undefined ? {} : { appName }),
    ...(icon === undefined ? {} : { icon }),
  };
  if (ask.kind === 'connect') {
    const messagesHere = await heldFor(tx, ask);
    const others = await othersBeside(tx, app, ask);
    const from = isFromPage(place) ? { place } : {};
    return { ...base, ...connectView(ask, place), ...from, messagesHere, others };
  }
  const { inbox, to, content } = ask;
  const as = (await tx.get('inboxes', inbox))?.name;
  return {
    ...base,
    kind: 'send',
    inbox,
    to: wordsFor(to),
    text: typeof content.body === 'string' ? content.body : (content.fallback ?? ''),
    ...(as === undefined ? {} : { as: as.name }),
    ...(content.subject === undefined ? {} : { subject: content.subject }),
  };
}

function connectView({ kind, session, server, serverFrom }: ConnectAsk, place: string) {
  return {
    kind,
    session: sessionView(session, place),
    ...(server === undefined ? {} : { server }),
    ...(serverFrom === undefined ? {} : { serverFrom }),
  };
}

function sessionView(session: ConnectAsk['session'], place: string): ConnectApproval['session'] {
  if (session.state !== 'given') return session;
  const { address, bucket, hub, name } = session.session;
  const by = session.by ?? handedOverBy(place);
  return { state: 'given', by, address, bucket, hub, ...(name === undefined ? {} : { name: name.name }) };
}

function handedOverBy(place: string): 'page' | 'secret-key' | 'file' {
  if (isFromPage(place)) return 'page';
  return place === SECRET_KEY ? 'secret-key' : 'file';
}

async function othersBeside(
  tx: Reading<'inboxes'>,
  app: Origin,
  { session }: ConnectAsk,
): Promise<readonly string[]> {
  const own = session.state === 'given' ? session.session.address : undefined;
  return (await othersOf(tx, app, own)).map(({ name, address }) => name?.name ?? address);
}

/** How much of this inbox is here already, up to a thousand: more is many. */
async function heldFor(tx: Reading<'entries'>, { session }: ConnectAsk): Promise<number> {
  if (session.state !== 'given') return 0;
  const { address } = session.session;
  return (await tx.list('entries', { index: 'inboxOrder', prefix: [address], limit: 1000 })).length;
}
