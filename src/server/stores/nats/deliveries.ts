import { LetterboxError } from '../../../protocol/errors.ts';
import type { Address } from '../../../protocol/ids.ts';
import type { DeliveryKey } from '../../../protocol/server-api.ts';
import { digestOf } from '../digest.ts';
import { contactRefusal, strangerRefusal } from '../rules.ts';
import type { Accepted, NewDelivery, Remembered, Store, StoreLimits } from '../store.ts';
import { unavailable } from './api.ts';
import {
  currentPolicyIn,
  headIn,
  keyIn,
  standingIn,
  type KeyDocument,
  type MailDocument,
} from './documents.ts';
import type { Engine } from './engine.ts';
import { countOf, encodeHead, listed, type Entry, type Head } from './head.ts';
import { arrival, type Place } from './hints.ts';
import type { Pruning } from './pruning.ts';
import type { Findings } from './reading.ts';
import type { Plan, View } from './steps.ts';
import { headOf, keyOf, mailOf, policyOf, type Shelf } from './subjects.ts';
import { erasing, type Write } from './writing.ts';

/** What comes into the inboxes, is read there, and removed. */
export interface Deliveries {
  remembered(to: Address, key: DeliveryKey, now: number): Promise<Remembered | undefined>;
  accept(delivery: NewDelivery): Promise<Taken>;
  readonly acknowledge: Store['acknowledge'];
  readonly remove: Store['remove'];
}

/** What became of a delivery, and where it stands in its inbox. */
export interface Taken {
  readonly accepted: Accepted;
  readonly place: Place;
  /** Another write of it, of which nobody knew how it ended, may have stored it already. */
  readonly uncertain: boolean;
}

/** So many fit into one message beside all else, whatever an operator allows. */
const MOST_STORED = 100_000;

