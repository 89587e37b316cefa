import {
  headers as natsHeaders,
  type Msg,
  type NatsConnection,
  type Subscription,
} from '@nats-io/transport-node';
import { isLetterboxError } from '../../../protocol/errors.ts';
import type { Address } from '../../../protocol/ids.ts';
import { createWatchers, type Watchers } from '../watchers.ts';
import { formatCursor } from '../cursor.ts';
import { headIn } from './documents.ts';
import type { Engine } from './engine.ts';
import { headOf, hintOf } from './subjects.ts';

/** Where a delivery stands. */
export interface Place {
  readonly generation: number;
  readonly sequence: number;
}

/**
 * ```
 *  a step that stores, by any process ──► head, with its header ──► the engine republishes it ──► who watches
 *  this process's own step ─────────────────────────────────────────────────────────────────────► who watches
 *  a subscription that is new, or came back ──► the head as it is now ──► whether something came meanwhile
 * ```
 * The engine itself tells, so no process that dies takes a hint along. Each delivery is told once.
 */
export interface Hints {
  readonly watch: Watchers['watch'];
  /** Tells who watches here. */
  stored(address: Address, place: Place): void;
  /** Tells who watches anywhere. */
  publish(address: Address, place: Place): void;
}

interface Watched {
  readonly subscription: Subscription;
  /** The newest delivery that was told or was there before. */
  known: Place | undefined;
}

const HEADER = 'Letterbox-Arrived';
/** Asked about at once when the connection comes back. */
const AT_ONCE = 50;

/** For the head that a delivery comes with: what the engine tells of. */
export function arrival({ generation, sequence }: Place): readonly [string, string] {
  return [HEADER, `${generation}.${sequence}`];
}

export function createHints(engine: Engine, { prefix, epoch }: { prefix: string; epoch: string }): Hints {
  const { nats } = engine;
  const watchers = createWatchers();
  const watched = new Map<Address, Watched>();

  function stored(address: Address, place: Place): void {
    const entry = watched.get(address);
    if (entry === undefined || !isAfter(place, entry.known)) return;
    entry.known = place;
    watchers.tell(address, formatCursor({ epoch, ...place }));
  }

  /** What is there is news where it is more than was known, and where nothing was; but not at the first look. */
  async function look(address: Address, isFirst = false): Promise<void> {
    const shelf = engine.shelves.of(address);
    try {
      const { generation, last: sequence } = headIn(
        await engine.read(shelf, headOf(shelf, address)),
        shelf,
        address,
      );
      const entry = watched.get(address);
      const place = { generation, sequence };
      if (isFirst && entry !== undefined) entry.known ??= place;
      if (sequence > 0) stored(address, place);
    } catch (error) {
      // Hints are no promise: agents also look by themselves.
      if (!isLetterboxError(error)) throw error;
    }
  }

  function start(address: Address): Watched {
    const first = look(address, true);
    const subscription = nats.subscribe(hintOf(prefix, address), {
      callback: (error, message) => {
        const place = error === null ? placeIn(message) : undefined;
        if (place !== undefined) stored(address, place);
      },
    });
    void first.then(() => look(address));
    return { subscription, known: undefined };
  }

  async function lookAgain(): Promise<void> {
    const all = [...watched.keys()];
    for (let index = 0; index < all.length; index += AT_ONCE)
      await Promise.all(all.slice(index, index + AT_ONCE).map((address) => look(address)));
  }

  void onReconnect(nats, lookAgain);
  return {
    watch(address, arrived) {
      const stop = watchers.watch(address, arrived);
      const entry = watched.get(address) ?? start(address);
      watched.set(address, entry);
      return () => {
        stop();
        if (watchers.isWatched(address) || watched.get(address) !== entry) return;
        watched.delete(address);
        entry.subscription.unsubscribe();
      };
    },
    stored,
    publish(address, place) {
      const [name, value] = arrival(place);
      const headers = natsHeaders();
      headers.set(name, value);
      nats.publish(hintOf(prefix, address), '', { headers });
    },
  };
}

async function onReconnect(nats: NatsConnection, act: () => Promise<void>): Promise<void> {
  for await (const { type } of nats.status()) if (type === 'reconnect') await act();
}

function placeIn({ headers }: Msg): Place | undefined {
  const value = headers?.get(HEADER) ?? '';
  const [generation = 0, sequence = 0] = value.split('.').map(Number);
  return value === '' ? undefined : { generation, sequence };
}

/** Another generation is another inbox: all of it is new. */
function isAfter(place: Place, known: Place | undefined): boolean {
  return known === undefined || place.generation !== known.generation || place.sequence > known.sequence;
}
