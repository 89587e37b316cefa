import type { IDBPTransaction } from 'idb';
import type { Grants } from '../../src/agent/owner-api.ts';
import { UNASKED_LASTS_AT_MOST } from '../../src/agent/owner-grants.ts';
import type { GrantRow, InboxRow } from '../../src/agent/rows.ts';

/** Up to version 3 of the database the powers of an app had one end, and nothing said since when. */
interface GrantsBefore {
  readonly read: boolean;
  readonly send: boolean;
  readonly sendWithoutAsking: boolean;
  readonly expires: number;
}

/**
 * Gives each power an end of its own, the one that it had: since the app was connected, and without asking no longer
 * than it may be given for now.
 */
export async function separateGrants(tx: IDBPTransaction<unknown, string[], 'versionchange'>): Promise<void> {
  const [grants, inboxes] = [tx.objectStore('grants'), tx.objectStore('inboxes')];
  const connected = (await inboxes.getAll()) as InboxRow[];
  for (const row of (await grants.getAll()) as (Omit<GrantRow, 'grants'> & { grants: GrantsBefore })[]) {
    const times = connected.filter(({ app }) => app === row.app).map(({ connectedAt }) => connectedAt);
    await grants.put({ ...row, grants: separated(row.grants, Math.max(0, ...times)) } satisfies GrantRow);
  }
}

function separated({ read, send, sendWithoutAsking, expires }: GrantsBefore, since: number): Grants {
  const given = { since, until: expires };
  const unasked = { since, until: Math.min(expires, since + UNASKED_LASTS_AT_MOST) };
  return {
    ...(read ? { read: given } : {}),
    ...(send || sendWithoutAsking ? { send: given } : {}),
    ...(sendWithoutAsking ? { sendWithoutAsking: unasked } : {}),
  };
}
