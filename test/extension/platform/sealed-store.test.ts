import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, test } from 'vitest';
import { createKeyring } from '../../../extension/platform/keyring.ts';
import { SEALED_TABLES } from '../../../extension/platform/sealed-tables.ts';
import { openStore, type OpenedStore } from '../../../extension/platform/store.ts';
import type { Progress } from '../../../src/agent/owner-api.ts';
import type { InboxRow, OutboxRow, PinRow } from '../../../src/agent/rows.ts';
import { SCHEMA, type Store, type TableName } from '../../../src/agent/store.ts';
import type { Address, MessageId, Origin } from '../../../src/protocol/ids.ts';
import { createMemoryArea, type MemoryArea } from '../../agent/memory-area.ts';
import { random } from '../../agent/world.ts';
import { codeOf } from '../../protocol/support.ts';

const PASSPHRASE = 'four quiet herons';
const MANY = 443; // three batches, the last one short

let disk: OpenedStore;
let area: MemoryArea;
let found: number;
let now = 1_795_300_000_000;
beforeEach(async () => {
  disk = await openStore(crypto.randomUUID());
  area = createMemoryArea();
  found = 0;
});

/** A worker's: made anew each time it starts. */
function start(over: Store = disk) {
  const clock = { now: () => now };
  return createKeyring({ session: area, disk: over, clock, random, damaged: () => (found += 1) });
}

const pin = (index: number): PinRow => ({
  address: `1Alice${String(index).padStart(4, '0')}` as Address,
  seq: index,
  token: `a token of Alice’s, ${String(index)}`,
});
const letter = (index: number): OutboxRow => ({
  id: `m${String(index)}` as MessageId,
  inbox: '1Bob' as Address,
  app: 'https://app.example' as Origin,
  kind: 'message',
  by: 'owner',
  to: { address: '1Alice' as Address },
  content: { type: 'text/plain', body: 'The ferry leaves at nine.' },
  createdAt: 1_795_300_000 + index,
  state: 'queued',
  reposts: 0,
  attempts: 0,
  nextTry: 1_795_300_000_000,
});

/** Whose inbox it is, in which app. */
const OWN = {
  address: '1Bob' as Address,
  app: 'https://app.example' as Origin,
  appName: 'Quill',
  username: 'bob.id.blockstack',
} as InboxRow;

async function fill(store: Store, count: number): Promise<void> {
  await store.write(['inboxes', 'pins', 'outbox'], async (tx) => {
    await tx.put('inboxes', OWN);
    for (let index = 0; index < count; index += 1) await tx.put('pins', pin(index));
    await tx.put('outbox', letter(0));
  });
}

const seqs = (store: Store) =>
  store.read(['pins'], async (tx) => (await tx.list('pins')).map(({ seq }) => seq).toSorted((a, b) => a - b));
const counting = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Every row of every table as text, bytes too. */
async function everything(): Promise<string> {
  const tables = Object.keys(SCHEMA) as TableName[];
  const rows = await disk.read(tables, (tx) => Promise.all(tables.map((table) => tx.list(table))));
  return JSON.stringify(rows, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  );
}

/** A row as it is on the disk, whatever its table says of it. */
type Raw = { readonly sealed: Uint8Array } & { readonly [column: string]: unknown };
const raw = (table: 'inboxes' | 'pins' | 'outbox') =>
  disk.read([table], async (tx) => (await tx.list(table)) as unknown as Raw[]);
const putRaw = (table: 'inboxes' | 'pins' | 'outbox', row: object) =>
  disk.write([table], (tx) => tx.put(table, row as never));

const SECRETS = ['ferry', 'Alice', '1Bob', 'bob.id', 'app.example', 'Quill', 'queued'];

/** They tell of the person: addresses of their own, apps, servers, settings. docs/threat-model.md says so. */
const IN_THE_CLEAR = ['counters', 'counts', 'declines', 'grants', 'settings', 'vault', 'sealedKeys'];

