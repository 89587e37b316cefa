import type { DatabaseSync } from 'node:sqlite';
import type { Digest } from '../../../protocol/bytes.ts';
import type { Address } from '../../../protocol/ids.ts';
import type { PolicyBody } from '../../../protocol/server-api.ts';
import { supersedes } from '../rules.ts';
import type { Standing } from '../store.ts';
import type { Bits } from './bits.ts';
import type { Enrolled } from './enrolled.ts';
import type { InboxTable } from './inboxes.ts';
import { keysOf, OF_STRANGER } from './keys.ts';

/** Whom an inbox's owner allows and blocks. Synchronous: writes run inside the caller's transaction. */
export interface Policies {
  standing(inbox: Pick<Enrolled, 'id' | 'policy'>, sender: Address): Standing;
  /** @throws LetterboxError `seq`, `not-enrolled` */
  set(address: Address, policy: PolicyBody, bytes: Digest): void;
}

export function policies(db: DatabaseSync, inboxes: InboxTable, bits: Bits): Policies {
  const find = db.prepare('SELECT standing FROM standings WHERE inbox = ? AND sender = ?');
  const allowed = db.prepare(`SELECT sender FROM standings WHERE inbox = ? AND standing = 'allowed'`);
  const clear = db.prepare('DELETE FROM standings WHERE inbox = ?');
  const add = db.prepare('INSERT OR REPLACE INTO standings (inbox, sender, standing) VALUES (?, ?, ?)');
  const promote = db.prepare(
    `UPDATE entries SET stranger = 0 WHERE place IN (SELECT listed.place FROM ${OF_STRANGER})`,
  );

  const allowedOf = (inbox: number): Set<Address> =>
    new Set(allowed.all(inbox).map((row) => row['sender'] as Address));

  /**
   * Who is allowed takes along what is stored, which leaves the strangers' space to others. Nothing goes back: what
   * somebody sent while they were allowed takes no stranger's space, or it would shut strangers out.
   */
  function welcome(inbox: number, senders: Address[]): void {
    let moved = 0;
    for (const sender of senders)
      moved += Number(promote.run(inbox, ...keysOf(sender, bits), sender).changes);
    inboxes.count(inbox, { strangers: -moved });
  }

  return {
    standing({ id, policy }, sender) {
      const row = policy === undefined ? undefined : find.get(id, sender);
      return (row?.['standing'] ?? 'unknown') as Standing;
    },

    set(address, policy, bytes) {
      const known = inboxes.get(address);
      const { id } = known;
      if (!supersedes(policy, bytes, known.policy)) return;
      const before = allowedOf(id);
      clear.run(id);
      for (const sender of policy.allowed) add.run(id, sender, 'allowed');
      for (const sender of policy.blocked) add.run(id, sender, 'blocked');
      welcome(id, minus(allowedOf(id), before));
      inboxes.put({ ...known, policy: { seq: policy.seq, digest: bytes } });
    },
  };
}

function minus(some: Set<Address>, others: Set<Address>): Address[] {
  return [...some].filter((address) => !others.has(address));
}
