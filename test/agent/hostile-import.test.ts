import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LetterboxError, errorToWire } from '../../src/protocol/errors.ts';
import { addressOf, parsePrivateKey, publicKeyOf, type Address } from '../../src/protocol/ids.ts';
import { createRecordFile } from '../../src/protocol/record.ts';
import type { OwnerApi } from '../../src/agent/owner-api.ts';
import { parsePortable } from '../../src/agent/portable-parse.ts';
import { createDevice, type Device } from './device.ts';
import { exported, given, summed } from './export.ts';
import { APP, LOOPBACK, OTHER_APP, START, startWorld, type World } from './world.ts';

/** Lines as a stranger could write them, who got somebody to import their file. */

const person = (byte: string) => {
  const key = parsePrivateKey(byte.repeat(32));
  const publicKey = publicKeyOf(key);
  const address = addressOf(publicKey);
  return { key, publicKey, address, bucket: `https://hub.example/${address}/` };
};
const [me, friend, other] = [person('11'), person('22'), person('33')];
const ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const DIGEST = 'A'.repeat(43);
const NOW = START / 1000;

const APP_LINE = {
  kind: 'app',
  address: me.address,
  app: APP,
  publicKey: me.publicKey,
  bucket: me.bucket,
  hub: 'https://hub.example',
  connectedAt: NOW,
  servers: [{ type: 'letterbox', url: 'https://post.example' }],
};
const CONTACT = {
  kind: 'contact',
  inbox: me.address,
  address: friend.address,
  app: APP,
  relation: 'allowed',
  decidedAt: NOW,
  bucket: friend.bucket,
  name: 'friend.id.blockstack',
};
const MESSAGE = {
  kind: 'message',
  inbox: me.address,
  from: friend.address,
  id: ID,
  app: APP,
  file: { bucket: friend.bucket, sha256: DIGEST, size: 10 },
  sentAt: NOW - 10,
  receivedAt: NOW - 5,
  expires: NOW + 1000,
  read: false,
  conflicting: false,
  content: { state: 'readable', type: 'text/plain', body: 'Hello.' },
};
const SENT = {
  kind: 'sent',
  id: ID,
  inbox: me.address,
  app: APP,
  by: 'owner',
  to: { address: friend.address },
  content: { type: 'text/plain', body: 'Hello.' },
  createdAt: NOW,
  state: 'queued',
};
const GRANTS = {
  kind: 'grants',
  app: APP,
  grants: { read: { since: NOW, until: NOW + 1000 }, send: { since: NOW } },
};
const SETTINGS = {
  kind: 'settings',
  registries: { bns: ['https://names.example'], bnsv2: [] },
  defaultServer: '',
  receipts: false,
  autoLock: 5,
};
const GOOD = [SETTINGS, APP_LINE, GRANTS, CONTACT, MESSAGE, SENT];

let world: World;
let device: Device;
let owner: OwnerApi;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  device = await createDevice(world);
  owner = device.start({ fetch: () => Promise.reject(new TypeError('no network')) }).owner;
});

const text = (lines: readonly object[]) => lines.map((line) => JSON.stringify(line));
const take = async (...lines: object[]) => summed(await given(owner, text(lines), true));
const look = async (...lines: object[]) => summed(await given(owner, text(lines), false));
const list = <T extends 'inboxes' | 'contacts' | 'entries' | 'outbox' | 'grants' | 'pins' | 'settings'>(
  table: T,
) => device.store.read([table], (tx) => tx.list(table));

const KIND_OF = {
  inboxes: 'app',
  contacts: 'contact',
  entries: 'message',
  outbox: 'sent',
  grants: 'grants',
} as const;

/** Null for a line that is refused as it should be. */
function parsedOr(line: string): unknown {
  try {
    return parsePortable(line, LOOPBACK);
  } catch (error) {
    if (error instanceof LetterboxError) return null;
    throw error;
  }
}

/** The good lines with one that is changed. */
function changed(kind: string, change: object): object[] {
  return GOOD.map((line) => (line.kind === kind ? { ...line, ...change } : line));
}

test('the good lines are all taken', async () => {
  const report = await take(...GOOD);
  expect(report).toMatchObject({
    added: { grants: 1, contacts: 1, messages: 1, sent: 1 },
    here: { settings: 1 },
    conflicts: [],
    unreadable: 0,
  });
});

