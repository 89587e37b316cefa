import { isLetterboxError } from '../protocol/errors.ts';
import type { Address } from '../protocol/ids.ts';
import { clockOffsetBy } from './clock-offset.ts';
import type { Context } from './context.ts';
import { countedWaiting } from './counting.ts';
import { readCounter, REQUESTS, unreadCounter } from './counters.ts';
import { linksOf } from './link-rows.ts';
import { leavingOf, serversOf } from './health.ts';
import type { ConnectedApp, Overview, ServerHealth } from './owner-api.ts';
import type { InboxRow } from './rows.ts';
import { quietApps } from './quiet.ts';
import { readSettings } from './settings.ts';
import type { Reading } from './store.ts';
import { seconds } from './time.ts';

const TABLES = ['inboxes', 'links', 'counters', 'approvals', 'grants', 'declines'] as const;
/** What is going on at the moment, and stands on no disk. */
export interface Now {
  readonly isBusy: () => boolean;
  readonly isLive: (inbox: Address, server: string) => boolean;
}

type Tables = Reading<(typeof TABLES)[number]>;

/** Everything at a glance, derived from the rows and from counters kept beside them; of a locked vault, one number. */
export async function overview(ctx: Context, now: Now): Promise<Overview> {
  const { state, after, damaged } = await ctx.vault.state();
  const { autoLock, development } = await readSettings(ctx.store);
  const whole = { vault: { state, after, damaged, autoLock }, development };
  try {
    return { ...whole, ...(await (state === 'locked' ? lockedView(ctx) : fullView(ctx, now))) };
  } catch (error) {
    if (isLetterboxError(error, 'locked')) return overview(ctx, now); // it was locked in between
    throw error;
  }
}

type View = Omit<Overview, 'vault' | 'development'>;

async function lockedView({ store }: Context): Promise<View> {
  const badge = await store.read(['counts', 'counters'], countedWaiting);
  return {
    badge,
    unread: 0,
    requests: 0,
    approvals: 0,
    quiet: [],
    apps: [],
    clockOffset: 0,
    sync: { state: 'fine', checked: 0, of: 0 },
  };
}

async function fullView(ctx: Context, { isBusy, isLive }: Now): Promise<View> {
  const health = { now: ctx.clock.now(), isLive };
  const shown = await ctx.store.read(TABLES, async (tx) => {
    const apps: Omit<ConnectedApp, 'state'>[] = [];
    let unread = 0;
    for (const row of await tx.list('inboxes')) {
      unread += await readCounter(tx, unreadCounter(row.address));
      if (row.state === 'open' || row.state === 'paused') apps.push(await appView(tx, row, health));
    }
    const requests = await readCounter(tx, REQUESTS);
    const approvals = (await tx.list('approvals', { index: 'state', only: 'open' })).length;
    const quiet = await quietApps(tx, seconds(ctx.clock));
    const clockOffset = clockOffsetBy(await tx.list('links'));
    return { badge: unread + requests, unread, requests, approvals, quiet, apps, clockOffset };
  });
  const apps: ConnectedApp[] = [];
  for (const app of shown.apps) apps.push({ ...app, state: await stateOf(ctx, app) });
  return { ...shown, apps, sync: syncOf(apps, isBusy()) };
}

async function appView(
  tx: Tables,
  row: InboxRow,
  health: Pick<Now, 'isLive'> & { readonly now: number },
): Promise<Omit<ConnectedApp, 'state'>> {
  const {
    address: inbox,
    app,
    appName,
    icon,
    bucket,
    hub,
    name,
    connectedAt,
    changedTo,
    problem,
    storageTrouble,
  } = row;
  const links = await linksOf(tx, inbox);
  const published = row.publish === undefined ? row.published : undefined;
  return {
    inbox,
    app,
    bucket,
    hub,
    connectedAt,
    servers: serversOf(row, links, health),
    isStopped: row.stopped !== undefined,
    leaving: leavingOf(links, health),
    grants: (await tx.get('grants', app))?.grants ?? {},
    unread: await readCounter(tx, unreadCounter(inbox)),
    ...(appName === undefined ? {} : { appName }),
    ...(icon === undefined ? {} : { icon }),
    ...(name === undefined ? {} : { name }),
    ...(changedTo === undefined ? {} : { changedTo }),
    ...(row.aside === undefined ? {} : { aside: row.aside }),
    ...(published === undefined ? {} : { publishedAt: published.at }),
    ...(problem === undefined ? {} : { problem }),
    ...(row.nameLost === undefined ? {} : { nameLost: row.nameLost }),
    ...(storageTrouble === undefined ? {} : { storageTrouble }),
  };
}

async function stateOf(
  { keys, store }: Context,
  { inbox }: Pick<ConnectedApp, 'inbox'>,
): Promise<ConnectedApp['state']> {
  const row = await store.read(['inboxes'], (tx) => tx.get('inboxes', inbox));
  if (row?.state === 'paused') return 'paused';
  return (await keys.get(inbox)) === undefined ? 'waiting' : 'ready';
}

function syncOf(apps: readonly ConnectedApp[], isBusy: boolean): Overview['sync'] {
  const servers = apps.filter(({ state }) => state === 'ready').flatMap((app) => app.servers);
  const checked = servers.filter(({ state }) => state === 'fine').length;
  const times = servers.flatMap(({ lastSync }) => (lastSync === undefined ? [] : [lastSync]));
  const at = times.length === 0 ? {} : { at: Math.max(...times) };
  return { state: worst(servers, isBusy), checked, of: servers.length, ...at };
}

function worst(servers: readonly ServerHealth[], isBusy: boolean): Overview['sync']['state'] {
  if (isBusy) return 'busy';
  if (servers.some(({ state }) => state === 'failed')) return 'failed';
  return servers.some(({ state }) => state === 'late') ? 'late' : 'fine';
}
