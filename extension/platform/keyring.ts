import type { Keys, Vault } from '../../src/agent/ports.ts';
import type { Store } from '../../src/agent/store.ts';
import type { RowsMark, SealedKeyRow, Tries, VaultRow } from '../../src/agent/vault-rows.ts';
import { LetterboxError } from '../../src/protocol/errors.ts';
import {
  newId,
  parseAddress,
  parsePrivateKey,
  type Address,
  type PrivateKey,
} from '../../src/protocol/ids.ts';
import type { Clock, Random } from '../../src/protocol/ports.ts';
import { DRAFT_NAMES, openDrafts, sealDrafts } from './sealed-drafts.ts';
import { createSealedStore, type SealedStore } from './sealed-store.ts';
import { createTurns } from './turns.ts';
import { lockUnder, newVaultKey, openKey, openLock, sealKey } from './vault-format.ts';
import { keepOpened, look, OPENED, requireUnlocked, type SessionArea } from './vault-look.ts';
import { rowKeysOf } from './row-format.ts';
import { NO_TRIES, stillToWait } from './vault-tries.ts';

export interface KeyringParts {
  readonly session: SessionArea;
  /** The store as it is on disk. */
  readonly disk: Store;
  readonly clock: Clock;
  readonly random: Random;
  /** Is told when something sealed turns up that does not open. */
  readonly damaged?: () => void;
}

interface Keyring {
  readonly keys: Keys;
  readonly vault: Vault;
  /** The agent's store: what it writes is sealed while there is a vault. */
  readonly store: Store;
}

type Parts = KeyringParts & { readonly rows: SealedStore };

const KEY = 'key:';
const HELD = 'held:';

/**
 * App keys at hand, the vault around them, and the store whose rows it seals (sealed-store.ts).
 *
 *     none ──create──► open ◄──unlock── locked        on disk: the vault's row, one for each key, and all rows, sealed
 *       ▲               │ └─────lock──────► ▲         in memory, while open: the vault key, and keys that came since
 *       └────remove─────┘    the browser closes
 *
 * The worker can die between any two steps: memory counts only where it names the vault on disk, so that it is set
 * before the disk where a vault is made, and keys are on disk before they are in memory. docs/protocol.md#10
 */
export function createKeyring(given: KeyringParts): Keyring {
  const inTurn = createTurns();
  const { session, damaged = () => undefined } = given;
  const rows = createSealedStore({ ...given, damaged });
  const parts: Parts = { ...given, rows };
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
    forget: () => inTurn(() => forgetSecrets(parts)),
  };
  const vault: Vault = {
    state: () => stateOf(parts),
    progress: () => rows.progress(),
    async create(passphrase) {
      await inTurn(() => create(parts, passphrase));
      await rows.settle(); // out of turn: it takes as long as there is much, and can be locked meanwhile
    },
    unlock: (passphrase) => inTurn(() => unlock(parts, passphrase)),
    lock: () => inTurn(() => lock(parts)),
    change: (from, to) => inTurn(() => change(parts, from, to)),
    async remove(passphrase) {
      await inTurn(() => remove(parts, passphrase));
      await rows.settle();
      if ((await look(parts)).state === 'none') await session.remove(OPENED);
    },
  };
  return { keys, vault, store: rows.store };
}

async function stateOf(parts: Parts): ReturnType<Vault['state']> {
  const seen = await look(parts);
  if (seen.state === 'none') return { state: 'none', after: 0, damaged: 0 };
  const now = parts.clock.now();
  const { wait } = stillToWait(seen.row.tries, now);
  if (seen.row.tries.since > now) await keepTries(parts, (tries) => stillToWait(tries, now).tries); // it begins to pass
  return { state: seen.state, after: Math.ceil(wait / 1000), damaged: parts.rows.damagedRows() };
}

/** A record that does not open is as good as none: the app hands its key over again, which replaces it. */
async function keyOf(parts: Parts, inbox: Address): Promise<PrivateKey | undefined> {
  const { session, disk } = parts;
  const at = await read(session, KEY + inbox);
  if (at !== undefined) return parsePrivateKey(at);
  const seen = await look(parts);
  if (seen.state !== 'open') return undefined;
  const row = await disk.read(['sealedKeys'], (tx) => tx.get('sealedKeys', inbox));
  return row === undefined ? undefined : openKey(seen.opened.vaultKey, row);
}

async function putKey(parts: Parts, inbox: Address, key: PrivateKey): Promise<void> {
  const { session, disk, random } = parts;
  const seen = await look(parts);
  requireUnlocked(seen);
  if (seen.state === 'open') {
    const row = await sealKey(seen.opened.vaultKey, inbox, key, random);
    await disk.write(['sealedKeys'], (tx) => tx.put('sealedKeys', row));
  }
  await session.set({ [KEY + inbox]: key });
}

