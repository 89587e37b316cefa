import type { DatabaseSync } from 'node:sqlite';
import { LetterboxError } from '../../../protocol/errors.ts';
import type { Address } from '../../../protocol/ids.ts';
import { confirmed, isInvite, isOtherPlan, renewed, RETENTION_SECONDS } from '../rules.ts';
import type { Admission, Inbox, Invite, Plan, Store, StoredRecord } from '../store.ts';
import { BY_VALUE } from './by-value.ts';
import type { InboxTable } from './inboxes.ts';
import { inviteTable } from './invites.ts';
import type { Slots } from './slots.ts';

/** Who has an inbox, by which record; and who left. Synchronous: writes run inside the caller's transaction. */
export interface Enrolments {
  readonly find: (address: Address) => Enrolled | undefined;
  enrol(...input: Parameters<Store['enrol']>): void;
  confirm(...input: Parameters<Store['confirm']>): void;
  leave(...input: Parameters<Store['leave']>): void;
  /** Forgets invites that have run out, and erases inboxes that nobody renewed: at most `limit`. @returns theirs */
  sweep(now: number, limit: number): readonly Address[];
}

/** An inbox and what goes with it. */
export interface Enrolled {
  readonly id: number;
  /** Never given twice: cursors carry it. */
  readonly generation: number;
  /** How much it keeps of contacts, where that is not `StoreLimits.stored`. */
  readonly storedLimit: number | undefined;
  /** Whether its owner ever said whom they allow or block. */
  readonly hasPolicy: boolean;
  readonly inbox: Inbox;
}

interface Ended {
  readonly address: Address;
  readonly id: number;
}

type Row = [
  number,
  number,
  number | null,
  0 | 1,
  Inbox['app'],
  Inbox['bucket'],
  Inbox['unknown'],
  number,
  number,
  Inbox['digest'],
  number | null,
  0 | 1,
];

export function enrolments(db: DatabaseSync, inboxes: InboxTable, slots: Slots): Enrolments {
  const find = db.prepare(
    `SELECT id, generation, stored_limit, policy_seq IS NOT NULL, app, bucket, unknown, seq, exp, digest, confirmed, frozen
       FROM inboxes WHERE id = ? AND address = ?`,
  );
  find.setReturnArrays(true); // most sends ask: a row as an object takes twice as long
  const nextGeneration = db.prepare(
    `UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'last inbox' RETURNING value`,
  );
  const add = db.prepare(
    `INSERT INTO inboxes (id, address, generation, stored_limit, app, bucket, unknown, seq, exp, digest, frozen)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
  );
  const put = db.prepare(
    `UPDATE inboxes SET app = ?, bucket = ?, unknown = ?, seq = ?, exp = ?, digest = ?, confirmed = ?, frozen = ?
       WHERE id = ?`,
  );
  const setStored = db.prepare('UPDATE inboxes SET stored_limit = ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM inboxes WHERE id = ?');
  const ended = db.prepare(`SELECT address, id FROM inboxes WHERE exp <= ? LIMIT ${BY_VALUE}`);
  const left = departures(db);
  const invites = inviteTable(db);

  function enrolled(address: Address): Enrolled | undefined {
    const row = slots.find(find, address) as Row | undefined;
    if (row === undefined) return undefined;
    const [id, generation, storedLimit, hasPolicy, app, bucket, unknown, seq, exp, digest, since, frozen] =
      row;
    const state = { confirmed: since ?? undefined, frozen: frozen === 1 };
    return {
      id,
      generation,
      storedLimit: storedLimit ?? undefined,
      hasPolicy: hasPolicy === 1,
      inbox: { address, app, bucket, unknown, seq, exp, digest, ...state },
    };
  }

  function create({ address, ...record }: StoredRecord, stored: number | undefined): void {
    const [id, generation] = [slots.take(address), Number(nextGeneration.get()?.['value'])];
    add.run(id, address, generation, stored ?? null, ...columnsOf(record));
    inboxes.create(id);
  }

  function replace(id: number, changed: Inbox | undefined): void {
    if (changed === undefined) return;
    put.run(...columnsOf(changed), changed.confirmed ?? null, Number(changed.frozen), id);
  }

  function erase(address: Address, id: number): void {
    inboxes.erase(id);
    remove.run(id);
    slots.free(address);
  }

  /** @throws LetterboxError `not-admitted` */
  function admit(admission: Admission, address: Address, now: number): { readonly stored?: number } {
    if (admission === 'open') return {};
    if (admission === 'none' || !entitles(admission, address, now))
      throw new LetterboxError('not-admitted', {});
    return admission;
  }

  function entitles(plan: Invite | Plan, address: Address, now: number): boolean {
    return !isInvite(plan) || invites.use(plan, address, now);
  }

  function move({ id, inbox: { address }, storedLimit }: Enrolled, admission: Admission, now: number): void {
    if (isOtherPlan(admission, storedLimit) && entitles(admission, address, now))
      setStored.run(admission.stored ?? null, id);
  }

  return {
    find: enrolled,

    enrol(record, issued, now, admission) {
      if (issued <= left.lastOf(record.address, now)) throw new LetterboxError('token-replayed', {});
      const known = enrolled(record.address);
      if (known === undefined) {
        create(record, admit(admission, record.address, now).stored);
      } else {
        replace(known.id, renewed(known.inbox, record));
        move(known, admission, now);
      }
    },

    confirm(record, state, now) {
      const known = enrolled(record.address);
      if (known !== undefined) replace(known.id, confirmed(known.inbox, record, state, now));
    },

    leave(address, { jti, issued, forget }, now) {
      if (left.has(address, jti, now)) throw new LetterboxError('token-replayed', {});
      erase(address, inboxes.get(address).id);
      left.note(address, jti, issued, forget, now);
    },

    sweep(now, limit) {
      invites.forgetOld(now);
      const found = ended.all(now - RETENTION_SECONDS, limit) as unknown as Ended[];
      for (const { address, id } of found) erase(address, id);
      return found.map(({ address }) => address);
    },
  };
}

type Columns = readonly [string, string, string, number, number, string];

function columnsOf({ app, bucket, unknown, seq, exp, digest }: Omit<StoredRecord, 'address'>): Columns {
  return [app, bucket, unknown, seq, exp, digest];
}

interface Departures {
  has(address: Address, jti: string, now: number): boolean;
  /** `iat` of the last leave that is still remembered; -1 where there is none. */
  lastOf(address: Address, now: number): number;
  note(address: Address, jti: string, issued: number, forget: number, now: number): void;
}

function departures(db: DatabaseSync): Departures {
  const has = db.prepare('SELECT 1 FROM departures WHERE address = ? AND jti = ? AND forget > ?');
  const last = db.prepare('SELECT max(issued) AS issued FROM departures WHERE address = ? AND forget > ?');
  const note = db.prepare('INSERT INTO departures (address, jti, issued, forget) VALUES (?, ?, ?, ?)');
  const forgetOld = db.prepare('DELETE FROM departures WHERE forget <= ?');
  return {
    has: (address, jti, now) => has.get(address, jti, now) !== undefined,
    lastOf: (address, now) => (last.get(address, now)?.['issued'] ?? -1) as number,
    note(address, jti, issued, forget, now) {
      forgetOld.run(now);
      note.run(address, jti, issued, forget);
    },
  };
}
