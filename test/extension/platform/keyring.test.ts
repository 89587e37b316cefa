import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, test } from 'vitest';
import { createKeyring } from '../../../extension/platform/keyring.ts';
import { openStore, type OpenedStore } from '../../../extension/platform/store.ts';
import type { SessionArea } from '../../../extension/platform/vault-look.ts';
import type { Store } from '../../../src/agent/store.ts';
import { isLetterboxError } from '../../../src/protocol/errors.ts';
import { createMemoryArea, type MemoryArea } from '../../agent/memory-area.ts';
import { random } from '../../agent/world.ts';
import { codeOf, outcomeOf } from '../../protocol/support.ts';
import { alice, bob } from '../../vectors/people.ts';

const PASSPHRASE = 'four quiet herons';
const OTHER = 'five loud geese';

let now: number;
let store: OpenedStore;
let area: MemoryArea;
beforeEach(async () => {
  now = 1_795_300_000_000;
  store = await openStore(crypto.randomUUID());
  area = createMemoryArea();
});

/** A worker's: made anew each time it starts. */
function start(parts: { session?: SessionArea; disk?: Store } = {}) {
  return createKeyring({ session: area, disk: store, clock: { now: () => now }, random, ...parts });
}

/** The browser was closed and opened. */
function restart() {
  area.items.clear();
  return start();
}

async function withVault() {
  const { keys, vault } = start();
  await keys.put(alice.address, alice.privateKey);
  await vault.create(PASSPHRASE);
}

/** Everything that a reader of the profile or of the browser's memory would find. */
async function onDisk(): Promise<string> {
  const rows = await store.read(['vault', 'sealedKeys'], async (tx) => [
    ...(await tx.list('vault')),
    ...(await tx.list('sealedKeys')),
  ]);
  const hex = (_: string, value: unknown): unknown =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
  return JSON.stringify(rows, hex);
}
const inMemory = () => JSON.stringify([...area.items]);

describe('a vault', () => {
  test('without one, keys last until the browser closes', async () => {
    const { keys, vault } = start();
    await keys.put(alice.address, alice.privateKey);
    await vault.lock();
    expect(await vault.state()).toEqual({ state: 'none', after: 0, damaged: 0 });
    expect(await keys.get(alice.address)).toBe(alice.privateKey);
    expect(await restart().keys.get(alice.address)).toBeUndefined();
    expect(await onDisk()).toBe('[]');
  });

  test('keeps the keys that are there and those that come, beyond the browser', async () => {
    await withVault();
    await start().keys.put(bob.address, bob.privateKey);
    const { keys, vault } = restart();
    expect((await vault.state()).state).toBe('locked');
    expect(await keys.get(alice.address)).toBeUndefined();
    await vault.unlock(PASSPHRASE);
    expect(await keys.get(alice.address)).toBe(alice.privateKey);
    expect(await start().keys.get(bob.address)).toBe(bob.privateKey);
    expect((await start().vault.state()).state).toBe('open');
  });

  test('locked, memory holds no secret and no draft, and disk none in clear; what is not the vault’s stays', async () => {
    await withVault();
    const { keys, vault } = start();
    await keys.hold('a1', { appPrivateKey: bob.privateKey });
    await area.set({ 'draft:x': 'Dear Alice', 'prompt window': 3 });
    await vault.lock();
    expect([...area.items.keys()].toSorted()).toEqual(['prompt window', 'sealed-drafts']);
    for (const secret of [alice.privateKey, bob.privateKey, PASSPHRASE, 'Dear Alice', 'draft:x']) {
      expect(inMemory()).not.toContain(secret);
      expect(await onDisk()).not.toContain(secret);
    }
    expect(await keys.held('a1')).toBeUndefined();
  });

  test('locked, it takes no key and no session in', async () => {
    await withVault();
    const { keys, vault } = start();
    await vault.lock();
    expect(await codeOf(() => keys.put(bob.address, bob.privateKey))).toBe('locked');
    expect(await codeOf(() => keys.hold('a1', {}))).toBe('locked');
    expect(await codeOf(() => vault.change(PASSPHRASE, OTHER))).toBe('locked');
    expect(await codeOf(() => vault.remove(PASSPHRASE))).toBe('locked');
  });

  test('a key that goes is gone from both', async () => {
    await withVault();
    await start().keys.delete(alice.address);
    expect(await start().keys.get(alice.address)).toBeUndefined();
    const { keys, vault } = restart();
    await vault.unlock(PASSPHRASE);
    expect(await keys.get(alice.address)).toBeUndefined();
  });

  test('a record put in another’s place opens neither, and the app can hand its key over again', async () => {
    await withVault();
    await store.write(['sealedKeys'], async (tx) => {
      const row = await tx.get('sealedKeys', alice.address);
      if (row !== undefined) await tx.put('sealedKeys', { ...row, inbox: bob.address });
    });
    const { keys, vault } = restart();
    await vault.unlock(PASSPHRASE);
    expect(await keys.get(bob.address)).toBeUndefined();
    await keys.put(bob.address, bob.privateKey);
    expect(await keys.get(bob.address)).toBe(bob.privateKey);
  });

  test('what memory holds of an earlier vault opens no later one', async () => {
    await withVault();
    const earlier = new Map(area.items);
    await start().vault.remove(PASSPHRASE);
    await start().vault.create(OTHER);
    area.items.clear();
    for (const [name, value] of earlier) area.items.set(name, value);
    expect((await start().vault.state()).state).toBe('locked');
  });

  test('another passphrase takes the place of the old one at once, and asks for it', async () => {
    await withVault();
    expect(await codeOf(() => start().vault.change(OTHER, 'six sleeping swans'))).toBe('passphrase-wrong');
    now += 1000;
    await start().vault.change(PASSPHRASE, OTHER);
    expect(await start().keys.get(alice.address)).toBe(alice.privateKey);
    expect(await codeOf(() => restart().vault.unlock(PASSPHRASE))).toBe('passphrase-wrong');
    now += 1000;
    await start().vault.unlock(OTHER);
    expect(await start().keys.get(alice.address)).toBe(alice.privateKey);
  });

  test('taken away, it leaves the keys for as long as the browser is open', async () => {
    await withVault();
    const { vault } = restart();
    await vault.unlock(PASSPHRASE);
    await vault.remove(PASSPHRASE);
    expect(await onDisk()).toBe('[]');
    expect(await start().keys.get(alice.address)).toBe(alice.privateKey);
  });
});

