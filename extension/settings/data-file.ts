import type { DataApi, ImportCounts, ImportReport } from '../../src/agent/data-api.ts';
import { LetterboxError } from '../../src/protocol/errors.ts';
import { LINE_MAX_BYTES, openLines, type ReadableFile, sealLines } from '../platform/export-format.ts';
import { random } from '../platform/random.ts';
import type { World } from '../ui/world.ts';

/** Between the agent's lines and a file that the person keeps. docs/export.md */

type Parts = Pick<World, 'drafts'> & { readonly owner: Pick<DataApi, 'exportLines' | 'importLines'> };

const BATCH_LINES = 200;
/** UTF-16 units: a browser passes no message on that is much larger than this many longest lines. */
const BATCH_LENGTH = 2 * 1024 ** 2;
const DRAFT = '{"kind":"draft",';
const APP = '{"kind":"app",';
const DRAFT_KEY_MAX = 256;
const DRAFT_TEXT_MAX = 262_144;
const MAX_DRAFTS = 100;
/** Of apps and of conflicts: nobody has more, and nobody reads more. */
export const LISTED_MAX = 1000;

export interface Exported {
  readonly file: Blob;
  readonly lines: number;
  /** Longer than a file takes; none is, unless a page wrote one that could never be sent. */
  readonly leftOut: number;
}

/**
 * Everything, sealed. Each part is handed to the browser as it is done, which keeps large ones on the disk.
 * @param tell is told now and then how many lines there are so far
 */
export async function exportFile(
  { owner, drafts }: Parts,
  { passphrase, keys }: { passphrase: string; keys: boolean },
  tell: (lines: number) => void,
): Promise<Exported> {
  const counted = { lines: 0, leftOut: 0 };
  async function* fitting(): AsyncGenerator<string> {
    for await (const line of allLines({ owner, drafts }, keys)) {
      const fits = line.length * 3 < LINE_MAX_BYTES || new Blob([line]).size < LINE_MAX_BYTES - 1;
      counted[fits ? 'lines' : 'leftOut'] += 1;
      if (fits) yield line;
    }
  }
  const parts: Blob[] = [];
  for await (const part of sealLines(passphrase, fitting(), random)) {
    parts.push(new Blob([Uint8Array.from(part)]));
    tell(counted.lines);
  }
  return { file: new Blob(parts, { type: 'application/octet-stream' }), ...counted };
}

async function* allLines({ owner, drafts }: Parts, keys: boolean): AsyncGenerator<string> {
  let cursor: string | undefined;
  do {
    const page = await (cursor === undefined ? owner.exportLines(keys) : owner.exportLines(keys, cursor));
    yield* page.lines;
    ({ cursor } = page);
  } while (cursor !== undefined);
  for (const { key, text } of await drafts.all()) yield JSON.stringify({ kind: 'draft', key, text });
}

/** What a whole file comes to. */
export interface ImportSummary extends Omit<ImportReport, 'added' | 'here'> {
  readonly added: ImportCounts & { readonly drafts?: number };
  readonly here: ImportCounts & { readonly drafts?: number };
  /** Lines of the apps whose key could not be asked about, for `askOnceMore`. */
  readonly unasked: readonly string[];
}

const NOTHING: ImportSummary = { added: {}, here: {}, apps: [], conflicts: [], unreadable: 0, unasked: [] };

/**
 * Reads a file from its beginning to its end: looks at it, or takes it in.
 * @param tell is told now and then which part of the file is done, from 0 to 1
 * @throws LetterboxError `file-refused`
 */
export async function importFile(
  parts: Parts,
  file: ReadableFile,
  { passphrase, write }: { passphrase: string; write: boolean },
  tell: (part: number) => void,
): Promise<ImportSummary> {
  let done = 0;
  const source = {
    size: file.size,
    read: (start: number, end: number) => {
      done = start;
      return file.read(start, end);
    },
  };
  let summary = NOTHING;
  let [lines, length]: [string[], number] = [[], 0];
  let isFirst = true;
  const flush = async () => {
    if (lines.length > 0) summary = sum(summary, await give(parts, summary, lines, write));
    [lines, length] = [[], 0];
    tell(done / file.size);
  };
  for await (const line of openLines(passphrase, source)) {
    if (isFirst) requireStart(line);
    isFirst = false;
    if (lines.length === BATCH_LINES || length + line.length > BATCH_LENGTH) await flush();
    lines.push(line);
    length += line.length;
  }
  if (isFirst) throw new LetterboxError('file-refused', { problem: 'content' });
  await flush();
  return summary;
}

