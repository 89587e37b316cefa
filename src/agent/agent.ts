import { isLetterboxError } from '../protocol/errors.ts';
import type { Address, Origin } from '../protocol/ids.ts';
import type { Account, MessagePage, PageEvents, SentMessage } from '../protocol/page-api.ts';
import type { OwnerApi } from './owner-api.ts';
import { declineOnClosing, withdrawLost } from './approvals.ts';
import { createBuckets } from './buckets.ts';
import type { Context } from './context.ts';
import { makeAnythingDue, makeDue, makeServerDue, nextTry } from './due.ts';
import { createListening } from './listening.ts';
import { createOwner } from './owner.ts';
import { createPageGate } from './page-gate.ts';
import type { PageCaller, Ports } from './ports.ts';
import { noteDeclined } from './quiet.ts';
import { createSingleFlight } from './single-flight.ts';
import { createSoon } from './soon.ts';
import { seconds } from './time.ts';
import { createUnlocking, unlessLocked } from './unlocking.ts';
import { createWaiters } from './waiters.ts';
import { workThrough } from './working.ts';

/** What a page may ask, after the gateway has stamped who it is. Arguments are unknown input until parsed here. */
export interface PageGate {
  /** Resolves when the person has decided; asked again with the same arguments it joins the same approval. */
  connect(caller: PageCaller, options: unknown): Promise<Account>;
  send(caller: PageCaller, message: unknown): Promise<SentMessage>;
  list(caller: PageCaller, query: unknown): Promise<MessagePage>;
  markRead(caller: PageCaller, messages: unknown): Promise<void>;
  /** Whether this app may be told of this event now. */
  mayListen(caller: PageCaller, event: keyof PageEvents): Promise<boolean>;
}

export interface Agent {
  readonly owner: OwnerApi;
  readonly page: PageGate;
  /**
   * Does whatever is due: outbox, sync, acks, policies, renewals. Safe to call at any time and as often as one likes;
   * one run at a time. Resolves when nothing is due now.
   */
  work(): Promise<void>;
  /** The network is back: nothing waits for its next try. */
  online(): Promise<void>;
  /** Something may have come for this inbox. */
  hint(inbox: Address): Promise<void>;
  /**
   * The person closed the approval window: what it was asking for is declined, and whoever waits for a passphrase is told.
   * @returns the apps that were declined, for `countDeclined`
   */
  promptClosed(): Promise<readonly Origin[]>;
  /** Counts one decline of each: only where it was the person's doing, and not the end of their browser. */
  countDeclined(apps: readonly Origin[]): Promise<void>;
  /** The approval window and the pages that asked are gone with the browser's last run: nobody declined anything. */
  promptLost(): Promise<void>;
  /** Opens the hint sockets for all inboxes; `close` when the person goes idle. Safe to call again. */
  listen(): Promise<void>;
  unlisten(): void;
}

/**
 * A person's inbox agent. It keeps nothing that matters outside of its ports: an agent made anew over the same store
 * and keys goes on where the last one stopped.
 */
export function createAgent(ports: Ports): Agent {
  const flight = createSingleFlight(
    async () => {
      await workThrough(ctx).catch(unlessLocked);
      await lookAhead().catch(unlessLocked); // locked meanwhile, it is run again, and looks as far as it can
    },
    () => ports.notifier.changed(),
  );
  async function lookAhead(): Promise<void> {
    await listening.refresh();
    soon.at(Math.min(await nextTry(ctx), listening.nextTry()));
  }
  const { report: tell = raise } = ports;
  const report = (error: unknown): void => {
    if (!isLetterboxError(error, 'locked')) tell(error);
  };
  const kick = (): void => void flight.run().catch(report);
  const soon = createSoon(ports, kick);
  const ctx: Context = {
    ...ports,
    report,
    buckets: createBuckets(ports),
    waiters: createWaiters(),
    unlocking: createUnlocking(),
    telling: new Set(),
    isLive: (inbox, server) => listening.isLive(inbox, server),
    kick,
  };
  const hint = async (inbox: Address): Promise<void> => {
    await makeDue(ctx, inbox);
    await flight.run();
  };
  const listening = createListening(ctx, async (inbox, server) => {
    await makeServerDue(ctx, inbox, server);
    await flight.run();
  });
  return {
    owner: createOwner(ctx, {
      isBusy: flight.isBusy,
      work: flight.run,
      hush: () => listening.hush(),
      isLive: (inbox, server) => listening.isLive(inbox, server),
    }),
    page: createPageGate(ctx),
    work: flight.run,
    async online() {
      listening.again();
      await makeAnythingDue(ctx);
      await flight.run();
    },
    hint,
    async promptClosed() {
      const unlocking = ctx.unlocking.apps();
      ctx.unlocking.settle(false);
      return [...unlocking, ...(await declineOnClosing(ctx))];
    },
    async countDeclined(apps) {
      await ports.store.write(['declines'], (tx) => noteDeclined(tx, apps, seconds(ports.clock)));
      ports.notifier.changed();
    },
    promptLost: () => withdrawLost(ctx),
    listen: () => listening.start().catch(unlessLocked),
    unlisten: () => listening.stop(),
  };
}

/** Without anyone to report to, a bug ends up where the platform shows unhandled rejections. */
function raise(error: unknown): never {
  throw error;
}
