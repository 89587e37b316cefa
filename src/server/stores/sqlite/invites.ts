import type { DatabaseSync } from 'node:sqlite';
import type { Address } from '../../../protocol/ids.ts';
import type { Invite } from '../store.ts';

/** How often each invite was used, and by whom. Synchronous: runs inside the caller's transaction. */
export interface InviteTable {
  /**
   * Once for each address, which may leave and come back.
   * @returns false where it has run out, or opened as many inboxes as it may
   */
  use(invite: Invite, address: Address, now: number): boolean;
  /** Forgets those that have run out. */
  forgetOld(now: number): void;
}

export function inviteTable(db: DatabaseSync): InviteTable {
  const use = db.prepare(
    `INSERT INTO invites (id, used, exp) VALUES (:id, 1, :exp)
       ON CONFLICT (id) DO UPDATE SET used = used + 1 WHERE used < :uses`,
  );
  const isClaimed = db.prepare('SELECT 1 FROM claims WHERE invite = ? AND address = ?');
  const claim = db.prepare('INSERT INTO claims (invite, address) VALUES (?, ?)');
  const forgetting = [
    'DELETE FROM claims WHERE invite IN (SELECT id FROM invites WHERE exp <= ?)',
    'DELETE FROM invites WHERE exp <= ?',
  ].map((sql) => db.prepare(sql));
  return {
    use({ id, uses, exp }, address, now) {
      if (exp <= now) return false;
      if (isClaimed.get(id, address) !== undefined) return true;
      if (uses === 0 || use.run({ id, uses, exp }).changes === 0) return false;
      claim.run(id, address);
      return true;
    },
    forgetOld(now) {
      for (const each of forgetting) each.run(now);
    },
  };
}
