import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { openStore, type OpenedStore } from '../../extension/platform/store.ts';
import { contactOf, setRelation } from '../../src/agent/contacts.ts';
import { readCounter, REQUESTS, unreadCounter } from '../../src/agent/counters.ts';
import { putEntry } from '../../src/agent/entries.ts';
import { entryPage } from '../../src/agent/entry-pages.ts';
import { receiveAll } from '../../src/agent/receive.ts';
import { asOne } from '../../src/agent/unit-of-work.ts';
import type { EntryRow, InboxRow, Relation } from '../../src/agent/rows.ts';
import { digest } from '../../src/protocol/bytes.ts';
import { isLetterboxError } from '../../src/protocol/errors.ts';
import type { Address, Bucket, DeliveryId, MessageId, Name, PublicKey } from '../../src/protocol/ids.ts';
import type { Pointer, VerifiedPointer } from '../../src/protocol/pointer.ts';
import { APP, random } from './world.ts';

const INBOX = '1Inbox' as Address;
const NOW = 1_000_000;
const row: InboxRow = {
  address: INBOX,
  app: APP,
  publicKey: '02' as PublicKey,
  bucket: 'https://hub.example/1Inbox/' as Bucket,
  hub: 'https://hub.example',
  connectedAt: 0,
  state: 'open',
  servers: [],
  policySeq: 0,
};

let stores = 0;
async function freshStore(): Promise<OpenedStore> {
  stores += 1;
  const store = await openStore(`inbox ${String(stores)}`);
  await store.write(['inboxes'], (tx) => tx.put('inboxes', row));
  return store;
}

function entry(index: number, change: Partial<EntryRow> = {}): EntryRow {
  return {
    inbox: INBOX,
    from: `1Sender${String(index % 3)}` as Address,
    id: `message ${String(index)}` as MessageId,
    app: APP,
    sentAt: index,
    receivedAt: NOW,
    expires: NOW,
    read: index % 2 === 0,
    conflicting: false,
    content: { state: 'readable', type: 'text/plain', body: String(index) },
    ...(index % 5 === 0 ? { thread: 'five' } : {}),
    ...change,
  };
}

describe('paging', () => {
  let store: OpenedStore;
  beforeAll(async () => {
    store = await freshStore();
    await store.write(['entries', 'counters'], async (tx) => {
      for (let index = 0; index < 250; index += 1) await putEntry(tx, undefined, entry(index), 'allowed');
    });
  });

  async function all(query: Omit<Parameters<typeof entryPage>[1], 'cursor'>): Promise<number[]> {
    const found: number[] = [];
    let cursor: string | undefined;
    do {
      const after = cursor === undefined ? {} : { cursor };
      const page = await store.read(['entries'], (tx) => entryPage(tx, { ...query, ...after }));
      expect(page.entries.length).toBeLessThanOrEqual(query.limit);
      found.push(...page.entries.map(({ sentAt }) => sentAt));
      ({ cursor } = page);
    } while (cursor !== undefined);
    return found;
  }
  const newestFirst = Array.from({ length: 250 }, (_, index) => 249 - index);

  test.each([1, 7, 50, 100, 200, 250, 251])(
    '%i at a time gives everything once, newest first',
    async (limit) => {
      expect(await all({ order: 'order', prefix: [], limit })).toEqual(newestFirst);
      expect(await all({ order: 'appOrder', prefix: [APP], limit })).toEqual(newestFirst);
    },
  );

  test('within an inbox, unread only, and a thread', async () => {
    const isUnread = (index: number): boolean => index % 2 === 1;
    expect(await all({ order: 'inboxOrder', prefix: [INBOX], limit: 60 })).toEqual(newestFirst);
    expect(await all({ order: 'unreadOrder', prefix: [INBOX], limit: 60 })).toEqual(
      newestFirst.filter(isUnread),
    );
    expect(await all({ order: 'threadOrder', prefix: [INBOX, 'five'], limit: 9 })).toEqual(
      newestFirst.filter((index) => index % 5 === 0),
    );
    expect(await all({ order: 'inboxOrder', prefix: ['1Other'], limit: 9 })).toEqual([]);
  });

  test('with what is not wanted left out, a page is still full', async () => {
    const accept = ({ sentAt }: EntryRow): boolean => sentAt < 20;
    expect(await all({ order: 'order', prefix: [], limit: 6, accept })).toEqual(newestFirst.slice(-20));
  });

  test('a cursor of another’s making is refused or harmless', async () => {
    const attempt = (cursor: string) =>
      store
        .read(['entries'], (tx) => entryPage(tx, { order: 'order', prefix: [], limit: 5, cursor }))
        .then(({ entries }) => entries.length <= 5)
        .catch((error: unknown) => isLetterboxError(error, 'malformed'));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json().map((text) => Buffer.from(text).toString('base64url')),
        ),
        attempt,
      ),
      { numRuns: 50 },
    );
  });
});