test('each table is sealed, or stands in the clear knowingly', () => {
  expect([...SEALED_TABLES, ...IN_THE_CLEAR].toSorted()).toEqual(Object.keys(SCHEMA).toSorted());
});

describe('while there is a vault', () => {
  test('nothing of a row is on the disk but numbers, whether it came before the vault or after', async () => {
    await fill(start().store, 3);
    const before = await everything();
    expect(SECRETS.filter((secret) => before.includes(secret))).toEqual(SECRETS);
    const { store, vault } = start();
    await vault.create(PASSPHRASE);
    await store.write(['outbox'], (tx) => tx.put('outbox', letter(1)));
    const after = await everything();
    expect(SECRETS.filter((secret) => after.includes(secret))).toEqual([]);
    expect(after).toContain('1795300001');
    expect(await seqs(start().store)).toEqual(counting(3));
  });

  test('locked, the store neither reads nor writes what is sealed, says so, and can be cleared', async () => {
    const { store, vault } = start();
    await vault.create(PASSPHRASE);
    await fill(store, 3);
    await vault.lock();
    for (const table of SEALED_TABLES) {
      expect(await codeOf(() => store.read([table], (tx) => tx.list(table)))).toBe('locked');
      expect(await codeOf(() => store.read([table], (tx) => tx.get(table, 'x')))).toBe('locked');
      expect(await codeOf(() => store.write([table], (tx) => tx.put(table, pin(9) as never)))).toBe('locked');
      expect(await codeOf(() => store.write([table], (tx) => tx.delete(table, 'x')))).toBe('locked');
    }
    expect(await store.read(['counters', 'counts'], (tx) => tx.list('counts'))).toEqual([]);
    await store.write([...SEALED_TABLES], (tx) => tx.clear('pins'));
    await vault.unlock(PASSPHRASE);
    expect(await seqs(store)).toEqual([]);
    expect(await store.read(['outbox'], (tx) => tx.get('outbox', letter(0).id))).toEqual(letter(0));
  });

  test('another passphrase touches no row', async () => {
    const { store, vault } = start();
    await vault.create(PASSPHRASE);
    await fill(store, 3);
    const before = await raw('pins');
    await vault.change(PASSPHRASE, 'five loud geese');
    expect(await raw('pins')).toEqual(before);
  });

  test('two vaults share neither a veil nor a key', async () => {
    const { store, vault } = start();
    await fill(store, 1);
    const veils: unknown[] = [];
    for (let round = 0; round < 2; round += 1) {
      await vault.create(PASSPHRASE);
      veils.push((await raw('pins'))[0]?.['address']);
      await vault.remove(PASSPHRASE);
    }
    expect(veils[0]).not.toBe(veils[1]);
    expect(await seqs(store)).toEqual([0]);
  });
});