describe('a line that does not hold is not taken, and the others are', () => {
  const long = 'x'.repeat(600);
  test.each<[string, string, object]>([
    ['an app whose key is another’s', 'app', { publicKey: other.publicKey }],
    ['an app whose bucket is another’s', 'app', { bucket: other.bucket }],
    ['an app with a bucket without https', 'app', { bucket: `http://hub.example/${me.address}/` }],
    ['an app with a hub in a private network', 'app', { hub: 'https://10.0.0.1' }],
    ['an app of no origin', 'app', { app: 'https://someawesome.app/' }],
    ['an app with an icon that is a page', 'app', { icon: 'data:text/html,x' }],
    ['an app with too many servers', 'app', { servers: Array.from({ length: 17 }, () => ({ type: 'x' })) }],
    ['a key that is none', 'app', { key: { appPrivateKey: '00'.repeat(32) } }],
    ['grants that are not said', 'grants', { grants: { read: 1 } }],
    ['a contact of no relation', 'contact', { relation: 'friend' }],
    ['a contact with another’s bucket', 'contact', { bucket: other.bucket }],
    ['a contact with a name that is none', 'contact', { name: 'Alice' }],
    ['a contact with a time that is no integer', 'contact', { decidedAt: 1.5 }],
    ['a message from no address', 'message', { from: 'nobody' }],
    ['a message in another’s bucket', 'message', { file: { bucket: other.bucket, sha256: DIGEST, size: 1 } }],
    ['a message that is too large', 'message', { file: { ...MESSAGE.file, size: 262_145 } }],
    ['a message that was read and never signed', 'message', { file: undefined }],
    ['a message in no state', 'message', { content: { state: 'fetching', attempts: 0, stale: 0, at: 0 } }],
    ['a message without a body', 'message', { content: { state: 'readable', type: 'text/plain' } }],
    ['a message with an id that is none', 'message', { id: 'A' }],
    ['a message with half a pointer', 'message', { pointer: 'abc' }],
    ['a sent one in no state', 'sent', { state: 'flying' }],
    ['a sent one by the agent itself', 'sent', { by: 'agent' }],
    ['a sent one that was accepted and never stored', 'sent', { state: 'accepted' }],
    ['a sent one to nobody', 'sent', { to: {} }],
    ['settings of no shape', 'settings', { autoLock: 7 }],
    ['a line of another kind', 'sent', { kind: 'script', src: long }],
  ])('%s', async (_what, kind, change) => {
    const lines = changed(kind, change);
    const looked = await look(...lines);
    const report = await take(...lines);
    expect(report).toEqual(looked);
    expect(report.unreadable).toBe(1);
    expect(report.why?.code).toMatch(/malformed|key-mismatch|place-forbidden/);
    const rows = { app: 0, contact: 0, message: 0, sent: 0, grants: 0, settings: 0 };
    for (const table of ['inboxes', 'contacts', 'entries', 'outbox', 'grants'] as const)
      rows[KIND_OF[table]] = (await list(table)).length;
    const isOrphaned = kind === 'app'; // what belongs to it is not taken either
    const others = isOrphaned ? { grants: 1 } : { app: 1, contact: 1, message: 1, sent: 1, grants: 1 };
    expect(rows).toEqual({ app: 0, contact: 0, message: 0, sent: 0, settings: 0, ...others, [kind]: 0 });
  });

  test.each([
    '',
    'null',
    '[]',
    '{',
    '{"kind":1}',
    '{"kind":"app","kind":"app"}',
    '{"kind":"toString"}',
    '['.repeat(99),
  ])('and neither is %s', async (line) => {
    const report = summed(await given(owner, [line, ...text(GOOD)], true));
    expect(report).toMatchObject({ unreadable: 1, added: { messages: 1 } });
  });
});

test('no line, however it is made, is anything but taken or refused in words', async () => {
  const member = fc.constantFrom(
    ...new Set(GOOD.flatMap((line) => Object.keys(line))),
    'key',
    'stored',
    'icon',
    'username',
    'reason',
  );
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>(me.address, friend.address, APP, ID, me.bucket, -1, 2 ** 53, '__proto__'),
  );
  const line = fc
    .tuple(fc.constantFrom<object>(...GOOD), fc.dictionary(member, value, { maxKeys: 3 }))
    .map(([good, change]) => JSON.stringify({ ...good, ...change }));
  fc.assert(
    fc.property(line, (written) => {
      const parsed = parsedOr(written);
      expect(parsedOr(JSON.stringify(parsed))).toEqual(parsed);
    }),
    { numRuns: 2000 },
  );
});

