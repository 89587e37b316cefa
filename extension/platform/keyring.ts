import type { Keys, Vault } from '../../src/agent/ports.ts';
import type { Store } from '../../src/agent/store.ts';
import type { SealedKeyRow, Tries, VaultRow } from '../../src/agent/vault-rows.ts';
import { fromBase64url, toBase64url } from '../../src/protocol/bytes.ts';
import { LetterboxError } from '../../src/protocol/errors.ts';
import {
  newId,
  parseAddress,
  parsePrivateKey,
  type Address,
  type PrivateKey,
} from '../../src/protocol/ids.ts';
import type { Clock, Random } from '../../src/protocol/ports.ts';
import { createTurns } from './turns.ts';
import { lockUnder, newVaultKey, openKey, openLock, sealKey } from './vault-format.ts';
import { NO_TRIES, stillToWait } from './vault-tries.ts';

/** The part of `storage.session` that keys need: in the browser's memory, outliving the worker, never on disk. */
export interface SessionArea {
  get(names: string | string[] | null): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(names: string | string[]): Promise<void>;
}

export interface KeyringParts {
  readonly session: SessionArea;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
}

/** What a right passphrase leaves in memory. `id` is its vault's. */
interface Opened {
  readonly id: string;
  readonly vaultKey: Uint8Array;
}

const OPENED = 'vault';
const KEY = 'key:';
const HELD = 'held:';

/**
 * App keys at hand, and the vault around them.
 *
 *     none ──create──► open ◄──unlock── locked        on disk: the vault's row and one for each key, sealed
 *       ▲               │ └─────lock──────► ▲         in memory, while open: the vault key, and keys that came since
 *       └────remove─────┘    the browser closes
 *
 * The worker can die between any two steps: memory counts only where it names the vault on disk, so that it is set
 * before the disk where a vault is made, and keys are on disk before they are in memory. docs/protocol.md#10
 */
export function createKeyring(parts: KeyringParts): { keys: Keys; vault: Vault } {
  const inTurn = createTurns();
  const { session } = parts;
  const keys: Keys = {
    get: (inbox) => keyOf(parts, inbox),
    put: (inbox, key) => inTurn(() => putKey(parts, inbox, key)),
    delete: (inbox) => inTurn(() => deleteKey(parts, inbox)),
    hold: (approval, held) =>
      inTurn(async () => {
        requireUnlocked(await look(parts));
        await session.set({ [HELD + approval]: held });
      }),
    held: (approval) => read(session, HELD + approval),
    release: (approval) => session.remove(HELD + approval),
  };
  const vault: Vault = {
    state: () => stateOf(parts),
    create: (passphrase) => inTurn(() => create(parts, passphrase)),
    unlock: (passphrase) => inTurn(() => unlock(parts, passphrase)),
    lock: () => inTurn(() => lock(parts)),
    change: (from, to) => inTurn(() => change(parts, from, to)),
    remove: (passphrase) => inTurn(() => remove(parts, passphrase)),
  };
  return { keys, vault };
}

type Look =
  | { readonly state: 'none' }
  | { readonly state: 'locked'; readonly row: VaultRow }
  | { readonly state: 'open'; readonly row: VaultRow; readonly opened: Opened };

async function look({ session, store }: KeyringParts): Promise<Look> {
  const row = await store.read(['vault'], (tx) => tx.get('vault', 'vault'));
  if (row === undefined) return { state: 'none' };
  const opened = openedIn(await read(session, OPENED));
  return opened?.id === row.id ? { state: 'open', row, opened } : { state: 'locked', row };
}

async function stateOf(parts: KeyringParts): ReturnType<Vault['state']> {
  const seen = await look(parts);
  if (seen.state === 'none') return { state: 'none', after: 0 };
  const now = parts.clock.now();
  const { wait } = stillToWait(seen.row.tries, now);
  if (seen.row.tries.since > now) await keepTries(parts, (tries) => stillToWait(tries, now).tries); // it begins to pass
  return { state: seen.state, after: Math.ceil(wait / 1000) };
}

/** A record that does not open is as good as none: the app hands its key over again, which replaces it. */
async function keyOf(parts: KeyringParts, inbox: Address): Promise<PrivateKey | undefined> {
  const { session, store } = parts;
  const at = await read(session, KEY + inbox);
  if (at !== undefined) return parsePrivateKey(at);
  const seen = await look(parts);
  if (seen.state !== 'open') return undefined;
  const row = await store.read(['sealedKeys'], (tx) => tx.get('sealedKeys', inbox));
  return row === undefined ? undefined : openKey(seen.opened.vaultKey, row);
}

async function putKey(parts: KeyringParts, inbox: Address, key: PrivateKey): Promise<void> {
  const { session, store, random } = parts;
  const seen = await look(parts);
  requireUnlocked(seen);
  if (seen.state === 'open') {
    const row = await sealKey(seen.opened.vaultKey, inbox, key, random);
    await store.write(['sealedKeys'], (tx) => tx.put('sealedKeys', row));
  }
  await session.set({ [KEY + inbox]: key });
}

async function deleteKey({ session, store }: KeyringParts, inbox: Address): Promise<void> {
  await store.write(['sealedKeys'], (tx) => tx.delete('sealedKeys', inbox));
  await session.remove(KEY + inbox);
}

