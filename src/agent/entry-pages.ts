import { LetterboxError } from '../protocol/errors.ts';
import { fromBase64url, fromUtf8, toBase64url, utf8 } from '../protocol/bytes.ts';
import { asArray, parseJson } from '../protocol/json.ts';
import type { EntryRow } from './rows.ts';
import type { Query, Reading } from './store.ts';

type Order = 'order' | 'appOrder' | 'inboxOrder' | 'unreadOrder' | 'threadOrder';

export interface EntryPageQuery {
  readonly order: Order;
  /** What the order begins with: an app, an inbox, a thread of it. */
  readonly prefix: readonly string[];
  readonly limit: number;
  readonly cursor?: string;
  readonly accept?: (entry: EntryRow) => boolean;
}

export interface EntryPage {
  readonly entries: readonly EntryRow[];
  /** Present where there is more. */
  readonly cursor?: string;
}

const PORTION = 100;

/** One page of shown entries, newest first. A cursor stays good whatever comes or goes before it. */
export async function entryPage(tx: Reading<'entries'>, query: EntryPageQuery): Promise<EntryPage> {
  const { order, prefix, limit, accept = () => true } = query;
  const found: EntryRow[] = [];
  let after = query.cursor === undefined ? undefined : [...prefix, ...decode(query.cursor)];
  for (;;) {
    const range: Query<'entries'> = {
      index: order,
      limit: Math.max(PORTION, limit + 1),
      ...(prefix.length === 0 ? {} : { prefix }),
      ...(after === undefined ? {} : { after }),
    };
    const rows = await tx.list('entries', range);
    found.push(...rows.filter((row) => accept(row)));
    const last = rows.at(-1)?.[order];
    if (found.length > limit) return { entries: found.slice(0, limit), ...cursorAfter(found[limit - 1]) };
    if (last === undefined || rows.length < PORTION) return { entries: found };
    after = [...last];
  }
}

function cursorAfter(entry: EntryRow | undefined): { cursor?: string } {
  return entry?.order === undefined ? {} : { cursor: toBase64url(utf8(JSON.stringify(entry.order))) };
}

/** A page may hand in any cursor; a made-up one only begins elsewhere. @throws LetterboxError `malformed` */
function decode(cursor: string): (string | number)[] {
  const parts = asArray(
    parseJson(fromUtf8(fromBase64url(cursor, 'cursor'), 'cursor'), 'cursor'),
    'cursor',
    4,
  );
  const [time, ...names] = parts;
  const isOrder =
    typeof time === 'number' && names.length === 3 && names.every((name) => typeof name === 'string');
  if (!isOrder) throw new LetterboxError('malformed', { what: 'cursor', problem: 'not one of ours' });
  return [time, ...names];
}