describe('a row that does not open', () => {
  const flipped = (sealed: Uint8Array) => sealed.with(20, (sealed[20] ?? 0) ^ 1);

  async function withVault(count: number) {
    const ring = start();
    await ring.vault.create(PASSPHRASE);
    await fill(ring.store, count);
    return ring;
  }

  test.each([
    ['changed', (row: Raw) => ({ ...row, sealed: flipped(row.sealed) })],
    ['of a later version', (row: Raw) => ({ ...row, sealed: row.sealed.with(0, 2) })],
    ['not sealed', ({ address }: Raw) => ({ ...pin(77), address })],
    ['not bytes', (row: Raw) => ({ ...row, sealed: 'x' })],
  ])('because it is %s is told of once and keeps no other from being read', async (_, change) => {
    const { store, vault } = await withVault(5);
    const [row] = await raw('pins');
    if (row === undefined) throw new Error('there is none');
    await putRaw('pins', change(row));
    expect(await seqs(store)).toHaveLength(4);
    expect(await seqs(store)).not.toContain(77);
    expect(await vault.state()).toEqual({ state: 'open', after: 0, damaged: 1 });
    expect(found).toBe(1);
    expect(await raw('pins')).toHaveLength(5); // it is left where it is
  });

  test('moved to another row’s place, or to another table, is neither’s', async () => {
    const { store, vault } = await withVault(2);
    const [one, other] = await raw('pins');
    const [sent] = await raw('outbox');
    if (one === undefined || other === undefined || sent === undefined) throw new Error('there is none');
    await putRaw('pins', { ...one, address: other['address'] });
    await putRaw('outbox', { ...sent, sealed: one.sealed });
    expect(await seqs(store)).toHaveLength(1);
    expect(await store.read(['outbox'], (tx) => tx.list('outbox'))).toEqual([]);
    expect(await store.read(['outbox'], (tx) => tx.get('outbox', letter(0).id))).toBeUndefined();
    expect((await vault.state()).damaged).toBe(2);
  });

  test('after it was read is found with the next reading', async () => {
    const { store } = await withVault(1);
    const own = () => store.read(['inboxes'], (tx) => tx.list('inboxes'));
    expect(await own()).toEqual([OWN]);
    const [row] = await raw('inboxes');
    if (row === undefined) throw new Error('there is none');
    await putRaw('inboxes', { ...row, sealed: flipped(row.sealed) });
    expect(await own()).toEqual([]);
    await putRaw('inboxes', row);
    expect(await own()).toEqual([OWN]);
  });

  test('does not make a page shorter, which would end what goes through them', async () => {
    const { store } = await withVault(20);
    for (const row of (await raw('pins')).slice(0, 7))
      await putRaw('pins', { ...row, sealed: flipped(row.sealed) });
    const page = await store.read(['pins'], (tx) => tx.list('pins', { limit: 10 }));
    expect(page).toHaveLength(10);
    expect(await store.read(['pins'], (tx) => tx.list('pins', { limit: 14 }))).toHaveLength(13);
  });

  test('is whole again once something takes its place', async () => {
    const { store, vault } = await withVault(1);
    const [row] = await raw('pins');
    await putRaw('pins', { ...row, sealed: Uint8Array.of(1) });
    expect(await seqs(store)).toEqual([]);
    await store.write(['pins'], (tx) => tx.put('pins', pin(0)));
    expect(await seqs(store)).toEqual([0]);
    expect((await vault.state()).damaged).toBe(0);
  });

  test('goes with the vault, and everything else stays', async () => {
    const { store, vault } = await withVault(3);
    const [row] = await raw('pins');
    await putRaw('pins', { ...row, sealed: Uint8Array.of(1) });
    await vault.remove(PASSPHRASE);
    expect(await seqs(store)).toHaveLength(2);
    expect(await raw('pins')).toHaveLength(2);
  });
});

