import type { DatabaseSync } from 'node:sqlite';

/** Each step once, in order; `user_version` counts the steps that a file has taken. Steps are only ever added. */
const MIGRATIONS = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- Small and often written: apart from the records, which are neither.
  CREATE TABLE inboxes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: cursors carry it as their generation
    address TEXT NOT NULL UNIQUE,
    last_sequence INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    unread INTEGER NOT NULL DEFAULT 0,
    strangers INTEGER NOT NULL DEFAULT 0, -- of the total, those taken from strangers who were not allowed since
    policy_seq INTEGER,
    policy_digest TEXT
  ) STRICT;

  CREATE TABLE records (
    inbox INTEGER PRIMARY KEY REFERENCES inboxes ON DELETE CASCADE,
    app TEXT NOT NULL,
    bucket TEXT NOT NULL,
    unknown TEXT NOT NULL,
    seq INTEGER NOT NULL,
    exp INTEGER NOT NULL,
    token TEXT NOT NULL,
    confirmed INTEGER,
    frozen INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE standings (
    inbox INTEGER NOT NULL REFERENCES inboxes ON DELETE CASCADE,
    sender TEXT NOT NULL,
    standing TEXT NOT NULL,
    PRIMARY KEY (inbox, sender)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE deliveries (
    inbox INTEGER NOT NULL REFERENCES inboxes ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    sender TEXT NOT NULL,
    id TEXT NOT NULL,
    bucket TEXT NOT NULL,
    name TEXT,
    pointer TEXT, -- NULL once removed: the rest is remembered until it expires
    digest TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    read INTEGER NOT NULL DEFAULT 0,
    stranger INTEGER NOT NULL,
    UNIQUE (inbox, sender, id)
  ) STRICT;
  CREATE INDEX listed ON deliveries (inbox, sequence, read) WHERE pointer IS NOT NULL;

  CREATE TABLE departures (
    address TEXT NOT NULL,
    jti TEXT NOT NULL,
    issued INTEGER NOT NULL,
    forget INTEGER NOT NULL,
    PRIMARY KEY (address, jti)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Nothing that is counted expires before this; NULL: nothing is counted.
  ALTER TABLE inboxes ADD COLUMN next_expiry INTEGER;
  UPDATE inboxes SET next_expiry =
    (SELECT min(expires) FROM deliveries WHERE inbox = inboxes.id AND pointer IS NOT NULL);

  -- All that is asked of what is listed and counted, without its rows.
  DROP INDEX listed;
  CREATE INDEX listed ON deliveries (inbox, sequence, read, stranger, expires) WHERE pointer IS NOT NULL;
  CREATE INDEX due ON deliveries (expires);
  `,
  `
  ALTER TABLE inboxes ADD COLUMN stored_limit INTEGER; -- NULL: as all others
  CREATE TABLE invites (id TEXT PRIMARY KEY, used INTEGER NOT NULL, exp INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
];

/** Brings a database file to the newest form. @throws Error for a file that a newer version wrote */
export function migrate(db: DatabaseSync): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > MIGRATIONS.length)
    throw new Error(`the database is of version ${version}, newer than this server`);
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index >= version) db.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}