function requireStart(line: string): void {
  const version = /^\{"kind":"export","version":(\d+)[,}]/.exec(line)?.[1];
  if (version === undefined) throw new LetterboxError('file-refused', { problem: 'content' });
  if (version !== '1') throw new LetterboxError('file-refused', { problem: 'version' });
}

async function give(
  { owner, drafts }: Parts,
  { apps }: ImportSummary,
  lines: readonly string[],
  write: boolean,
): Promise<ImportSummary> {
  const known = apps.filter(({ state }) => state !== 'taken').map(({ inbox, app }) => ({ inbox, app }));
  const rows = lines.filter((line) => !line.startsWith(DRAFT));
  const report = await owner.importLines({ write, lines: rows, apps: write ? [] : known });
  return sum(
    { ...report, unasked: write ? unaskedIn(report, rows) : [] },
    await takeDrafts(
      drafts,
      lines.filter((line) => line.startsWith(DRAFT)),
      write,
    ),
  );
}

/**
 * Asks about the keys once more that could not be asked about before, as many as go in one batch; nothing else of the
 * file is given again.
 */
export async function askOnceMore({ owner }: Parts, summary: ImportSummary): Promise<ImportSummary> {
  const [lines, later] = [summary.unasked.slice(0, BATCH_LINES), summary.unasked.slice(BATCH_LINES)];
  const report = await owner.importLines({ write: true, lines, apps: [] });
  const apps = summary.apps.map((app) => {
    const asked = report.apps.find(({ inbox }) => inbox === app.inbox);
    return asked === undefined ? app : { ...asked, state: app.state }; // that it is here by now is this import's doing
  });
  return { ...summary, apps, unasked: [...unaskedIn(report, lines), ...later] };
}

function unaskedIn({ apps }: ImportReport, lines: readonly string[]): string[] {
  const inboxes = apps.flatMap(({ inbox, problem }) => (problem === undefined ? [] : [inbox]));
  return lines.filter((line) => line.startsWith(APP) && inboxes.some((inbox) => line.includes(inbox)));
}

async function takeDrafts(
  drafts: World['drafts'],
  lines: readonly string[],
  write: boolean,
): Promise<ImportSummary> {
  const known = new Set((await drafts.all()).map(({ key }) => key));
  let [added, here, unreadable] = [0, 0, 0];
  for (const line of lines) {
    const draft = parseDraft(line);
    if (draft === undefined || known.size >= MAX_DRAFTS) unreadable += 1;
    else if (known.has(draft.key)) here += 1;
    else {
      added += 1;
      known.add(draft.key);
      if (write) await drafts.write(draft.key, draft.text);
    }
  }
  return { ...NOTHING, added: { drafts: added }, here: { drafts: here }, unreadable };
}

function parseDraft(line: string): { key: string; text: string } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined; // counted with what cannot be read
  }
  const { key, text } = value as Record<string, unknown>;
  if (typeof key !== 'string' || typeof text !== 'string' || text === '') return undefined;
  return key.length > DRAFT_KEY_MAX || text.length > DRAFT_TEXT_MAX ? undefined : { key, text };
}

function sum(a: ImportSummary, b: ImportSummary): ImportSummary {
  const settings = a.settings ?? b.settings;
  const why = a.why ?? b.why;
  return {
    added: sumCounts(a.added, b.added),
    here: sumCounts(a.here, b.here),
    apps: [...a.apps, ...b.apps].slice(0, LISTED_MAX),
    conflicts: [...a.conflicts, ...b.conflicts].slice(0, LISTED_MAX),
    unreadable: a.unreadable + b.unreadable,
    unasked: [...a.unasked, ...b.unasked],
    ...(settings === undefined ? {} : { settings }),
    ...(why === undefined ? {} : { why }),
  };
}

function sumCounts(a: ImportSummary['added'], b: ImportSummary['added']): ImportSummary['added'] {
  const counts: { [kind: string]: number } = { ...a };
  for (const [kind, value] of Object.entries(b)) counts[kind] = (counts[kind] ?? 0) + value;
  return counts;
}

/** Hands a file to the browser, which keeps it where downloads go. */
export function saveFile(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // it is read as it is saved
}
