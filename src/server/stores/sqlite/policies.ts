import type { DatabaseSync } from 'node:sqlite';
import type { Digest } from '../../../protocol/bytes.ts';
import type { Address } from '../../../protocol/ids.ts';
import type { PolicyBody } from '../../../protocol/server-api.ts';
import { supersedes } from '../rules.ts';
import type { Standing } from '../store.ts';
import type { Enrolled } from './enrolments.ts';
import type { InboxTable } from './inboxes.ts';
import { keysOf } from './keys.ts';

/** Whom an inbox's owner allows and blocks. Synchronous: writes run inside the caller's transaction. */
export interface Policies {
  standing(inbox: Pick<Enrolled, 'id' | 'hasPolicy'>, sender: Address): Standing;
  /** @throws LetterboxError `seq`, `not-enrolled` */
  set(address: Address, policy: PolicyBody, bytes: Digest): void;
}

export function policies(db: DatabaseSync, inboxes: InboxTable): Policies {
  const find = db.prepare('SELECT standing FROM standings WHERE inbox = ? AND sender = ?');
  const allowed = db.prepare(`SELECT sender FROM standings WHERE inbox = ? AND standing = 'allowed'`);
  const clear = db.prepare('DELETE FROM standings WHERE inbox = ?');
  const add = db.prepare('INSERT OR REPLACE INTO standings (inbox, sender, standing) VALUES (?, ?, ?)');
  const promote = db.prepare(
    `UPDATE entries SET stranger = 0 WHERE inbox = ?1 AND stranger = 1
       AND key IN (SELECT sequence FROM entries WHERE inbox = ?1 AND key BETWEEN ?2 AND ?3)`,
  );

  const allowedOf = (inbox: number): Set<Address> =>
    new Set(allowed.all(inbox).map((row) => row['sender'] as Address));

  /**
   * Who is allowed takes along what is stored, which leaves the strangers' space to others. Nothing goes back: what
   * somebody sent while they were allowed takes no stranger's space, or it would shut strangers out.
   */
  function welcome(inbox: number, senders: Address[]): void {
    let moved = 0;
    for (const sender of senders) moved += Number(promote.run(inbox, ...keysOf(sender)).changes);
    inboxes.count(inbox, { strangers: -moved });
  }

  return {
    standing({ id, hasPolicy }, sender) {
      const row = hasPolicy ? find.get(id, sender) : undefined;
      return (row?.['standing'] ?? 'unknown') as Standing;
    },

    set(address, policy, bytes) {
      const { id, policy_seq: seq, policy_digest: digest } = inboxes.get(address);
      const stored = seq === null || digest === null ? undefined : { seq, digest };
      if (!supersedes(policy, bytes, stored)) return;
      const before = allowedOf(id);
      clear.run(id);
      for (const sender of policy.allowed) add.run(id, sender, 'allowed');
      for (const sender of policy.blocked) add.run(id, sender, 'blocked');
      welcome(id, minus(allowedOf(id), before));
      inboxes.setPolicy(id, policy.seq, bytes);
    },
  };
}

function minus(some: Set<Address>, others: Set<Address>): Address[] {
  return [...some].filter((address) => !others.has(address));
}