describe('much at once', () => {
  test('is sealed and opened again, and whoever asks meanwhile sees all of it', async () => {
    await fill(start().store, MANY);
    const { store, vault } = start();
    const creating = vault.create(PASSPHRASE);
    const meanwhile = seqs(store);
    await creating;
    expect(await meanwhile).toEqual(counting(MANY));
    expect((await raw('pins')).every(({ sealed }) => sealed instanceof Uint8Array)).toBe(true);
    const removing = vault.remove(PASSPHRASE);
    expect(await seqs(store)).toEqual(counting(MANY));
    await removing;
    expect((await raw('pins')).some((row) => 'sealed' in row)).toBe(false);
    expect(await seqs(start().store)).toEqual(counting(MANY));
    expect([...area.items.keys()]).toEqual([]);
  });

  test('says how far it is, each row once', async () => {
    await fill(start().store, MANY);
    const store = pausing();
    const { vault } = start(store);
    const seen: Progress[] = [];
    store.always(() => {
      const at = vault.progress();
      if (at !== undefined) seen.push(at);
    });
    await vault.create(PASSPHRASE);
    expect(vault.progress()).toBeUndefined();
    const total = seen[0]?.total ?? 0;
    expect(total).toBeGreaterThanOrEqual(MANY);
    expect(seen.every((at) => at.to === 'sealed' && at.total === total)).toBe(true);
    expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).toSorted((a, b) => a - b));
    expect(seen.at(0)?.done).toBe(0);
    expect(seen.at(-1)?.done).toBe(total); // before it looks once more, and finds nothing left
  });

  test('can be locked in the middle, and goes on after unlocking, however often', async () => {
    await fill(start().store, MANY);
    const store = pausing();
    const ring = start(store);
    store.after(6, () => void ring.vault.lock());
    await ring.vault.create(PASSPHRASE);
    expect((await ring.vault.state()).state).toBe('locked');
    const sealed = (await raw('pins')).filter((row) => 'sealed' in row).length;
    expect(sealed).toBeLessThan(MANY);
    await ring.vault.unlock(PASSPHRASE);
    expect(await seqs(ring.store)).toEqual(counting(MANY));
    expect(await everything()).not.toContain('Alice');

    store.after(6, () => void ring.vault.lock());
    await ring.vault.remove(PASSPHRASE);
    await ring.vault.unlock(PASSPHRASE); // locked in the middle, it is sealed again
    expect(await seqs(ring.store)).toEqual(counting(MANY));
    expect((await ring.vault.state()).state).toBe('open');
    expect(await everything()).not.toContain('Alice');
  });

  test.each(['create', 'remove'] as const)(
    'survives the worker’s end at each step of “%s”',
    async (act) => {
      for (let steps = 1; ; steps += 1) {
        disk = await openStore(crypto.randomUUID());
        area = createMemoryArea();
        await fill(start().store, MANY);
        if (act === 'remove') await start().vault.create(PASSPHRASE);
        const { death, store } = ending(steps);
        const end = await Promise.race([
          start(store)
            .vault[act](PASSPHRASE)
            .then(() => 'done'),
          death,
        ]);
        expect(await seqs(start().store)).toEqual(counting(MANY));
        if (end === 'done') break;
        now += 1000; // a passphrase that was being tried counts as refused
        await start().vault[act](PASSPHRASE);
        expect(await seqs(start().store)).toEqual(counting(MANY));
        const left = await everything();
        expect(left.includes('Alice')).toBe(act === 'remove');
      }
    },
    120_000,
  );

  test('a failing disk is told of, and the next one to ask goes on', async () => {
    await fill(start().store, MANY);
    const full = new DOMException('The disk is full', 'QuotaExceededError');
    const store = pausing();
    store.failOnce(5, full);
    const ring = start(store);
    await expect(ring.vault.create(PASSPHRASE)).rejects.toBe(full);
    expect(await seqs(ring.store)).toEqual(counting(MANY));
    expect(await everything()).not.toContain('Alice');
  });
});

/** The disk, on which something happens before a certain transaction of those that are still to come. */
function pausing() {
  let left = Infinity;
  let happens: () => void = () => undefined;
  const soon = (count: number, what: () => void) => {
    left = count;
    happens = what;
  };
  let always: () => void = () => undefined;
  const counted = <Result>(call: () => Promise<Result>): Promise<Result> => {
    always();
    left -= 1;
    if (left === 0) happens();
    return call();
  };
  return {
    read: ((tables, work) => counted(() => disk.read(tables, work))) as Store['read'],
    write: (async (tables, work) => counted(() => disk.write(tables, work))) as Store['write'],
    after: soon,
    always(what: () => void) {
      always = what;
    },
    failOnce: (count: number, error: Error) =>
      soon(count, () => {
        throw error;
      }),
  };
}

/** The disk of a worker that ends: the n-th transaction is never begun, and of none after it anything is heard again. */
function ending(diesAt: number) {
  const { promise: death, resolve: die } = Promise.withResolvers<'dead'>();
  let calls = 0;
  const live = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    calls += 1;
    if (calls < diesAt) return call();
    die('dead');
    return Promise.withResolvers<never>().promise;
  };
  const store: Store = {
    read: (tables, work) => live(() => disk.read(tables, work)),
    write: (tables, work) => live(() => disk.write(tables, work)),
  };
  return { death, store };
}
