import type { DatabaseSync } from 'node:sqlite';
import { LetterboxError } from '../../../protocol/errors.ts';
import type { Address } from '../../../protocol/ids.ts';
import { confirmed, isInvite, isOtherPlan, renewed, RETENTION_SECONDS } from '../rules.ts';
import type { Admission, Invite, Plan, Store, StoredRecord } from '../store.ts';
import type { Enrolled } from './enrolled.ts';
import type { InboxTable } from './inboxes.ts';
import { inviteTable } from './invites.ts';
import type { Slots } from './slots.ts';

/** Who has an inbox, by which record; and who left. Synchronous: writes run inside the caller's transaction. */
export interface Enrolments {
  enrol(...input: Parameters<Store['enrol']>): void;
  confirm(...input: Parameters<Store['confirm']>): void;
  leave(...input: Parameters<Store['leave']>): void;
  /** Forgets invites that have run out, and erases inboxes that nobody renewed: at most `limit`. @returns theirs */
  sweep(now: number, limit: number): readonly Address[];
}

export function enrolments(db: DatabaseSync, inboxes: InboxTable, slots: Slots): Enrolments {
  const nextGeneration = db.prepare(
    `UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'last inbox' RETURNING value`,
  );
  const left = departures(db);
  const invites = inviteTable(db);

  function create(record: StoredRecord, storedLimit: number | undefined): void {
    const [id, generation] = [slots.take(record.address), Number(nextGeneration.get()?.['value'])];
    const inbox = { ...record, confirmed: undefined, frozen: false };
    inboxes.create({ id, generation, storedLimit, policy: undefined, inbox });
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

  function move(known: Enrolled, admission: Admission, now: number): Enrolled {
    const { storedLimit, inbox } = known;
    const isMoving = isOtherPlan(admission, storedLimit) && entitles(admission, inbox.address, now);
    return isMoving ? { ...known, storedLimit: admission.stored } : known;
  }

  return {
    enrol(record, issued, now, admission) {
      if (issued <= left.lastOf(record.address, now)) throw new LetterboxError('token-replayed', {});
      const known = inboxes.find(record.address);
      if (known === undefined) {
        create(record, admit(admission, record.address, now).stored);
        return;
      }
      const inbox = renewed(known.inbox, record);
      const moved = move(known, admission, now);
      if (inbox !== undefined) inboxes.put({ ...moved, inbox });
      else if (moved !== known) inboxes.put(moved);
    },

    confirm(record, state, now) {
      const known = inboxes.find(record.address);
      const inbox = confirmed(known?.inbox, record, state, now);
      if (known !== undefined && inbox !== undefined) inboxes.put({ ...known, inbox });
    },

    leave(address, { jti, issued, forget }, now) {
      if (left.has(address, jti, now)) throw new LetterboxError('token-replayed', {});
      inboxes.erase(inboxes.get(address));
      left.note(address, jti, issued, forget, now);
    },

    sweep(now, limit) {
      invites.forgetOld(now);
      const found = inboxes.ended(now - RETENTION_SECONDS, limit);
      for (const each of found) inboxes.erase(each);
      return found.map(({ inbox: { address } }) => address);
    },
  };
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