describe('wrong passphrases', () => {
  const tryOne = async (words: string) => {
    try {
      await start().vault.unlock(words);
    } catch (error) {
      if (isLetterboxError(error, 'passphrase-wrong', 'passphrase-wait'))
        return [error.code, error.context.after];
      throw error;
    }
    return 'open';
  };

  test('make the next try wait, longer each time, whatever is restarted in between', async () => {
    await withVault();
    restart();
    expect(await tryOne(OTHER)).toEqual(['passphrase-wrong', 1]);
    expect(await tryOne(PASSPHRASE)).toEqual(['passphrase-wait', 1]);
    now += 1000;
    expect(await tryOne(OTHER)).toEqual(['passphrase-wrong', 2]);
    restart();
    now += 1500;
    expect(await tryOne(PASSPHRASE)).toEqual(['passphrase-wait', 1]);
    expect(await start().vault.state()).toEqual({ state: 'locked', after: 1, damaged: 0 });
    now += 500;
    expect(await tryOne(PASSPHRASE)).toBe('open');
    await start().vault.lock();
    expect(await tryOne(OTHER)).toEqual(['passphrase-wrong', 1]);
  });

  test('two at once are one after the other, so that the second has to wait', async () => {
    await withVault();
    const { vault } = restart();
    const codes = await Promise.all([OTHER, PASSPHRASE].map((words) => codeOf(() => vault.unlock(words))));
    expect(codes).toEqual(['passphrase-wrong', 'passphrase-wait']);
  });

  test('a clock set back costs one wait more at most, which passes from when it is first looked at', async () => {
    await withVault();
    restart();
    await tryOne(OTHER);
    now -= 3_600_000;
    expect(await start().vault.state()).toEqual({ state: 'locked', after: 1, damaged: 0 });
    now += 1000;
    expect(await tryOne(PASSPHRASE)).toBe('open');
  });
});

/** Parts that end as the worker does: the n-th call is never made, and nothing after it is heard of again. */
function mortal(diesAt: number) {
  const { promise: death, resolve: die } = Promise.withResolvers<'dead'>();
  let calls = 0;
  const live = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    calls += 1;
    if (calls >= diesAt) {
      die('dead');
      return Promise.withResolvers<never>().promise;
    }
    return call();
  };
  const session: SessionArea = {
    get: (names) => live(() => area.get(names)),
    set: (items) => live(() => area.set(items)),
    remove: (names) => live(() => area.remove(names)),
  };
  const disk: Store = {
    read: (tables, work) => live(() => store.read(tables, work)),
    write: (tables, work) => live(() => store.write(tables, work)),
  };
  return { death, ring: start({ session, disk }) };
}

