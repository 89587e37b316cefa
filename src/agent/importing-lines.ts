import { utf8 } from '../protocol/bytes.ts';
import { isLetterboxError, type LetterboxError } from '../protocol/errors.ts';
import type { Address, Origin } from '../protocol/ids.ts';
import { openRecord, type VerifiedRecord } from '../protocol/record.ts';
import type { ImportConflict, ImportedApp, ImportedSettings, ImportKind } from './data-api.ts';
import { judgeContact, judgeMessage, judgeSent } from './importing-mail.ts';
import type { Portable, PortableApp, PortableGrants, PortableRecord, PortableSettings } from './portable.ts';
import { keepPin } from './pins.ts';
import type { InboxRow } from './rows.ts';
import { DEFAULT_SETTINGS, placesOf, settingsIn } from './settings.ts';
import type { Reading, Writing } from './store.ts';

export type ImportTables =
  | 'inboxes'
  | 'grants'
  | 'contacts'
  | 'pins'
  | 'entries'
  | 'outbox'
  | 'counters'
  | 'settings';

/** What becomes of one line. `put` makes it so. */
export interface Verdict {
  readonly added?: ImportKind;
  readonly here?: ImportKind;
  readonly app?: ImportedApp;
  readonly settings?: ImportedSettings;
  readonly conflict?: ImportConflict;
  readonly unreadable?: LetterboxError;
  readonly put?: (tx: Writing<ImportTables>) => Promise<void>;
}

export interface Judging {
  /** Apps of the file, while none of it is written. */
  readonly known: ReadonlyMap<Address, Origin>;
  /** Milliseconds. */
  readonly now: number;
}

export async function judge(tx: Reading<ImportTables>, judging: Judging, line: Portable): Promise<Verdict> {
  switch (line.kind) {
    case 'export':
      return {};
    case 'settings':
      return judgeSettings(tx, line);
    case 'app':
      return judgeApp(tx, line);
    case 'grants':
      return judgeGrants(tx, line);
    case 'record':
      return judgeRecord(tx, judging, line);
    case 'contact':
    case 'message':
    case 'sent': {
      const row = await tx.get('inboxes', line.inbox);
      if ((row?.app ?? judging.known.get(line.inbox)) !== line.app)
        return { conflict: { kind: 'app', address: line.inbox } };
      if (line.kind === 'contact') return judgeContact(tx, judging, line);
      return line.kind === 'message' ? judgeMessage(tx, judging, line) : judgeSent(tx, line);
    }
  }
}

/** Settings that were made here stay; the development switch is nobody's to bring. */
async function judgeSettings(
  tx: Reading<'settings'>,
  { kind: _, ...settings }: PortableSettings,
): Promise<Verdict> {
  const row = await tx.get('settings', 'settings');
  const taken = row === undefined;
  const shown = { registries: settings.registries, defaultServer: settings.defaultServer, taken };
  if (!taken) return { here: 'settings', settings: shown };
  const all = { ...DEFAULT_SETTINGS, ...settings };
  return {
    added: 'settings',
    settings: shown,
    put: (writing) => writing.put('settings', { key: 'settings', settings: all }),
  };
}

/**
 * An app comes as one that was disconnected: its messages are there, and nothing is fetched, published or sent for it
 * before the person has connected it. docs/protocol.md#10
 */
async function judgeApp(tx: Reading<'inboxes'>, line: PortableApp): Promise<Verdict> {
  const row = await tx.get('inboxes', line.address);
  if (row === undefined)
    return { app: shownApp(line, 'new'), put: (writing) => writing.put('inboxes', closedInbox(line)) };
  const isTaken = row.app !== line.app;
  return { app: { ...shownApp(line, isTaken ? 'taken' : 'here'), ...(isTaken ? { key: 'none' } : {}) } };
}

function shownApp(line: PortableApp, state: ImportedApp['state']): ImportedApp {
  const { address: inbox, app, appName, username, bucket, hub, servers, key } = line;
  return {
    inbox,
    app,
    bucket,
    hub,
    servers: servers.map(({ url }) => url),
    state,
    key: key === undefined ? 'none' : 'asks',
    ...(appName === undefined ? {} : { appName }),
    ...(username === undefined ? {} : { name: username }),
  };
}

function closedInbox({ kind: _1, key: _2, servers: _3, ...line }: PortableApp): InboxRow {
  return { ...line, state: 'closed', servers: [], policySeq: 0 };
}

/** They lie there until the app is connected, and what the person then lets it do takes their place. */
async function judgeGrants(
  tx: Reading<'grants' | 'inboxes'>,
  { app, grants }: PortableGrants,
): Promise<Verdict> {
  const inboxes = await tx.list('inboxes', { index: 'app', only: app });
  const isHere =
    inboxes.some(({ state }) => state !== 'closed') || (await tx.get('grants', app)) !== undefined;
  if (isHere) return { here: 'grants' };
  return { added: 'grants', put: (writing) => writing.put('grants', { app, grants, consent: false }) };
}

/** Only a record that would be taken from its bucket today, too. One that has run out protects nobody any more. */
async function judgeRecord(
  tx: Reading<'pins' | 'settings'>,
  { now }: Judging,
  { token }: PortableRecord,
): Promise<Verdict> {
  const places = placesOf(settingsIn(await tx.get('settings', 'settings')));
  let record: VerifiedRecord;
  try {
    const file = utf8(JSON.stringify({ version: 1, token }));
    record = openRecord(file, { ...places, now: Math.floor(now / 1000) });
  } catch (error) {
    if (!isLetterboxError(error)) throw error;
    return error.code === 'record-expired' ? { here: 'records' } : { unreadable: error };
  }
  const { address, seq } = record;
  const known = await tx.get('pins', address);
  if (known?.seq === seq && known.token !== token) return { conflict: { kind: 'record', address } };
  if (known !== undefined && known.seq >= seq) return { here: 'records' };
  return { added: 'records', put: (writing) => keepPin(writing, address, { seq, token }) };
}