test('what a message claims of its time never puts it after its arrival', async () => {
  const store = await freshStore();
  await store.write(['entries', 'counters'], async (tx) => {
    await putEntry(tx, undefined, entry(1, { sentAt: NOW + 99_999 }), 'allowed');
    await putEntry(tx, undefined, entry(2, { receivedAt: NOW + 1, sentAt: NOW + 1 }), 'allowed');
  });
  const page = await store.read(['entries'], (tx) => entryPage(tx, { order: 'order', prefix: [], limit: 5 }));
  expect(page.entries.map(({ id }) => id)).toEqual(['message 2', 'message 1']);
});

type Step =
  | {
      readonly kind: 'receive';
      readonly sender: number;
      readonly message: number;
      readonly file: number;
      readonly read: boolean;
    }
  | { readonly kind: 'relate'; readonly sender: number; readonly relation: Relation };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('receive' as const),
    sender: fc.nat(2),
    message: fc.nat(3),
    file: fc.nat(1),
    read: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('relate' as const),
    sender: fc.nat(2),
    relation: fc.constantFrom<Relation>('allowed', 'unknown', 'blocked'),
  }),
);

const TABLES = ['entries', 'deliveries', 'contacts', 'counters', 'inboxes'] as const;
const DIGESTS = [1, 2].map((byte) => digest(Uint8Array.of(byte)));

test('whatever comes in whatever order, once is once and the counters count', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { maxLength: 5 }), { maxLength: 8 }), async (groups) => {
      const store = await freshStore();
      const expected = new Map<string, string>();
      for (const group of groups)
        await store.write(TABLES, (tx) =>
          asOne(tx, async (batch) => {
            for (const act of group) await play(batch, act);
          }),
        );
      for (const act of groups.flat()) {
        if (act.kind !== 'receive') continue;
        const key = `${String(act.sender)} ${String(act.message)}`;
        expected.set(key, expected.get(key) ?? DIGESTS[act.file] ?? '');
      }
      await store.read(TABLES, async (tx) => {
        const entries = await tx.list('entries');
        const contacts = await tx.list('contacts');
        expect(entries).toHaveLength(expected.size);
        for (const { from, id, file } of entries) expect(expected.get(`${from} ${id}`)).toBe(file?.sha256);
        const unread = entries.filter((one) => one.unreadOrder !== undefined);
        expect(await readCounter(tx, unreadCounter(INBOX))).toBe(unread.length);
        const asking = contacts.filter((one) => one.requestOrder !== undefined);
        expect(await readCounter(tx, REQUESTS)).toBe(asking.length);
        const relations = await Promise.all(
          entries.map(({ from: address }) => contactOf(tx, { inbox: INBOX, address, app: APP })),
        );
        const hidden = entries.filter((_, index) => relations[index]?.relation !== 'allowed');
        expect(
          hidden.filter(({ order, content }) => order !== undefined || content.state !== 'sealed'),
        ).toEqual([]);
        for (const { address, relation, waiting } of contacts) {
          const theirs = entries.filter(({ from }) => from === address).length;
          expect(waiting).toBe(relation === 'unknown' ? theirs : 0);
        }
      });
      store.close();
    }),
    { numRuns: 60 },
  );
});

async function play(tx: Parameters<Parameters<OpenedStore['write']>[1]>[0], act: Step): Promise<void> {
  const from = String(act.sender) as Address;
  if (act.kind === 'relate') {
    await setRelation(tx, { inbox: INBOX, address: from, app: APP }, act.relation, NOW * 1000);
    return;
  }
  const bucket = `https://hub.example/${from}/` as Bucket;
  const delivery = {
    id: Buffer.from(random.bytes(16)).toString('base64url') as DeliveryId,
    from: { address: from, bucket },
    pointer: '' as Pointer,
    receivedAt: NOW,
    expires: NOW + 1000,
    read: act.read,
  };
  const signed = {
    from,
    bucket,
    name: 'ann.id' as Name,
    id: String(act.message) as MessageId,
    iat: NOW,
    size: 1,
  };
  const pointer = { ...signed, to: INBOX, app: APP, sha256: DIGESTS[act.file] } as unknown as VerifiedPointer;
  await receiveAll(tx, { row, server: 'letterbox x', now: NOW * 1000 }, [{ delivery, pointer }]);
}
