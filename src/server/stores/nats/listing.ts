import type { Address } from '../../../protocol/ids.ts';
import type { Counts, Delivery, DeliveryPage } from '../../../protocol/server-api.ts';
import { formatCursor, parseCursorAt } from '../cursor.ts';
import type { ListQuery } from '../store.ts';
import { unavailable } from './api.ts';
import { headIn, mailIn, type MailDocument } from './documents.ts';
import type { Engine } from './engine.ts';
import { countOf, listed, type Entry, type Head } from './head.ts';
import { headOf, mailOf, type Shelf } from './subjects.ts';

/** What the owner of an inbox is shown of it. */
export interface Listing {
  list(address: Address, query: ListQuery, now: number): Promise<DeliveryPage>;
  counts(address: Address, now: number): Promise<Counts>;
}

export function listing(engine: Engine, epoch: string): Listing {
  const { shelves, steps } = engine;

  async function headOfInbox(address: Address): Promise<{ shelf: Shelf; head: Head; seq: number }> {
    const shelf = shelves.of(address);
    const subject = headOf(shelf, address);
    const found = await engine.read(shelf, subject);
    return { shelf, head: headIn(found, shelf, address), seq: found.seqOf(subject) };
  }

  /**
   * The head says what has to be there; a node that lags behind it is asked again. What is not there on one that does
   * not was removed since the head was read, or has ended by the engine's clock and not yet by ours: it is passed over.
   */
  function mails(
    { shelf, head, seq }: { shelf: Shelf; head: Head; seq: number },
    address: Address,
    page: readonly Entry[],
  ): Promise<Map<number, MailDocument>> {
    const subjects = page.map(({ sequence }) => mailOf(shelf, address, sequence));
    if (subjects.length === 0) return Promise.resolve(new Map<number, MailDocument>());
    subjects.push(headOf(shelf, address)); // always there: of nothing at all, a node does not say how far it is
    return steps.patiently(async () => {
      const found = await engine.find(shelf, subjects, 'any');
      const documents = page.map(({ sequence }) => mailIn(found, shelf, address, sequence, head));
      if (found.upTo < seq && documents.includes(undefined))
        throw unavailable(new Error('the node that was asked lags behind'));
      return new Map(
        documents.flatMap((document, index) =>
          document === undefined ? [] : [[(page[index] as Entry).sequence, document]],
        ),
      );
    });
  }

  return {
    async list(address, { after, limit, unreadOnly }, now) {
      const inbox = await headOfInbox(address);
      const { generation, last: sequence } = inbox.head;
      const last = { epoch, generation, sequence };
      const start = after === undefined ? 0 : parseCursorAt(after, last);
      const all = listed(inbox.head, now);
      const wanted = all.filter((entry) => entry.sequence > start && !(unreadOnly && entry.read));
      const page = wanted.slice(0, limit);
      const found = await mails(inbox, address, page);
      const { unread, total } = countOf(all);
      return {
        items: page.flatMap((entry) => toDelivery(entry, found.get(entry.sequence))),
        cursor: formatCursor({ ...last, sequence: page.at(-1)?.sequence ?? start }),
        more: wanted.length > page.length,
        unread,
        total,
      };
    },

    async counts(address, now) {
      const { head } = await headOfInbox(address);
      const { unread, total } = countOf(listed(head, now));
      return { unread, total };
    },
  };
}

function toDelivery({ read }: Entry, mail: MailDocument | undefined): Delivery[] {
  if (mail === undefined) return [];
  const { id, from: address, bucket, name, pointer, receivedAt, expires } = mail;
  const from = { address, bucket, ...(name === undefined ? {} : { name }) };
  return [{ id, from, pointer, receivedAt, expires, read }];
}