async function deleteKey({ session, disk }: Parts, inbox: Address): Promise<void> {
  await disk.write(['sealedKeys'], (tx) => tx.delete('sealedKeys', inbox));
  await session.remove(KEY + inbox);
}

async function create(parts: Parts, passphrase: string): Promise<void> {
  const { disk, random } = parts;
  const seen = await look(parts);
  if (seen.state !== 'none') return unlock(parts, passphrase); // it was made, and the answer was lost
  const vaultKey = newVaultKey(random);
  const id = newId(random);
  const locked = await lockUnder(passphrase, vaultKey, random);
  const rows = await sealAll(parts, vaultKey);
  await keepOpened(parts, { id, vaultKey });
  await disk.write(['vault', 'sealedKeys'], async (tx) => {
    await tx.clear('sealedKeys');
    for (const row of rows) await tx.put('sealedKeys', row);
    await tx.put('vault', { key: 'vault', id, ...locked, tries: NO_TRIES, rows: { to: 'sealed' } });
  });
  parts.rows.changed();
}

async function sealAll({ session, random }: Parts, vaultKey: Uint8Array): Promise<SealedKeyRow[]> {
  const atHand = Object.entries(await session.get(null)).filter(([name]) => name.startsWith(KEY));
  return Promise.all(
    atHand.map(([name, key]) =>
      sealKey(vaultKey, parseAddress(name.slice(KEY.length)), parsePrivateKey(key), random),
    ),
  );
}

async function unlock(parts: Parts, passphrase: string): Promise<void> {
  const seen = await look(parts);
  if (seen.state === 'none')
    throw new LetterboxError('malformed', { what: 'vault', problem: 'there is none' });
  const vaultKey = await tryOne(parts, seen.row, (row) => openLock(passphrase, row));
  await openDrafts(parts.session, rowKeysOf(vaultKey));
  if (seen.row.rows?.to === 'open') await keepMark(parts, { to: 'sealed' }); // it was locked in the middle of `remove`
  await keepOpened(parts, { id: seen.row.id, vaultKey });
  parts.rows.changed();
}

async function lock(parts: Parts): Promise<void> {
  const seen = await look(parts);
  if (seen.state === 'none') return;
  if (seen.state === 'open') await sealDrafts(parts.session, rowKeysOf(seen.opened.vaultKey), parts.random);
  await removeFrom(parts, (name) => name === OPENED || name.startsWith(KEY) || name.startsWith(HELD));
  parts.rows.changed();
}

async function forgetSecrets(parts: Parts): Promise<void> {
  await removeFrom(parts, (name) => [OPENED, KEY, HELD, ...DRAFT_NAMES].some((one) => name.startsWith(one)));
  parts.rows.changed();
}

async function removeFrom({ session }: Parts, isGoing: (name: string) => boolean): Promise<void> {
  const names = Object.keys(await session.get(null));
  await session.remove(names.filter((name) => isGoing(name)));
}

async function change(parts: Parts, from: string, to: string): Promise<void> {
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
  const locked = await lockUnder(to, vaultKey, parts.random);
  await changeVault(parts, (row) => ({ ...row, ...locked }));
}

/** First every key into memory, then each row out of the vault, with the last of them the vault off the disk. */
async function remove(parts: Parts, passphrase: string): Promise<void> {
  const { session, disk } = parts;
  const seen = await look(parts);
  requireUnlocked(seen);
  if (seen.state === 'none') return; // it was removed, and the answer was lost
  const vaultKey = await tryOne(parts, seen.row, (row) => openLock(passphrase, row));
  const rows = await disk.read(['sealedKeys'], (tx) => tx.list('sealedKeys'));
  for (const row of rows) {
    const key = await openKey(vaultKey, row);
    if (key !== undefined) await session.set({ [KEY + row.inbox]: key });
  }
  if (seen.row.rows?.to !== 'open') await keepMark(parts, { to: 'open' });
  parts.rows.changed();
}

/** A try is counted before it is made, so that ending the worker meanwhile makes it no cheaper. */
async function tryOne(
  parts: Parts,
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

async function keepTries(parts: Parts, next: (tries: Tries) => Tries): Promise<void> {
  await changeVault(parts, (row) => ({ ...row, tries: next(row.tries) }));
}

async function keepMark(parts: Parts, rows: RowsMark): Promise<void> {
  await changeVault(parts, (row) => ({ ...row, rows }));
}

async function changeVault({ disk }: Parts, next: (row: VaultRow) => VaultRow): Promise<void> {
  await disk.write(['vault'], async (tx) => {
    const row = await tx.get('vault', 'vault');
    if (row !== undefined) await tx.put('vault', next(row));
  });
}

async function read(session: SessionArea, name: string): Promise<unknown> {
  const { [name]: value } = await session.get(name);
  return value;
}
