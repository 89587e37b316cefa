import { DatabaseSync } from 'node:sqlite';
import { toHex } from '../../protocol/bytes.ts';
import { LetterboxError } from '../../protocol/errors.ts';
import type { Address } from '../../protocol/ids.ts';
import type { Random } from '../../protocol/ports.ts';
import type { Cursor, DeliveryPage } from '../../protocol/server-api.ts';
import { formatCursor, parseCursorAt } from './cursor.ts';
import { BITS, type Bits } from './sqlite/bits.ts';
import { deliveries, type Deliveries } from './sqlite/deliveries.ts';
import type { Enrolled } from './sqlite/enrolled.ts';
import { enrolments } from './sqlite/enrolments.ts';
import { createGroupCommit, type GroupCommit } from './sqlite/group-commit.ts';
import { rememberHeads, type Contents } from './sqlite/heads.ts';
import { inboxTable } from './sqlite/inboxes.ts';
import { lockDatabase } from './sqlite/lock.ts';
import { policies } from './sqlite/policies.ts';
import { migrate } from './sqlite/schema.ts';
import { createSharedReads, type SharedReads } from './sqlite/shared-reads.ts';
import { slotsIn } from './sqlite/slots.ts';
import type { DeliveryAddress, ListQuery, Store, StoreLimits } from './store.ts';
import { createWatchers } from './watchers.ts';

export interface SqliteOptions {
  /** The database file; made where it is not there. */
  readonly path: string;
  readonly limits: StoreLimits;
  readonly random: Random;
  /** For tests: fewer than usual, so that many want the same place. They hold for the database's life. */
  readonly bits?: Bits;
}

/** Of the database, in memory: enough for the upper levels of its trees at a million inboxes. */
const CACHE_KIB = 32 * 1024;
/** Inboxes of which what most requests ask is at hand: a kilobyte or two each. */
const REMEMBERED = 16_384;
/** 64 MB of log, so that what is written often is copied into the database once in a while and not each time. */
const CHECKPOINT_PAGES = 16_000;
/** What a check of the store writes. */
const CHECK_BYTES = 64 * 1024;

/**
 * The store on one machine: SQLite with a write-ahead log that is synced at each commit, so that what a promise
 * confirmed survives kill -9 and power loss. Sequences have no gaps and counters are exact: both change in the
 * delivery's own transaction.
 * @throws Error where the file cannot be opened, is in use by another process or is of a newer version
 */
export function openSqliteStore({ path, limits, random, bits = BITS }: SqliteOptions): Store {
  const { db, close } = open(path, bits);
  const epoch = epochOf(db, random);
  const slots = slotsIn(db, bits);
  const inboxes = inboxTable(db, slots);
  const policy = policies(db, inboxes, bits);
  const enrolment = enrolments(db, inboxes, slots);
  const mail = deliveries(db, inboxes, { limits, bits });
  const { read, end } = createSharedReads(db, () => commit.isWaiting());
  const commit = createGroupCommit(db, { beforeWrite: end, afterFailure: () => heads.forget() });
  const watchers = createWatchers();
  const cursor = (generation: number, sequence: number): Cursor =>
    formatCursor({ epoch, generation, sequence });
  const heads = rememberHeads(REMEMBERED, {
    enrolled: inboxes.find,
    contents(enrolled) {
      const counters = inboxes.counters(enrolled.id);
      return { enrolled, counters, cursor: cursor(enrolled.generation, counters.last_sequence) };
    },
  });
  const change = <Result>(
    address: Address,
    write: (inbox: Enrolled | undefined) => Result,
  ): Promise<Result> => commit.run(() => write(heads.changing(address)));
  const changeRecord = (address: Address, write: () => void): Promise<void> =>
    commit.run(() => {
      heads.recordChanged(address);
      write();
    });

  return {
    epoch,

    inbox: read(
      (address) => heads.enrolled(address)?.inbox,
      (address) => heads.enrolledAtHand(address)?.inbox,
    ),
    enrol: (...input) => changeRecord(input[0].address, () => enrolment.enrol(...input)),
    confirm: (...input) => changeRecord(input[0].address, () => enrolment.confirm(...input)),
    leave: (...input) => changeRecord(input[0], () => enrolment.leave(...input)),

    recipient: read(
      (address: Address, sender: Address) => {
        const found = heads.enrolled(address);
        return found && { inbox: found.inbox, standing: policy.standing(found, sender) };
      },
      (address) => {
        const found = heads.enrolledAtHand(address);
        return found !== undefined && found.policy === undefined
          ? { inbox: found.inbox, standing: 'unknown' }
          : undefined;
      },
    ),
    setPolicy: (...input) => changeRecord(input[0], () => policy.set(...input)),

    remembered: read(({ to, from, id }: DeliveryAddress, now: number) => {
      const inbox = heads.enrolled(to);
      return inbox === undefined ? undefined : mail.remembered(inbox.id, { from, id }, now);
    }),
    async accept(delivery) {
      const { generation, sequence, ...accepted } = await change(delivery.to, (place) =>
        mail.accept(place, delivery),
      );
      const isNews = accepted.outcome === 'stored' && watchers.isWatched(delivery.to);
      if (isNews) watchers.tell(delivery.to, cursor(generation, sequence));
      return accepted;
    },
    list: read(
      (address: Address, query: ListQuery, now: number) =>
        listPage(heads.contents(address), { ...query, now }, mail, epoch),
      (address, query, now) => nothingNew(heads.contentsAtHand(address), query, now),
    ),
    counts: read((address: Address, now: number) => {
      const { unread, total } = mail.counts(heads.contents(address), now);
      return { unread, total };
    }),
    acknowledge: (address, items) => change(address, (inbox) => mail.acknowledge(enrolledId(inbox), items)),
    remove: (address, items) => change(address, (inbox) => mail.remove(enrolledId(inbox), items)),
    sweep: (now, limit) =>
      commit.run(() => {
        heads.allChanged();
        const ended = enrolment.sweep(now, limit);
        for (const address of ended) heads.recordChanged(address);
        return ended.length + mail.sweep(now, limit - ended.length);
      }),

    check: checked(db, commit, read),

    watch: watchers.watch,

    // oxlint-disable-next-line require-await -- the port is asynchronous, this adapter's end is not
    async close() {
      commit.flush();
      end();
      close();
    },
  };
}

