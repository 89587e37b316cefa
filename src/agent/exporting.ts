import { LetterboxError } from '../protocol/errors.ts';
import { asArray, asObject, asString, parseJson } from '../protocol/json.ts';
import type { Context } from './context.ts';
import type { ExportPage } from './data-api.ts';
import {
  PORTABLE_VERSION,
  portableApp,
  portableContact,
  portableMessage,
  portableRecord,
  portableSent,
  type Portable,
} from './portable.ts';
import { portableGrants } from './portable-grants.ts';
import type { Rows } from './store.ts';
import { readSettings } from './settings.ts';
import { seconds } from './time.ts';

/** Rows a page: of the longest messages no more than a browser passes on at once. */
const PAGE = 100;

/** The tables that are walked row by row, in the order in which an import wants them: people before their messages. */
const WALKED = ['grants', 'contacts', 'pins', 'entries', 'outbox'] as const;
type Walked = (typeof WALKED)[number];

const TO_PORTABLE: { readonly [Table in Walked]: (row: Rows[Table]) => Portable | undefined } = {
  grants: portableGrants,
  contacts: portableContact,
  pins: portableRecord,
  entries: portableMessage,
  outbox: portableSent,
};

/** Where a page begins: a table, behind the row with this key. */
interface Place {
  readonly table: Walked;
  /** How the vault was: with another, rows have another order, and some would be passed over. */
  readonly vault: string;
  readonly after?: string | readonly string[];
}

/**
 * One page of everything. It is no picture of one moment: what changes meanwhile is in it as it was, or as it is.
 * @throws LetterboxError `malformed` for a cursor that is not ours, or of before a passphrase was set or taken away
 */
export async function exportLines(
  ctx: Context,
  keys: boolean,
  cursor: string | undefined,
): Promise<ExportPage> {
  const vault = (await ctx.vault.state()).state;
  if (cursor === undefined) return pageOf(await begin(ctx, keys), { table: WALKED[0], vault });
  const place = parsePlace(cursor);
  if (place.vault !== vault) throw notOurs('the passphrase was set or taken away meanwhile; begin again');
  const rows = await ctx.store.read([place.table], (tx) =>
    tx.list(place.table, { limit: PAGE, ...(place.after === undefined ? {} : { after: place.after }) }),
  );
  const write = TO_PORTABLE[place.table] as (row: Rows[Walked]) => Portable | undefined;
  const last = rows.at(-1);
  const next = rows.length < PAGE || last === undefined ? following(place) : { ...place, after: keyOf(last) };
  return pageOf(rows.map(write), next);
}

async function begin(ctx: Context, keys: boolean): Promise<Portable[]> {
  const { development: _, ...settings } = await readSettings(ctx.store);
  const inboxes = await ctx.store.read(['inboxes'], (tx) => tx.list('inboxes'));
  const apps: Portable[] = [];
  for (const row of inboxes) {
    const isConnected = row.state === 'open' || row.state === 'paused';
    apps.push(portableApp(row, keys && isConnected ? await ctx.keys.get(row.address) : undefined));
  }
  const start = { kind: 'export', version: PORTABLE_VERSION, at: seconds(ctx.clock), keys } as const;
  return [start, { kind: 'settings', ...settings }, ...apps];
}

function pageOf(lines: readonly (Portable | undefined)[], next: Place | undefined): ExportPage {
  const written = lines.filter((line) => line !== undefined).map((line) => JSON.stringify(line));
  return { lines: written, ...(next === undefined ? {} : { cursor: JSON.stringify(next) }) };
}

function following({ table, vault }: Place): Place | undefined {
  const next = WALKED[WALKED.indexOf(table) + 1];
  return next === undefined ? undefined : { table: next, vault };
}

function keyOf(row: Rows[Walked]): string | readonly string[] {
  if ('content' in row) return 'from' in row ? [row.inbox, row.from, row.id] : row.id;
  if ('grants' in row) return row.app;
  return 'relation' in row ? [row.inbox, row.address] : row.address;
}

function parsePlace(cursor: string): Place {
  const place = asObject(parseJson(cursor, 'cursor'), 'cursor');
  const table = WALKED.find((name) => name === place['table']);
  if (table === undefined) throw notOurs('of no table');
  const vault = asString(place['vault'], 'cursor', 16);
  const after = place['after'];
  if (after === undefined) return { table, vault };
  if (!Array.isArray(after)) return { table, vault, after: asString(after, 'cursor', 512) };
  return { table, vault, after: asArray(after, 'cursor', 3).map((part) => asString(part, 'cursor', 64)) };
}

function notOurs(problem: string): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what: 'cursor', problem });
}
