import type { Step } from './step.ts';

/** The eighth step: what is known of an inbox stands with what lies in it. */
export const PLACES: Step = [
  `
  -- All that a delivery asks of an inbox and changes of it, side by side, so that it reads one page and changes one. A
  -- place is the inbox's slot and, in its lower 32 bits,
  --   0                the inbox: its record, its counters, and when the first of what it lists expires (NULL: never)
  --   below 2^31       a sequence: what is listed there
  --   from 2^31        sender and ID of a delivery (keys.ts), remembered until it expires, listed or not
  CREATE TABLE places (
    place INTEGER PRIMARY KEY,
    delivery INTEGER, -- its number
    sequence INTEGER, -- of an inbox, the last
    expires INTEGER,
    read INTEGER,
    stranger INTEGER,
    total INTEGER,
    unread INTEGER,
    strangers INTEGER, -- of the total, those taken from strangers who were not allowed since
    address TEXT,
    exp INTEGER, -- of the record
    record TEXT -- and all else that is known of an inbox: enrolled.ts
  ) STRICT;
  `,
  {
    bySlots: `
  INSERT OR IGNORE INTO places
    SELECT (inbox << 32) | iif(typeof(key) = 'text', key_at(key), key), delivery, sequence, expires, read, stranger, total,
        unread, strangers, address, exp, iif(key = 0, json_array(generation, stored_limit, policy_seq, policy_digest, app,
        bucket, unknown, seq, digest, confirmed, frozen), NULL)
      FROM entries LEFT JOIN inboxes ON key = 0 AND id = inbox WHERE inbox BETWEEN ?1 AND ?2`,
  },
  `
  -- The keys whose place was taken.
  CREATE TABLE crowded (
    place INTEGER NOT NULL,
    sender TEXT NOT NULL,
    id TEXT NOT NULL,
    delivery INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (place, sender, id)
  ) STRICT, WITHOUT ROWID;
  `,
  {
    bySlots: `
  INSERT INTO crowded
    SELECT place, substr(key, 1, instr(key, ' ') - 1), substr(key, instr(key, ' ') + 1), entries.delivery, entries.sequence
      FROM entries JOIN places ON place = (inbox << 32) | key_at(key)
      WHERE inbox BETWEEN ?1 AND ?2 AND typeof(key) = 'text' AND entries.delivery <> places.delivery`,
  },
  `
  DROP TABLE entries;
  ALTER TABLE places RENAME TO entries;
  DROP TABLE inboxes;
  CREATE INDEX ended ON entries (exp) WHERE exp IS NOT NULL;
  `,
];