async function create(parts: KeyringParts, passphrase: string): Promise<void> {
  const { session, store, random } = parts;
  const seen = await look(parts);
  if (seen.state !== 'none') return unlock(parts, passphrase); // it was made, and the answer was lost
  const vaultKey = newVaultKey(random);
  const id = newId(random);
  const locked = await lockUnder(passphrase, vaultKey, random);
  const rows = await sealAll(parts, vaultKey);
  await session.set({ [OPENED]: { id, vaultKey: toBase64url(vaultKey) } });
  await store.write(['vault', 'sealedKeys'], async (tx) => {
    await tx.clear('sealedKeys');
    for (const row of rows) await tx.put('sealedKeys', row);
    await tx.put('vault', { key: 'vault', id, ...locked, tries: NO_TRIES });
  });
}

async function sealAll({ session, random }: KeyringParts, vaultKey: Uint8Array): Promise<SealedKeyRow[]> {
  const atHand = Object.entries(await session.get(null)).filter(([name]) => name.startsWith(KEY));
  return Promise.all(
    atHand.map(([name, key]) =>
      sealKey(vaultKey, parseAddress(name.slice(KEY.length)), parsePrivateKey(key), random),
    ),
  );
}

async function unlock(parts: KeyringParts, passphrase: string): Promise<void> {
  const seen = await look(parts);
  if (seen.state === 'none')
    throw new LetterboxError('malformed', { what: 'vault', problem: 'there is none' });
  const vaultKey = await tryOne(parts, seen.row, (row) => openLock(passphrase, row));
  await parts.session.set({ [OPENED]: { id: seen.row.id, vaultKey: toBase64url(vaultKey) } });
}

async function lock(parts: KeyringParts): Promise<void> {
  const { session } = parts;
  if ((await look(parts)).state === 'none') return;
  const names = Object.keys(await session.get(null));
  const secrets = names.filter((name) => name === OPENED || name.startsWith(KEY) || name.startsWith(HELD));
  await session.remove(secrets);
}

async function change(parts: KeyringParts, from: string, to: string): Promise<void> {
  const { store, random } = parts;
  const seen = await look(parts);
  requireUnlocked(seen);
  if (seen.state === 'none')
    throw new LetterboxError('malformed', { what: 'vault', problem: 'there is none' });
  // the new one opens it already where a change was made and the answer was lost
  const vaultKey = await tryOne(
    parts,
    seen.row,
    async (row) => (await openLock(from, row)) ?? openLock(to, row),
  );
  const locked = await lockUnder(to, vaultKey, random);
  await store.write(['vault'], async (tx) => {
    const row = await tx.get('vault', 'vault');
    if (row !== undefined) await tx.put('vault', { ...row, ...locked });
  });
}

/** First every key into memory, then the vault off the disk. */
async function remove(parts: KeyringParts, passphrase: string): Promise<void> {
  const { session, store } = parts;
  const seen = await look(parts);
  requireUnlocked(seen);
  if (seen.state === 'none') return; // it was removed, and the answer was lost
  const vaultKey = await tryOne(parts, seen.row, (row) => openLock(passphrase, row));
  const rows = await store.read(['sealedKeys'], (tx) => tx.list('sealedKeys'));
  for (const row of rows) {
    const key = await openKey(vaultKey, row);
    if (key !== undefined) await session.set({ [KEY + row.inbox]: key });
  }
  await store.write(['vault', 'sealedKeys'], async (tx) => {
    await tx.clear('vault');
    await tx.clear('sealedKeys');
  });
  await session.remove(OPENED);
}

/** A try is counted before it is made, so that ending the worker meanwhile makes it no cheaper. */
async function tryOne(
  parts: KeyringParts,
  row: VaultRow,
  attempt: (row: VaultRow) => Promise<Uint8Array | undefined>,
): Promise<Uint8Array> {
  const now = parts.clock.now();
  const { tries, wait } = stillToWait(row.tries, now);
  if (wait > 0) {
    await keepTries(parts, () => tries);
    throw new LetterboxError('passphrase-wait', { after: Math.ceil(wait / 1000) });
  }
  const counted = { refused: tries.refused + 1, since: now };
  await keepTries(parts, () => counted);
  const vaultKey = await attempt(row);
  if (vaultKey === undefined) {
    const { after } = await stateOf(parts);
    throw new LetterboxError('passphrase-wrong', { after });
  }
  await keepTries(parts, () => NO_TRIES);
  return vaultKey;
}

async function keepTries({ store }: KeyringParts, next: (tries: Tries) => Tries): Promise<void> {
  await store.write(['vault'], async (tx) => {
    const row = await tx.get('vault', 'vault');
    if (row !== undefined) await tx.put('vault', { ...row, tries: next(row.tries) });
  });
}

function requireUnlocked({ state }: Look): void {
  if (state === 'locked') throw new LetterboxError('locked', {});
}

async function read(session: SessionArea, name: string): Promise<unknown> {
  const { [name]: value } = await session.get(name);
  return value;
}

function openedIn(value: unknown): Opened | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, vaultKey } = value as { id?: unknown; vaultKey?: unknown };
  if (typeof id !== 'string' || typeof vaultKey !== 'string') return undefined;
  return { id, vaultKey: fromBase64url(vaultKey, 'vault key') };
}
