import type { Random } from '../../protocol/ports.ts';
import type { Timer } from '../ports.ts';
import type { NatsAccess } from './nats/access.ts';
import { ask } from './nats/api.ts';
import { createCheck } from './nats/check.ts';
import { connectToNats } from './nats/connection.ts';
import { deliveries } from './nats/deliveries.ts';
import { createEngine } from './nats/engine.ts';
import { enrolments } from './nats/enrolments.ts';
import { createEndings } from './nats/endings.ts';
import { createErasure } from './nats/erasure.ts';
import { createHints } from './nats/hints.ts';
import { createInvites } from './nats/invites.ts';
import { openLayout, renewEpoch } from './nats/layout.ts';
import { listing } from './nats/listing.ts';
import type { NatsPlace } from './nats/place.ts';
import { policies } from './nats/policies.ts';
import { announce, requireClosed } from './nats/presence.ts';
import { createPruning } from './nats/pruning.ts';
import { permissionRefusal } from './nats/refusals.ts';
import type { Store, StoreLimits } from './store.ts';

export interface NatsOptions extends NatsAccess {
  readonly place: NatsPlace;
  /** Copies of everything, on as many nodes, where the store is yet to be made; 3 where absent. */
  readonly replicas?: number;
  /** Absent: as many as the store was made with; 1 for a new one. */
  readonly partitions?: number | undefined;
  /** Seconds that the engine keeps what has expired, for clocks that differ. Ten minutes where absent. */
  readonly grace?: number;
  readonly limits: StoreLimits;
  readonly random: Random;
  readonly timer: Timer;
}

export interface NatsStore extends Store {
  /** How many nodes keep each message. */
  readonly copies: number;
  /** Of one copy of it, on disk. */
  bytes(): Promise<number>;
}

const GRACE_SECONDS = 600;
const REPLICAS = 3;

/**
 * The store of many machines: NATS JetStream, and nothing in the process, so that any number of server processes stand
 * in front of the same inboxes.
 *
 * Each inbox is a few subjects of one stream, one message each: its head (nats/head.ts), its record and policy, each
 * delivery, and what is remembered of it. A method reads what it needs, decides, and writes all of it in one atomic
 * batch that the engine takes only where the head is still what the decision was based on.
 *
 * That is not JetStream's own idiom (a subject with a limit as the quota, the stream's sequence as the cursor, a window
 * of message ids as idempotency): a limit on a subject cannot tell strangers from contacts, nor move what a stranger
 * sent once they are allowed; and a delivery, the memory of it and the counters have to change together or not at all.
 * What the engine does by itself is durability, order, copies, erasing what has expired, and the hints.
 * @throws Error, for the operator, where the store cannot be opened
 */
export async function openNatsStore(options: NatsOptions): Promise<NatsStore> {
  const { place, replicas = REPLICAS, grace = GRACE_SECONDS, limits, random, timer } = options;
  const { prefix } = place;
  const nats = await connectToNats(place, timer, options);
  const { partitions } = options;
  const { epoch, shelves, copies } = await openLayout({
    nats,
    prefix,
    replicas,
    partitions,
    random,
    timer,
  }).catch(async (error: unknown) => {
    await nats.close();
    const forbidden = permissionRefusal(error);
    throw forbidden === undefined ? error : new Error(forbidden, { cause: error });
  });
  announce(nats, prefix);
  const engine = createEngine({ nats, shelves, random, timer, grace });
  const erasure = createErasure(engine);
  const pruning = createPruning();
  const hints = createHints(engine, { prefix, epoch });
  const endings = createEndings(engine);
  const { end, ...enrolment } = enrolments(engine, { invites: createInvites(engine), erasure, endings });
  const mail = deliveries(engine, limits, pruning);

  return {
    epoch,
    copies,
    ...enrolment,
    ...policies(engine),
    ...listing(engine, epoch),

    remembered: ({ to, ...key }, now) => mail.remembered(to, key, now),
    async accept(delivery) {
      const { accepted, place: at, uncertain } = await mail.accept(delivery);
      if (accepted.outcome === 'stored' || uncertain) hints.stored(delivery.to, at);
      if (uncertain) hints.publish(delivery.to, at); // who told of it, and whether, nobody knows
      return accepted;
    },
    acknowledge: mail.acknowledge,
    remove: mail.remove,

    async sweep(now, limit) {
      pruning.swept(now);
      await erasure.redo();
      return endings.sweep(now, limit, (address) => end(address, now)); // deliveries that expire the engine erases
    },

    check: createCheck(engine),
    watch: hints.watch,

    async bytes() {
      const infos = await Promise.all(
        [shelves.meta, ...shelves.partitions].map(({ stream }) => ask(nats, `STREAM.INFO.${stream}`)),
      );
      return infos.reduce((sum, info) => sum + (Reflect.get(info, 'state') as { bytes: number }).bytes, 0);
    },

    async close() {
      await engine.queues.idle();
      await nats.close();
    },
  };
}

/**
 * Makes all cursors void, for a store that came back from a backup. Takes effect when a server next opens it.
 * @throws Error where there is no store, or a server has it open
 */
export async function renewNatsEpoch(
  options: NatsAccess & Pick<NatsOptions, 'place' | 'random' | 'timer'>,
): Promise<void> {
  const { place, random, timer } = options;
  const nats = await connectToNats(place, timer, options);
  try {
    await requireClosed(nats, place.prefix);
    await renewEpoch({ nats, prefix: place.prefix, random });
  } finally {
    await nats.close();
  }
}