describe('nothing counts for more than it says', () => {
  test('an app comes disconnected and may do nothing', async () => {
    await take(...GOOD);
    expect(await list('inboxes')).toMatchObject([{ state: 'closed', servers: [] }]);
    expect((await owner.overview()).apps).toEqual([]);
  });

  test('a name that was proven there is a claim here', async () => {
    await take(...GOOD);
    const [contact] = await list('contacts');
    expect(contact).toMatchObject({ claimedName: CONTACT.name, bucket: friend.bucket });
    expect(contact?.name).toBeUndefined();
  });

  test('the development switch does not travel', async () => {
    await device.store.write(['settings'], (tx) => tx.clear('settings'));
    await take({ ...SETTINGS, development: true });
    expect(await list('settings')).toMatchObject([{ settings: { development: false, receipts: false } }]);
    expect((await exported(owner)).join('')).not.toContain('development');
  });

  test('settings of a file from when there was one registry keep it', async () => {
    await device.store.write(['settings'], (tx) => tx.clear('settings'));
    const { registries: _, ...old } = SETTINGS;
    await take({ ...old, registry: 'https://old.example' });
    expect(await list('settings')).toMatchObject([
      { settings: { registries: { bns: ['https://old.example'] }, receipts: false } },
    ]);
  });

  test('settings that were made here stay, and it is said what the file has', async () => {
    const [before] = await list('settings');
    const [report] = await given(owner, text([SETTINGS]), true);
    expect(report?.settings).toEqual({
      registries: { bns: ['https://names.example'], bnsv2: [] },
      defaultServer: '',
      taken: false,
    });
    expect(await list('settings')).toEqual([before]);
  });

  test('what was on its way there is not sent from here', async () => {
    await take(...GOOD);
    expect(await list('outbox')).toMatchObject([{ state: 'failed', reason: { code: 'imported' } }]);
  });

  test('a reason without what its words need is not shown as it came', async () => {
    const reason = { code: 'key-mismatch', context: { what: 'x' } };
    await take(APP_LINE, { ...MESSAGE, content: { state: 'unreadable', reason, final: true } });
    const known = { code: 'file-size', context: { expected: 1, actual: 2 } };
    const content = { state: 'unreadable', reason: known, final: true };
    await take({ ...MESSAGE, id: 'B'.repeat(21) + 'A', content });
    const reasons = (await list('entries')).map(
      (entry) => entry.content.state === 'unreadable' && entry.content.reason,
    );
    expect(reasons).toEqual([
      errorToWire(
        new LetterboxError('malformed', { what: 'message', problem: 'known only where it was exported' }),
      ),
      known,
    ]);
  });
});

