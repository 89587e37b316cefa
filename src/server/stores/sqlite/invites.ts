import type { DatabaseSync } from 'node:sqlite';
import type { Invite } from '../store.ts';

/** How often each invite was used. Synchronous: runs inside the caller's transaction. */
export interface InviteTable {
  /** @returns false where it has run out, or opened as many inboxes as it may. */
  use(invite: Invite, now: number): boolean;
}

export function inviteTable(db: DatabaseSync): InviteTable {
  const use = db.prepare(
    `INSERT INTO invites (id, used, exp) VALUES (:id, 1, :exp)
       ON CONFLICT (id) DO UPDATE SET used = used + 1 WHERE used < :uses`,
  );
  const forgetOld = db.prepare('DELETE FROM invites WHERE exp <= ?');
  return {
    use({ id, uses, exp }, now) {
      forgetOld.run(now);
      return exp > now && uses > 0 && use.run({ id, uses, exp }).changes === 1;
    },
  };
}
