import type { Address } from '../protocol/ids.ts';
import { dueAt, serverKey } from './link-rows.ts';
import type { LeavingServer, ServerHealth } from './owner-api.ts';
import type { InboxRow, LinkRow } from './rows.ts';
import { MINUTE } from './time.ts';

/** How the servers of an inbox are, as the person is shown it. */

/** A server that was there a quarter of an hour ago is late; one that was not has failed. */
const LATE_FOR = 15 * MINUTE;

interface Moment {
  /** Milliseconds. */
  readonly now: number;
  readonly isLive: (inbox: Address, server: string) => boolean;
}

/** As the record names them. */
export function serversOf({ servers }: InboxRow, links: readonly LinkRow[], at: Moment): ServerHealth[] {
  const place = new Map(servers.map((entry, index) => [serverKey(entry), index]));
  const placeOf = ({ server }: LinkRow): number => place.get(server) ?? servers.length;
  const open = links.filter(({ stage }) => stage === 'open');
  return open.toSorted((a, b) => placeOf(a) - placeOf(b)).map((link) => healthOf(link, at));
}

/** Those that are no longer in it. */
export function leavingOf(links: readonly LinkRow[], at: Moment): LeavingServer[] {
  const leaving = links.filter(({ stage }) => stage === 'leaving');
  return leaving.map((link) => ({
    ...healthOf(link, at),
    until: Math.floor((link.overlap?.until ?? 0) / 1000),
    place: link.overlap?.place ?? 0,
  }));
}

function healthOf(link: LinkRow, { now, isLive }: Moment): ServerHealth {
  const { inbox, server, entry, syncedAt, problem, lastProblem } = link;
  const live = isLive(inbox, server);
  const next = dueAt(link, live);
  return {
    entry,
    state: stateAfter(link, now),
    live,
    ...(syncedAt === undefined ? {} : { lastSync: Math.floor(syncedAt / 1000) }),
    ...(next > now ? { nextSync: Math.ceil(next / 1000) } : {}),
    ...(problem === undefined ? {} : { problem }),
    ...(lastProblem === undefined ? {} : { lastProblem }),
  };
}

function stateAfter({ syncedAt, problem }: LinkRow, now: number): ServerHealth['state'] {
  if (problem === undefined) return syncedAt === undefined ? 'unknown' : 'fine';
  return syncedAt !== undefined && now - syncedAt < LATE_FOR ? 'late' : 'failed';
}