describe('what is here goes first', () => {
  const relationOf = async (address: Address) =>
    (await list('contacts')).find((contact) => contact.address === address)?.relation;

  test('someone blocked here stays blocked, and that is said', async () => {
    await take(APP_LINE, { ...CONTACT, relation: 'blocked' });
    const report = await take(CONTACT, MESSAGE);
    expect(report.conflicts).toEqual([{ kind: 'relation', address: friend.address }]);
    expect(await relationOf(friend.address)).toBe('blocked');
    expect((await owner.messages({ limit: 5 })).entries).toEqual([]);
  });

  test('someone blocked there is blocked here, and their messages are out of sight', async () => {
    await take(APP_LINE, CONTACT, MESSAGE);
    expect((await owner.messages({ limit: 5 })).entries).toHaveLength(1);
    const report = await take({ ...CONTACT, relation: 'blocked' });
    expect(report.conflicts).toHaveLength(1);
    expect(await relationOf(friend.address)).toBe('blocked');
    expect((await owner.messages({ limit: 5 })).entries).toEqual([]);
  });

  test('someone about whom nothing was decided here is what they were there', async () => {
    await take(APP_LINE, { ...MESSAGE, content: { state: 'sealed' } });
    expect(await owner.requests()).toHaveLength(1);
    await take(CONTACT);
    expect(await relationOf(friend.address)).toBe('allowed');
    expect(await owner.requests()).toEqual([]);
  });

  test('a name that is known here at another address is not even a claim', async () => {
    await take(APP_LINE, CONTACT);
    await device.store.write(['contacts', 'counters'], async (tx) => {
      const contact = await tx.get('contacts', [me.address, friend.address]);
      if (contact !== undefined) await tx.put('contacts', { ...contact, provenName: CONTACT.name as never });
    });
    const report = await take({ ...CONTACT, address: other.address, bucket: other.bucket });
    expect(report.conflicts).toEqual([{ kind: 'name', address: other.address, name: CONTACT.name }]);
    const contact = (await list('contacts')).find(({ address }) => address === other.address);
    expect(contact?.claimedName).toBeUndefined();
  });

  test('an address that belongs to another app here is not taken, and nothing of it', async () => {
    await take(APP_LINE);
    const theirs = GOOD.slice(1).map((line) => ({ ...line, app: OTHER_APP }));
    const report = await take(...theirs);
    expect(report.apps).toMatchObject([{ state: 'taken', key: 'none' }]);
    expect(report.conflicts).toHaveLength(3);
    expect([await list('contacts'), await list('entries'), await list('outbox')]).toEqual([[], [], []]);
    expect(await list('inboxes')).toMatchObject([{ app: APP }]);
  });

  test('what belongs to no app of the file is not taken', async () => {
    expect(await look(CONTACT, MESSAGE, SENT)).toMatchObject({ added: {}, conflicts: [{}, {}, {}] });
    expect(await take(CONTACT, MESSAGE, SENT)).toMatchObject({ added: {}, conflicts: [{}, {}, {}] });
  });

  test('a message or a sent one of a known id stays as it is', async () => {
    await take(...GOOD);
    const before = [await list('entries'), await list('outbox')];
    const content = { type: 'text/plain', body: 'Send money.' };
    const report = await take(
      { ...MESSAGE, content: { state: 'readable', ...content } },
      { ...SENT, content },
    );
    expect(report).toMatchObject({ added: {}, here: { messages: 1, sent: 1 } });
    expect([await list('entries'), await list('outbox')]).toEqual(before);
  });

  test('powers that were given here stay as they are', async () => {
    await take(GRANTS);
    await take({ ...GRANTS, grants: { read: { since: NOW, until: NOW + 9_999_999 } } });
    expect(await list('grants')).toEqual([{ app: APP, grants: GRANTS.grants, consent: false }]);
  });

  test('sending without asking is brought by no file, of today or of before', async () => {
    const unasked = { ...GRANTS.grants, sendWithoutAsking: { since: NOW, until: NOW + 1000 } };
    const line = { ...GRANTS, grants: unasked };
    expect((await look(line)).added).toEqual({ grants: 1 });
    await take(line);
    expect(await list('grants')).toEqual([{ app: APP, grants: GRANTS.grants, consent: false }]);
    await device.store.write(['grants'], (tx) => tx.clear('grants'));
    const before = { read: true, send: false, sendWithoutAsking: true, expires: NOW + 1000 };
    await take({ ...GRANTS, grants: before });
    const read = { since: 0, until: NOW + 1000 };
    expect(await list('grants')).toEqual([{ app: APP, grants: { read }, consent: false }]);
  });
});

describe('a record that was seen', () => {
  const recordLine = (seq: number, app = APP as string) => {
    const claims = {
      address: friend.address,
      bucket: friend.bucket,
      app,
      servers: [],
      accept: { maxBytes: 1000, unknown: 'request' },
      seq,
      iat: NOW - 10,
      exp: NOW + 1000,
    };
    const file = createRecordFile(claims as never, friend.key);
    return { kind: 'record', token: (JSON.parse(Buffer.from(file).toString()) as { token: string }).token };
  };

  test('is kept where it is newer, and another of the same age is a conflict', async () => {
    expect(await take(recordLine(START))).toMatchObject({ added: { records: 1 } });
    expect(await take(recordLine(START - 1))).toMatchObject({ here: { records: 1 }, added: {} });
    const conflict = [{ kind: 'record', address: friend.address }];
    expect(await take(recordLine(START, OTHER_APP))).toMatchObject({ conflicts: conflict, added: {} });
    expect(await take(recordLine(START + 1))).toMatchObject({ added: { records: 1 } });
    expect(await list('pins')).toMatchObject([{ seq: START + 1 }]);
  });

  test('is not taken from far ahead, where it would shut out all that follow', async () => {
    expect(await take(recordLine(START * 2))).toMatchObject({ added: {}, unreadable: 1 });
  });

  test('is not taken without its signature', async () => {
    const { token } = recordLine(START);
    const report = await take({ kind: 'record', token: `${token.slice(0, -20)}${'A'.repeat(20)}` });
    expect(report).toMatchObject({ added: {}, unreadable: 1 });
  });
});
