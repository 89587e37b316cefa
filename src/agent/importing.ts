import { errorToWire, isLetterboxError, type LetterboxError } from '../protocol/errors.ts';
import type { PlaceOptions } from '../protocol/ids.ts';
import type { Context } from './context.ts';
import type { ImportBatch, ImportedApp, ImportReport } from './data-api.ts';
import { askForKeys } from './importing-keys.ts';
import { judge, type ImportTables, type Verdict } from './importing-lines.ts';
import type { Portable, PortableApp } from './portable.ts';
import { parsePortable } from './portable-parse.ts';
import { placesOf, readSettings } from './settings.ts';
import type { Writing } from './store.ts';

const TABLES = [
  'inboxes',
  'grants',
  'contacts',
  'pins',
  'entries',
  'outbox',
  'counters',
  'settings',
] as const satisfies readonly ImportTables[];

/** Why a line cannot be taken. */
type Unreadable = { readonly unreadable: LetterboxError };

/**
 * Looks at some lines of a file, or takes them in: all of the batch in one transaction, then the questions about keys.
 * Nothing in a file counts for more than it could have from a page, a server or a sender, and what is here goes first, so
 * that a batch that was cut off can be given again. docs/export.md#import
 */
export async function importLines(ctx: Context, batch: ImportBatch): Promise<ImportReport> {
  const places = placesOf(await readSettings(ctx.store));
  const lines = batch.lines.map((line) => parseLine(line, places));
  const verdicts = await (batch.write
    ? ctx.store.write(TABLES, (tx) => takeAll(tx, ctx, batch, lines))
    : ctx.store.read(TABLES, (tx) => takeAll(tx as Writing<ImportTables>, ctx, batch, lines)));
  const report = reportOf(lines, verdicts);
  if (!batch.write) return report;
  const apps = await askForKeys(ctx, report.apps, lines.filter(isApp));
  ctx.notifier.changed();
  ctx.kick();
  return { ...report, apps };
}

function parseLine(line: string, places: PlaceOptions): Portable | Unreadable {
  try {
    return parsePortable(line, places);
  } catch (error) {
    if (!isLetterboxError(error)) throw error;
    return { unreadable: error };
  }
}

/** Each line is judged after those before it were written, so that it meets them. */
async function takeAll(
  tx: Writing<ImportTables>,
  ctx: Context,
  { write, apps }: ImportBatch,
  lines: readonly (Portable | Unreadable)[],
): Promise<Verdict[]> {
  const known = new Map(apps.map(({ inbox, app }) => [inbox, app]));
  const verdicts: Verdict[] = [];
  for (const line of lines) {
    if ('unreadable' in line) continue;
    if (isApp(line) && !write) known.set(line.address, line.app);
    const verdict = await judge(tx, { known, now: ctx.clock.now() }, line);
    if (write) await verdict.put?.(tx);
    verdicts.push(verdict);
  }
  return verdicts;
}

function reportOf(lines: readonly (Portable | Unreadable)[], verdicts: readonly Verdict[]): ImportReport {
  const failures = [...lines, ...verdicts].flatMap((one) => ('unreadable' in one ? [one.unreadable] : []));
  const [why] = failures;
  const settings = verdicts.find((verdict) => verdict.settings !== undefined)?.settings;
  return {
    added: countBy(verdicts, 'added'),
    here: countBy(verdicts, 'here'),
    apps: verdicts.flatMap(({ app }): ImportedApp[] => (app === undefined ? [] : [app])),
    conflicts: verdicts.flatMap(({ conflict }) => conflict ?? []),
    unreadable: failures.length,
    ...(settings === undefined ? {} : { settings }),
    ...(why === undefined ? {} : { why: errorToWire(why) }),
  };
}

function countBy(verdicts: readonly Verdict[], member: 'added' | 'here'): ImportReport['added'] {
  const counts: { [kind: string]: number } = {};
  for (const { [member]: kind } of verdicts) if (kind !== undefined) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function isApp(line: Portable | Unreadable): line is PortableApp {
  return 'kind' in line && line.kind === 'app';
}
