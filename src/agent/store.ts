import type { Address, DeliveryId, MessageId, Origin } from '../protocol/ids.ts';
import type { ApprovalRow } from './approval-row.ts';
import type { CountRow } from './count-row.ts';
import type { DeclineRow } from './decline-row.ts';
import type {
  ContactRow,
  CounterRow,
  DeliveryRow,
  EntryRow,
  GrantRow,
  InboxRow,
  LinkRow,
  OutboxRow,
  PinRow,
  SettingsRow,
} from './rows.ts';
import type { SealedKeyRow, VaultRow } from './vault-rows.ts';

/** The tables of the agent's durable store: their rows. */
export interface Rows {
  inboxes: InboxRow;
  links: LinkRow;
  counts: CountRow;
  entries: EntryRow;
  deliveries: DeliveryRow;
  contacts: ContactRow;
  pins: PinRow;
  outbox: OutboxRow;
  grants: GrantRow;
  approvals: ApprovalRow;
  declines: DeclineRow;
  counters: CounterRow;
  settings: SettingsRow;
  vault: VaultRow;
  sealedKeys: SealedKeyRow;
}

/** Their primary keys. */
export interface PrimaryKeys {
  inboxes: Address;
  links: readonly [inbox: Address, server: string];
  counts: readonly [inbox: Address, server: string];
  entries: readonly [inbox: Address, from: Address, id: MessageId];
  deliveries: readonly [inbox: Address, server: string, from: Address, delivery: DeliveryId];
  contacts: readonly [inbox: Address, address: Address];
  pins: Address;
  outbox: MessageId;
  grants: Origin;
  approvals: string;
  declines: Origin;
  counters: string;
  settings: 'settings';
  vault: 'vault';
  sealedKeys: Address;
}

export type TableName = keyof Rows;

/**
 * Key paths of the tables and of their indexes, as IndexedDB takes them. A row without the members of an index is not
 * in it. Adapters build the tables from this; changing it means a new version there.
 */
export const SCHEMA = {
  inboxes: { key: 'address', indexes: { app: 'app' } },
  links: { key: ['inbox', 'server'], indexes: {} },
  counts: { key: ['inbox', 'server'], indexes: {} },
  entries: {
    key: ['inbox', 'from', 'id'],
    indexes: {
      order: 'order',
      appOrder: 'appOrder',
      inboxOrder: 'inboxOrder',
      unreadOrder: 'unreadOrder',
      threadOrder: 'threadOrder',
      nextTry: ['inbox', 'nextTry'],
      untold: ['inbox', 'untold'],
    },
  },
  deliveries: {
    key: ['inbox', 'server', 'from', 'delivery'],
    indexes: {
      entry: ['inbox', 'entryFrom', 'entry'],
      pending: ['inbox', 'server', 'pending'],
      expires: 'expires',
    },
  },
  contacts: {
    key: ['inbox', 'address'],
    indexes: {
      relation: ['inbox', 'relation', 'decidedAt'],
      requestOrder: 'requestOrder',
      nextNameTry: ['inbox', 'nextNameTry'],
      provenName: ['inbox', 'provenName'],
      nameShape: ['inbox', 'nameShape'],
    },
  },
  pins: { key: 'address', indexes: {} },
  outbox: {
    key: 'id',
    indexes: {
      nextTry: ['inbox', 'nextTry'],
      inbox: ['inbox', 'createdAt'],
      request: ['app', 'request'],
      openReceipt: 'openReceipt',
    },
  },
  grants: { key: 'app', indexes: {} },
  approvals: { key: 'id', indexes: { state: 'state', fingerprint: ['app', 'fingerprint'] } },
  declines: { key: 'app', indexes: {} },
  counters: { key: 'counter', indexes: {} },
  settings: { key: 'key', indexes: {} },
  vault: { key: 'key', indexes: {} },
  sealedKeys: { key: 'inbox', indexes: {} },
} as const satisfies {
  readonly [Name in TableName]: {
    readonly key: string | readonly string[];
    readonly indexes: { readonly [index: string]: string | readonly string[] };
  };
};

export type IndexName<Table extends TableName> = keyof (typeof SCHEMA)[Table]['indexes'] & string;

/** Strings and numbers, alone or in lists, ordered as IndexedDB orders them: numbers, strings, lists. */
export type Key = string | number | readonly (string | number)[];

/** Rows in the order of a key. All members narrow further; without any, the whole table. */
export interface Query<Table extends TableName> {
  /** Whose order counts; the primary key if absent. */
  readonly index?: IndexName<Table>;
  /** Only rows whose key is this value. */
  readonly only?: Key;
  /** Only rows whose key, a list, begins with these parts. */
  readonly prefix?: readonly (string | number)[];
  /** Only rows after this key. */
  readonly after?: Key;
  /** Only rows up to this key, itself included. */
  readonly upTo?: Key;
  readonly limit?: number;
}

/** What `after` and `upTo` of a query mean, of primary keys. */
export type KeyRange = Pick<Query<TableName>, 'after' | 'upTo'>;

/** A view of some tables at one moment. Inside a transaction nothing but its own calls may be awaited. */
export interface Reading<Table extends TableName> {
  get<T extends Table>(table: T, key: PrimaryKeys[T]): Promise<Rows[T] | undefined>;
  list<T extends Table>(table: T, query?: Query<T>): Promise<Rows[T][]>;
  /** How many rows the table has. It takes as long as there are many. */
  count(table: Table): Promise<number>;
}

export interface Writing<Table extends TableName> extends Reading<Table> {
  /** Writes a row, in place of the one with its key. */
  put<T extends Table>(table: T, row: Rows[T]): Promise<void>;
  delete(table: Table, key: PrimaryKeys[Table]): Promise<void>;
  /** Deletes all of its rows, or those with such primary keys. */
  clear<T extends Table>(table: T, keys?: KeyRange): Promise<void>;
}

/**
 * The durable store, as transactions that map onto IndexedDB's: all or nothing, one writer at a time over a table.
 * `write` resolves once the result would survive the end of the process; if `work` rejects, nothing was written.
 */
export interface Store {
  read<Table extends TableName, Result>(
    tables: readonly Table[],
    work: (tx: Reading<Table>) => Promise<Result>,
  ): Promise<Result>;
  write<Table extends TableName, Result>(
    tables: readonly Table[],
    work: (tx: Writing<Table>) => Promise<Result>,
  ): Promise<Result>;
}
