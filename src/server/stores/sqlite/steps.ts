import { PLACES } from './places-step.ts';
import type { Step } from './step.ts';

/** From an empty file to the newest form of the database, each once and in order. They are only ever added to. */
export const STEPS: readonly Step[] = [
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
    pointer ANY, -- packed; NULL once removed: the rest is remembered until it expires
    digest TEXT, -- of the pointer; NULL until it is removed
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
  `
  -- All that a delivery changes of its inbox, side by side, so that it changes one page. By its key a row is
  --   0          the inbox's counters: the last sequence, what is listed, and when the first of it expires (NULL: never)
  --   a sequence what is listed there
  --   a text     sender and ID, remembered until the delivery expires, listed or not
  CREATE TABLE entries (
    inbox INTEGER NOT NULL,
    key ANY NOT NULL,
    sequence INTEGER,
    delivery INTEGER, -- its number
    expires INTEGER,
    read INTEGER,
    stranger INTEGER,
    total INTEGER,
    unread INTEGER,
    strangers INTEGER, -- of the total, those taken from strangers who were not allowed since
    PRIMARY KEY (inbox, key)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO entries (inbox, key, sequence, expires, total, unread, strangers)
    SELECT id, 0, last_sequence, next_expiry, total, unread, strangers FROM inboxes;
  INSERT INTO entries (inbox, key, delivery, expires, read, stranger)
    SELECT inbox, sequence, rowid, expires, read, stranger FROM deliveries WHERE pointer IS NOT NULL ORDER BY inbox, sequence;
  INSERT INTO entries (inbox, key, sequence, delivery)
    SELECT inbox, sender || ' ' || id, sequence, rowid FROM deliveries ORDER BY inbox, sender, id;

  -- As they came.
  CREATE TABLE arrived (
    number INTEGER PRIMARY KEY,
    inbox INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    sender TEXT NOT NULL,
    id TEXT NOT NULL,
    bucket TEXT NOT NULL,
    name TEXT,
    pointer ANY, -- packed; NULL once removed: the rest is remembered until it expires
    digest TEXT, -- of the pointer; NULL until it is removed
    received_at INTEGER NOT NULL,
    expires INTEGER NOT NULL
  ) STRICT;
  INSERT INTO arrived
    SELECT rowid, inbox, sequence, sender, id, bucket, name, pack_pointer(pointer), iif(pointer IS NULL, digest, NULL),
        received_at, expires
      FROM deliveries ORDER BY rowid;
  DROP TABLE deliveries;
  ALTER TABLE arrived RENAME TO deliveries;
  CREATE INDEX due ON deliveries (expires);

  ALTER TABLE inboxes DROP COLUMN last_sequence;
  ALTER TABLE inboxes DROP COLUMN total;
  ALTER TABLE inboxes DROP COLUMN unread;
  ALTER TABLE inboxes DROP COLUMN strangers;
  ALTER TABLE inboxes DROP COLUMN next_expiry;
  `,
  `
  -- All that a delivery asks of an inbox, by its address. Of the signed record its digest will do.
  CREATE TABLE enrolled (
    address TEXT PRIMARY KEY,
    id INTEGER NOT NULL, -- never given twice: cursors carry it as their generation
    app TEXT NOT NULL,
    bucket TEXT NOT NULL,
    unknown TEXT NOT NULL,
    seq INTEGER NOT NULL,
    exp INTEGER NOT NULL,
    digest TEXT NOT NULL,
    confirmed INTEGER,
    frozen INTEGER NOT NULL,
    stored_limit INTEGER, -- NULL: as all others
    policy_seq INTEGER,
    policy_digest TEXT
  ) STRICT, WITHOUT ROWID;
  INSERT INTO enrolled
    SELECT address, id, app, bucket, unknown, seq, exp, digest_of(token), confirmed, frozen, stored_limit, policy_seq, policy_digest
      FROM inboxes JOIN records ON records.inbox = inboxes.id ORDER BY address;
  INSERT INTO meta SELECT 'last inbox', coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'inboxes';

  CREATE TABLE policies (
    inbox INTEGER NOT NULL,
    sender TEXT NOT NULL,
    standing TEXT NOT NULL,
    PRIMARY KEY (inbox, sender)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO policies SELECT * FROM standings;

  DROP TABLE standings;
  DROP TABLE records;
  DROP TABLE inboxes;
  ALTER TABLE enrolled RENAME TO inboxes;
  ALTER TABLE policies RENAME TO standings;
  `,
  `
  -- For those that nobody renews.
  CREATE INDEX ended ON inboxes (exp);

  -- Whom an invite let in: it lets them in again.
  CREATE TABLE claims (invite TEXT NOT NULL, address TEXT NOT NULL, PRIMARY KEY (invite, address)) STRICT, WITHOUT ROWID;
  `,
  `
  -- An inbox's number is made of its address (slots.ts), and its generation stands apart.
  INSERT OR IGNORE INTO meta VALUES ('salt', hex(randomblob(16)));
  CREATE TABLE moved (address TEXT PRIMARY KEY, slot INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE placed (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL,
    generation INTEGER NOT NULL, -- never given twice: cursors carry it
    app TEXT NOT NULL,
    bucket TEXT NOT NULL,
    unknown TEXT NOT NULL,
    seq INTEGER NOT NULL,
    exp INTEGER NOT NULL,
    digest TEXT NOT NULL,
    confirmed INTEGER,
    frozen INTEGER NOT NULL,
    stored_limit INTEGER, -- NULL: as all others
    policy_seq INTEGER,
    policy_digest TEXT
  ) STRICT;
  CREATE TABLE places (generation INTEGER PRIMARY KEY, slot INTEGER NOT NULL UNIQUE, address TEXT NOT NULL) STRICT;
  INSERT OR IGNORE INTO places SELECT id, slot_of(value, address), address FROM inboxes, meta WHERE meta.key = 'salt';
  INSERT OR IGNORE INTO places SELECT id, slot_of(value, address || column1), address
    FROM (VALUES (1), (2), (3), (4), (5)), inboxes, meta
    WHERE meta.key = 'salt' AND id NOT IN (SELECT generation FROM places);
  INSERT INTO places SELECT id, NULL, address FROM inboxes WHERE id NOT IN (SELECT generation FROM places); -- fails: another salt, next time
  INSERT INTO moved SELECT address, slot FROM places, meta WHERE meta.key = 'salt' AND slot <> slot_of(value, address);
  INSERT INTO placed
    SELECT slot, address, generation, app, bucket, unknown, seq, exp, digest, confirmed, frozen, stored_limit, policy_seq,
        policy_digest
      FROM places JOIN inboxes USING (address) ORDER BY slot;
  DROP TABLE inboxes;
  ALTER TABLE placed RENAME TO inboxes;
  CREATE INDEX ended ON inboxes (exp);

  CREATE TABLE listed (
    inbox INTEGER NOT NULL,
    key ANY NOT NULL,
    sequence INTEGER,
    delivery INTEGER, -- its number
    expires INTEGER,
    read INTEGER,
    stranger INTEGER,
    total INTEGER,
    unread INTEGER,
    strangers INTEGER, -- of the total, those taken from strangers who were not allowed since
    PRIMARY KEY (inbox, key)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO listed
    SELECT slot, key, sequence, delivery, expires, read, stranger, total, unread, strangers
      FROM entries JOIN places ON generation = inbox ORDER BY slot, key;
  DROP TABLE entries;
  ALTER TABLE listed RENAME TO entries;

  CREATE TABLE policies (
    inbox INTEGER NOT NULL,
    sender TEXT NOT NULL,
    standing TEXT NOT NULL,
    PRIMARY KEY (inbox, sender)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO policies SELECT slot, sender, standing FROM standings JOIN places ON generation = inbox ORDER BY slot, sender;
  DROP TABLE standings;
  ALTER TABLE policies RENAME TO standings;

  UPDATE deliveries SET inbox = (SELECT slot FROM places WHERE generation = inbox);
  DROP TABLE places;
  `,
  PLACES,
];
