import type { Address } from '../protocol/ids.ts';
import type { ServerEntry } from '../protocol/record.ts';
import type { Caller, Subscription } from '../protocol/transport.ts';
import type { Context } from './context.ts';
import { linksOf } from './link-rows.ts';
import { openInbox } from './open-inbox.ts';
import type { Retry } from './rows.ts';
import { later, MINUTE } from './time.ts';
import { transportFor } from './transport-for.ts';
import { isLocked } from './unlocking.ts';

/** A socket that held for so long was no failure: what is lost then is opened again soon. */
const LASTING = 10 * MINUTE;

/** Hint sockets, one a server, for as long as the person is there. They end with the run; polls go on without them. */
export interface Listening {
  start(): Promise<void>;
  stop(): void;
  /** Closes the sockets that are open now; the next `refresh` opens those whose keys are at hand. */
  hush(): void;
  /** Between `start` and `stop`: brings the sockets in step with the inboxes, and opens again what was lost a while ago. */
  refresh(): Promise<void>;
  /** What was lost may be opened again with the next `refresh`. */
  again(): void;
  /** Whether the server says at once when something comes for this inbox. */
  isLive(inbox: Address, server: string): boolean;
  /** When the next of those that were lost may be opened again, in milliseconds; infinite where there is none. */
  nextTry(): number;
}

interface Place {
  readonly entry: ServerEntry;
  readonly callers: Caller[];
}

/** @param hint a server, by its `serverKey`, says that something came for an inbox */
export function createListening(
  ctx: Context,
  hint: (inbox: Address, server: string) => Promise<void>,
): Listening {
  let isWanted = false;
  const open = new Map<string, { subscription: Subscription; who: string; live: Set<Address> }>();
  const losses = new Map<string, Retry>();

  const keepDistance = (server: string, openedAt: number): void => {
    const hasLasted = ctx.clock.now() - openedAt >= LASTING;
    losses.set(server, later(ctx, hasLasted ? 0 : (losses.get(server)?.attempts ?? 0)));
  };

  const listenAt = (server: string, { entry, callers }: Place): void => {
    const who = callers.map(({ address }) => address).join();
    if (open.get(server)?.who === who) return;
    if ((losses.get(server)?.nextTry ?? 0) > ctx.clock.now()) return;
    open.get(server)?.subscription.close();
    const openedAt = ctx.clock.now();
    const live = new Set<Address>();
    const tell = (inbox: Address): void => void hint(inbox, server).catch(ctx.report);
    const subscription = transportFor(ctx, entry).listen(entry, callers, {
      live(inbox) {
        live.add(inbox);
        tell(inbox); // what came before
      },
      quiet(inbox) {
        live.delete(inbox);
        ctx.kick(); // from now on it is polled again
      },
      hint: tell,
      lost() {
        if (open.get(server) !== place) return;
        open.delete(server); // a later round of work listens again; until then it polls
        keepDistance(server, openedAt);
        ctx.kick();
      },
    });
    const place = { subscription, who, live };
    open.set(server, place);
  };

  const close = (server: string): void => {
    open.get(server)?.subscription.close();
    open.delete(server);
  };

  const hush = (): void => {
    for (const server of open.keys()) close(server);
  };

  const refresh = async (): Promise<void> => {
    if (!isWanted) return;
    const places = await placesToListen(ctx);
    if (!isWanted) return; // the person went away meanwhile
    for (const server of open.keys()) if (!places.has(server)) close(server);
    for (const [server, place] of places) listenAt(server, place);
  };

  return {
    refresh,
    again: () => losses.clear(),
    hush,
    isLive: (inbox, server) => open.get(server)?.live.has(inbox) ?? false,
    nextTry() {
      const now = ctx.clock.now();
      const times = [...losses.values()].map(({ nextTry }) => nextTry);
      return isWanted ? Math.min(...times.filter((time) => time > now)) : Infinity;
    },
    async start() {
      isWanted = true;
      await refresh();
    },
    stop() {
      isWanted = false;
      hush();
    },
  };
}

/** Every server that is enrolled at, with the inboxes that it holds mail for; of a locked agent none. */
async function placesToListen(ctx: Context): Promise<Map<string, Place>> {
  if (await isLocked(ctx)) return new Map();
  const inboxes = await ctx.store.read(['inboxes'], (tx) => tx.list('inboxes'));
  const places = new Map<string, Place>();
  for (const { address, state } of inboxes) {
    const opened = state === 'open' ? await openInbox(ctx, address) : undefined;
    if (opened === undefined) continue;
    for (const { server, entry, enrolledSeq } of await ctx.store.read(['links'], (tx) =>
      linksOf(tx, address),
    )) {
      if (enrolledSeq === undefined) continue;
      const place = places.get(server) ?? { entry, callers: [] };
      place.callers.push(opened.caller);
      places.set(server, place);
    }
  }
  return places;
}
