import type { DatabaseSync } from 'node:sqlite';
import { LetterboxError } from '../../../protocol/errors.ts';
import type { Address } from '../../../protocol/ids.ts';
import { confirmed, renewed } from '../rules.ts';
import type { Admission, Inbox, Store } from '../store.ts';
import type { InboxTable } from './inboxes.ts';
import { inviteTable } from './invites.ts';

/** Who has an inbox, by which record; and who left. Synchronous: writes run inside the caller's transaction. */
export interface Enrolments {
  readonly find: (address: Address) => Enrolled | undefined;
  enrol(...input: Parameters<Store['enrol']>): void;
  confirm(...input: Parameters<Store['confirm']>): void;
  leave(...input: Parameters<Store['leave']>): void;
}

/** An inbox, and its row's id. */
export interface Enrolled {
  readonly id: number;
  readonly inbox: Inbox;
}

type Row = [
  number,
  Inbox['app'],
  Inbox['bucket'],
  Inbox['unknown'],
  number,
  number,
  string,
  number | null,
  0 | 1,
];

export function enrolments(db: DatabaseSync, inboxes: InboxTable): Enrolments {
  const find = db.prepare(
    `SELECT id, app, bucket, unknown, seq, exp, token, confirmed, frozen
       FROM inboxes JOIN records ON records.inbox = inboxes.id WHERE address = ?`,
  );
  find.setReturnArrays(true); // most sends ask: a row as an object takes twice as long
  const put = db.prepare(
    `INSERT OR REPLACE INTO records (inbox, app, bucket, unknown, seq, exp, token, confirmed, frozen)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const left = departures(db);
  const invites = inviteTable(db);

  function enrolled(address: Address): Enrolled | undefined {
    const row = find.get(address) as Row | undefined;
    if (row === undefined) return undefined;
    const [id, app, bucket, unknown, seq, exp, token, since, frozen] = row;
    const state = { confirmed: since ?? undefined, frozen: frozen === 1 };
    return { id, inbox: { address, app, bucket, unknown, seq, exp, token, ...state } };
  }

  function write(id: number, { app, bucket, unknown, seq, exp, token, confirmed: at, frozen }: Inbox): void {
    put.run(id, app, bucket, unknown, seq, exp, token, at ?? null, Number(frozen));
  }

  function replace(changed: Inbox | undefined): void {
    if (changed !== undefined) write(inboxes.get(changed.address).id, changed);
  }

  /** @throws LetterboxError `not-admitted` */
  function admit(admission: Admission, now: number): { readonly stored?: number } {
    if (admission === 'open') return {};
    if (admission === 'none' || !invites.use(admission, now)) throw new LetterboxError('not-admitted', {});
    return admission;
  }

  return {
    find: enrolled,

    enrol(record, issued, now, admission) {
      if (issued <= left.lastOf(record.address, now)) throw new LetterboxError('token-replayed', {});
      const stored = enrolled(record.address)?.inbox;
      if (stored === undefined) {
        const id = inboxes.create(record.address, admit(admission, now).stored);
        write(id, { ...record, confirmed: undefined, frozen: false });
      } else replace(renewed(stored, record));
    },

    confirm(record, state, now) {
      replace(confirmed(enrolled(record.address)?.inbox, record, state, now));
    },

    leave(address, { jti, issued, forget }, now) {
      if (left.has(address, jti, now)) throw new LetterboxError('token-replayed', {});
      inboxes.erase(inboxes.get(address).id);
      left.note(address, jti, issued, forget, now);
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
