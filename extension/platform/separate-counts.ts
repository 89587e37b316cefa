import type { IDBPTransaction } from 'idb';
import type { CountRow } from '../../src/agent/count-row.ts';
import type { InboxRow, LinkRow } from '../../src/agent/rows.ts';
import type { VaultRow } from '../../src/agent/vault-rows.ts';

/** Up to version 4 of the database, what a locked agent asks a server with stood in the link's own row. */
type LinkBefore = LinkRow & {
  readonly countToken?: { readonly at: number } & Pick<CountRow, 'token' | 'bucket'>;
  readonly waiting?: Pick<CountRow, 'unread' | 'retry'>;
};

/** Gives it a row of its own; where there is a vault, inboxes and links are sealed when it is opened next. */
export async function separateCounts(tx: IDBPTransaction<unknown, string[], 'versionchange'>): Promise<void> {
  const [inboxes, links, counts] = ['inboxes', 'links', 'counts'].map((name) => tx.objectStore(name)) as [
    Table,
    Table,
    Table,
  ];
  for (const { countToken, waiting, ...link } of (await links.getAll()) as LinkBefore[]) {
    const inbox = (await inboxes.get(link.inbox)) as InboxRow | undefined;
    if (countToken !== undefined && inbox?.state === 'open')
      await counts.put(countOf(link, inbox, countToken, waiting));
    await links.put(link);
  }
  const vaults = tx.objectStore('vault');
  const vault = (await vaults.get('vault')) as VaultRow | undefined;
  if (vault?.rows?.done === true)
    await vaults.put({ ...vault, rows: { to: vault.rows.to, table: 'inboxes' } } satisfies VaultRow);
}

type Table = ReturnType<IDBPTransaction<unknown, string[], 'versionchange'>['objectStore']>;

function countOf(
  { inbox, server, entry }: LinkRow,
  { app }: InboxRow,
  { token, bucket, at: madeAt }: NonNullable<LinkBefore['countToken']>,
  waiting: LinkBefore['waiting'],
): CountRow {
  const { unread, retry = { attempts: 0, nextTry: 0 } } = waiting ?? {};
  const counted = unread === undefined ? {} : { unread };
  return { inbox, server, entry, app, bucket, token, madeAt, ...counted, retry };
}