function open(path: string, bits: Bits): { readonly db: DatabaseSync; readonly close: () => void } {
  const unlock = path === ':memory:' ? () => undefined : lockDatabase(path);
  const db = new DatabaseSync(path, { timeout: 1000 });
  const close = (): void => {
    db.close();
    unlock();
  };
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    migrate(db, { bits });
    return { db, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** @throws LetterboxError `not-enrolled` */
function enrolledId(inbox: Enrolled | undefined): number {
  if (inbox === undefined) throw new LetterboxError('not-enrolled', {});
  return inbox.id;
}

/** Made with the file and kept in it. */
function epochOf(db: DatabaseSync, random: Random): string {
  db.prepare(`INSERT OR IGNORE INTO meta (key, value) VALUES ('epoch', ?)`).run(toHex(random.bytes(8)));
  return String(db.prepare(`SELECT value FROM meta WHERE key = 'epoch'`).get()?.['value']);
}

/** Each check writes anew, and more than a delivery would, so that there is room for one where there is room for it. */
function checked(db: DatabaseSync, commit: GroupCommit, read: SharedReads['read']): () => Promise<void> {
  const put = db.prepare(
    `INSERT INTO meta (key, value) VALUES ('checked', '1')
       ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING value`,
  );
  const fill = db.prepare(
    `INSERT OR REPLACE INTO meta (key, value) VALUES ('ballast', hex(randomblob(${CHECK_BYTES / 2})))`,
  );
  const find = db.prepare(`SELECT value FROM meta WHERE key = 'checked'`);
  const stored = read(() => Number(find.get()?.['value']));
  return async () => {
    const written = await commit.run(() => {
      fill.run();
      return Number(put.get()?.['value']);
    });
    if (!((await stored()) >= written))
      throw new LetterboxError('unavailable', {}, { cause: 'a write is lost' });
  };
}

/** The answer to most polls, by what lies in the inbox alone. @returns undefined where there is another */
function nothingNew(
  contents: Contents | undefined,
  { after }: ListQuery,
  now: number,
): DeliveryPage | undefined {
  if (contents === undefined || after !== contents.cursor) return undefined;
  const { unread, total, next_expiry: expiry } = contents.counters;
  if (expiry !== null && expiry <= now) return undefined;
  return { items: [], cursor: after, more: false, unread, total };
}

function listPage(
  contents: Contents,
  query: ListQuery & { readonly now: number },
  mail: Deliveries,
  epoch: string,
): DeliveryPage {
  const nothing = nothingNew(contents, query, query.now);
  if (nothing !== undefined) return nothing;
  const { after, limit, unreadOnly, now } = query;
  const { enrolled, counters } = contents;
  const { unread, total } = mail.counts(contents, now);
  const last = { epoch, generation: enrolled.generation, sequence: counters.last_sequence };
  const start = after === undefined ? 0 : parseCursorAt(after, last);
  const found = mail.page(enrolled.id, { after: start, limit: limit + 1, unreadOnly, now });
  const page = found.slice(0, limit);
  return {
    items: page.map(({ delivery }) => delivery),
    cursor: formatCursor({ ...last, sequence: page.at(-1)?.sequence ?? start }),
    more: found.length > page.length,
    unread,
    total,
  };
}
