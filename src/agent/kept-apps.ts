import type { Context } from './context.ts';
import type { KeptApp } from './data-api.ts';
import { linksOf } from './link-rows.ts';
import type { InboxRow, LinkRow } from './rows.ts';

/** Every app of which rows are here. */
export async function keptApps({ store, keys }: Context): Promise<readonly KeptApp[]> {
  const found = await store.read(['inboxes', 'links'], async (tx) => {
    const rows: { row: InboxRow; links: LinkRow[] }[] = [];
    for (const row of await tx.list('inboxes')) rows.push({ row, links: await linksOf(tx, row.address) });
    return rows;
  });
  return Promise.all(
    found.map(async ({ row, links }) => keptApp(row, links, (await keys.get(row.address)) !== undefined)),
  );
}

const STATES = {
  open: 'connected',
  paused: 'connected',
  closing: 'leaving',
  closed: 'disconnected',
} as const satisfies Record<InboxRow['state'], KeptApp['state']>;

function keptApp(row: InboxRow, links: readonly LinkRow[], hasKey: boolean): KeptApp {
  const { address, app, appName, icon, username, name, problem, publish } = row;
  const shown = name?.name ?? username;
  return {
    inbox: address,
    app,
    state: STATES[row.state],
    erasing: row.erase !== undefined,
    hasKey,
    untold: links.map(({ entry, problem: why }) => ({
      url: entry.url,
      ...(why === undefined ? {} : { problem: why }),
    })),
    ...(appName === undefined ? {} : { appName }),
    ...(icon === undefined ? {} : { icon }),
    ...(shown === undefined ? {} : { name: shown }),
    ...(problem === undefined || publish === undefined ? {} : { problem }),
  };
}