export function deliveries(engine: Engine, limits: StoreLimits, pruning: Pruning): Deliveries {
  const { shelves, steps, queues, grace } = engine;

  /** @throws LetterboxError `recipient-refused`, `inbox-full`, `quota` */
  function admit(head: Head, found: Findings, shelf: Shelf, delivery: NewDelivery): Pick<Entry, 'stranger'> {
    const { to, from, receivedAt } = delivery;
    const standing = standingIn(currentPolicyIn(found, shelf, to, head), from);
    if (standing === 'blocked') throw new LetterboxError('recipient-refused', {});
    const entries = listed(head, receivedAt);
    const occupied = countOf(entries);
    const isStranger = standing === 'unknown';
    const ofSender = (): number => entries.filter(({ stranger }) => stranger === from).length;
    const refusal = isStranger
      ? strangerRefusal(occupied, ofSender, limits)
      : contactRefusal(occupied, Math.min(MOST_STORED, head.stored ?? limits.stored));
    if (refusal !== undefined) throw refusal;
    return isStranger ? { stranger: from } : {};
  }

  /** @param known what is remembered of the same key, and has expired */
  function store(
    head: Head,
    found: Findings,
    delivery: NewDelivery,
    known: KeyDocument | undefined,
  ): Plan<Taken> {
    const shelf = shelves.of(delivery.to);
    const { to, pointer, receivedAt, expires, ...rest } = delivery;
    const { generation, last } = head;
    const place = { generation, sequence: last + 1 };
    const entry = { sequence: place.sequence, expires, read: false, ...admit(head, found, shelf, delivery) };
    const kept = pruning.prune(head.entries.filter(({ sequence }) => sequence !== known?.sequence));
    const mail: MailDocument = { ...rest, pointer, receivedAt, expires, generation };
    const key: KeyDocument = { ...place, digest: digestOf(pointer), receivedAt, expires };
    const [keySubject, headSubject] = [keyOf(shelf, to, delivery), headOf(shelf, to)];
    const seconds = expires - receivedAt + grace;
    const writes: Write[] = [
      ...(known === undefined ? [] : [erasing(mailOf(shelf, to, known.sequence))]),
      { subject: mailOf(shelf, to, place.sequence), data: JSON.stringify(mail), seconds },
      { subject: keySubject, data: JSON.stringify(key), seconds, expects: found.seqOf(keySubject) },
      {
        subject: headSubject,
        data: encodeHead({ ...head, last: place.sequence, entries: [...kept, entry] }),
        expects: found.seqOf(headSubject),
        header: arrival(place),
      },
    ];
    const accepted: Accepted = { outcome: 'stored', receivedAt, expires };
    return { writes, result: () => ({ accepted, place, uncertain: false }) };
  }

  async function acceptBy({ source, uncertain }: View, delivery: NewDelivery): Promise<Plan<Taken>> {
    const { to, receivedAt } = delivery;
    const shelf = shelves.of(to);
    const subjects = [headOf(shelf, to), keyOf(shelf, to, delivery), policyOf(shelf, to)];
    const found = await engine.find(shelf, subjects, source);
    const head = refusing(() => headIn(found, shelf, to));
    const known = keyIn(found, shelf, to, delivery, head);
    if (known === undefined || known.expires <= receivedAt) return store(head, found, delivery, known);
    if (known.digest !== digestOf(delivery.pointer)) throw new LetterboxError('conflict', {});
    const accepted: Accepted = {
      outcome: 'known',
      receivedAt: known.receivedAt,
      expires: known.expires,
    };
    return { writes: [], result: () => ({ accepted, place: known, uncertain }) };
  }

  /** Changes the entries of those items that are listed. */
  function changeEntries(
    address: Address,
    items: readonly DeliveryKey[],
    change: (
      head: Head,
      sequences: ReadonlySet<number>,
    ) => { entries: readonly Entry[]; writes: readonly Write[] },
  ): Promise<void> {
    const shelf = shelves.of(address);
    const subject = headOf(shelf, address);
    const subjects = [...new Set([subject, ...items.map((item) => keyOf(shelf, address, item))])];
    return queues.run(address, () =>
      steps.take(async ({ source }) => {
        const found = await engine.find(shelf, subjects, source);
        const head = headIn(found, shelf, address);
        const there = new Set(head.entries.map(({ sequence }) => sequence));
        const sequences = items.map((item) => keyIn(found, shelf, address, item, head)?.sequence ?? 0);
        if (source === 'any' && sequences.some((sequence) => !there.has(sequence)))
          throw unavailable(new Error('only the leader knows that something is not there'));
        const { entries, writes } = change(head, new Set(sequences));
        const result = (): void => undefined;
        if (entries === head.entries) return { writes: [], result };
        const data = encodeHead({ ...head, entries: pruning.prune(entries) });
        return { writes: [...writes, { subject, data, expects: found.seqOf(subject) }], result };
      }),
    );
  }

  return {
    async remembered(to, key, now) {
      const shelf = shelves.of(to);
      const found = await engine.read(shelf, headOf(shelf, to), keyOf(shelf, to, key));
      if (found.get(headOf(shelf, to)) === undefined) return undefined;
      const known = keyIn(found, shelf, to, key, headIn(found, shelf, to));
      if (known === undefined || known.expires <= now) return undefined;
      const { digest, receivedAt, expires } = known;
      return { digest, receivedAt, expires };
    },

    accept: (delivery) => queues.run(delivery.to, () => steps.take((view) => acceptBy(view, delivery))),

    acknowledge: (address, items) =>
      changeEntries(address, items, ({ entries }, sequences) => {
        const unread = entries.some(({ sequence, read }) => !read && sequences.has(sequence));
        const read = (entry: Entry): Entry =>
          sequences.has(entry.sequence) ? { ...entry, read: true } : entry;
        return { entries: unread ? entries.map(read) : entries, writes: [] };
      }),

    remove: (address, items) =>
      changeEntries(address, items, ({ entries }, sequences) => {
        const gone = entries.filter(({ sequence }) => sequences.has(sequence));
        if (gone.length === 0) return { entries, writes: [] };
        const shelf = shelves.of(address);
        return {
          entries: entries.filter(({ sequence }) => !sequences.has(sequence)),
          writes: gone.map(({ sequence }) => erasing(mailOf(shelf, address, sequence))),
        };
      }),
  };
}

/** To a sender, an inbox that is not there is one that refuses. */
function refusing<Result>(find: () => Result): Result {
  try {
    return find();
  } catch (error) {
    if (error instanceof LetterboxError && error.code === 'not-enrolled')
      throw new LetterboxError('recipient-refused', {}, { cause: error });
    throw error;
  }
}