type Ring = ReturnType<typeof start>;

/** Ends the worker before each of the calls that something makes, each time from the same beginning. */
async function dyingEverywhere(
  prepare: () => Promise<void>,
  act: (ring: Ring) => Promise<void>,
  check: () => Promise<void>,
): Promise<number> {
  for (let diesAt = 1; ; diesAt += 1) {
    store = await openStore(crypto.randomUUID());
    area = createMemoryArea();
    await prepare();
    const { death, ring } = mortal(diesAt);
    const end = await Promise.race([act(ring).then(() => 'done'), death]);
    await check();
    if (end === 'done') return diesAt;
    now += 900_000;
    await act(start());
    await check();
  }
}

/** A passphrase is tried before and after each step, a million rounds each. */
describe('the worker dies at any step', { timeout: 120_000 }, () => {
  const hasAlice = async () => expect(await start().keys.get(alice.address)).toBe(alice.privateKey);

  test('of setting a passphrase: there is no vault yet, or the whole one', async () => {
    const prepare = () => start().keys.put(alice.address, alice.privateKey);
    const steps = await dyingEverywhere(
      prepare,
      ({ vault }) => vault.create(PASSPHRASE),
      async () => {
        expect((await start().vault.state()).state).not.toBe('locked');
        await hasAlice();
      },
    );
    expect(steps).toBeGreaterThan(3);
    await restart().vault.unlock(PASSPHRASE);
    await hasAlice();
  });

  test('of unlocking: it is locked, or open', async () => {
    const prepare = async () => {
      await withVault();
      restart();
    };
    const steps = await dyingEverywhere(
      prepare,
      ({ vault }) => vault.unlock(PASSPHRASE),
      async () => {
        const { state } = await start().vault.state();
        const key = await start().keys.get(alice.address);
        expect([state, key]).toEqual(state === 'open' ? ['open', alice.privateKey] : ['locked', undefined]);
      },
    );
    expect(steps).toBeGreaterThan(4);
    await hasAlice();
  });

  test('of changing it: one of the two opens it, and in the end the new one', async () => {
    const steps = await dyingEverywhere(
      withVault,
      ({ vault }) => vault.change(PASSPHRASE, OTHER),
      async () => {
        const copy = new Map(area.items);
        now += 900_000;
        const old = await outcomeOf(() => restart().vault.unlock(PASSPHRASE));
        now += 900_000;
        if (old !== 'accepted') await restart().vault.unlock(OTHER);
        await hasAlice();
        for (const [name, value] of copy) area.items.set(name, value);
      },
    );
    expect(steps).toBeGreaterThan(4);
    expect(await codeOf(() => restart().vault.unlock(PASSPHRASE))).toBe('passphrase-wrong');
  });

  test('of locking: it is open, or nothing is left', async () => {
    const steps = await dyingEverywhere(
      withVault,
      ({ vault }) => vault.lock(),
      async () => {
        const { state } = await start().vault.state();
        const names = [...area.items.keys()].toSorted();
        expect(names).toEqual(state === 'open' ? [`key:${alice.address}`, 'vault'] : []);
      },
    );
    expect(steps).toBeGreaterThan(3);
    expect((await start().vault.state()).state).toBe('locked');
  });

  test('of taking it away: the key is at hand all the time', async () => {
    const prepare = async () => {
      await withVault();
      await restart().vault.unlock(PASSPHRASE);
    };
    const steps = await dyingEverywhere(prepare, ({ vault }) => vault.remove(PASSPHRASE), hasAlice);
    expect(steps).toBeGreaterThan(6);
    expect(await onDisk()).toBe('[]');
  });

  test('of keeping a key: it is never at hand without being in the vault', async () => {
    const steps = await dyingEverywhere(
      withVault,
      ({ keys }) => keys.put(bob.address, bob.privateKey),
      async () => {
        if (!area.items.has(`key:${bob.address}`)) return;
        expect(await store.read(['sealedKeys'], (tx) => tx.get('sealedKeys', bob.address))).toBeDefined();
      },
    );
    expect(steps).toBeGreaterThan(3);
    await restart().vault.unlock(PASSPHRASE);
    expect(await start().keys.get(bob.address)).toBe(bob.privateKey);
  });
});
