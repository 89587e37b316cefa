import { describe, expect, test } from 'vitest';
import { sentenceFor, wordsFor } from '../../../extension/ui/words.ts';
import { parseConnect } from '../../../src/agent/page-input.ts';
import { parseHubUrl } from '../../../src/gaia/hub-info.ts';
import { openProfile } from '../../../src/gaia/profile.ts';
import { errorToWire, type ErrorCode, type WireError } from '../../../src/protocol/errors.ts';
import { parseOrigin, type Address } from '../../../src/protocol/ids.ts';
import { parseContent } from '../../../src/protocol/message.ts';
import { parseDeliveryPage, parseServerInfo } from '../../../src/protocol/server-api.ts';

/** One of each, with the context that its code promises. */
const ERRORS: Record<ErrorCode, WireError['context']> = {
  malformed: { what: 'server', problem: 'not a URL' },
  'too-large': { what: 'message', limit: 262_144 },
  'signature-invalid': { what: 'record' },
  'key-mismatch': {
    what: 'session',
    expected: '1Gx9hTmWuUvnLRtBrVUCLxqXQUrYzfvF3a',
    actual: '1Kc4Lm7Pv2Xd9Rt5Wq8Zs3Bn6Jh1Yfp2Qe',
  },
  'record-place': { expected: 'https://a.example/', actual: 'https://b.example/' },
  'record-expired': { now: 3, iat: 1, exp: 2 },
  'record-future': { now: 3, seq: 9_000_000 },
  'record-rollback': { pinned: 2, seq: 1 },
  'record-conflict': { seq: 1 },
  'envelope-unreadable': { what: 'message' },
  'pointer-recipient': { claim: 'to' },
  'pointer-sender': { claim: 'iss' },
  'file-size': { expected: 2, actual: 1 },
  'file-digest': {},
  'message-disagrees': { member: 'id' },
  gone: { url: 'https://hub.example/f' },
  'name-not-found': { name: 'alice.id.blockstack' },
  'name-unproven': { name: 'alice.id.blockstack', problem: 'profile' },
  'name-mismatch': { name: 'alice.id.blockstack' },
  'name-moved': { name: 'alice.id.blockstack', address: '1Gx9hTmWuUvnLRtBrVUCLxqXQUrYzfvF3a' },
  'app-not-found': { name: 'alice.id.blockstack', app: 'https://quill.example' },
  'record-not-found': { bucket: 'https://hub.example/1/' },
  'place-forbidden': { url: 'https://10.0.0.1/', problem: 'private' },
  unreachable: { url: 'https://post.example', problem: 'timeout' },
  'hub-refused': { status: 500, problem: 'x' },
  'hub-unauthorized': { status: 401 },
  'write-conflict': { path: 'x' },
  'not-found': { url: 'https://hub.example/f' },
  'token-invalid': { problem: 'x' },
  'clock-wrong': { now: 1_764_003_600, theirs: 1_764_000_000 },
  'token-time': { now: 1_764_000_000 },
  'token-audience': {},
  'token-act': {},
  'token-address': {},
  'token-body': {},
  'recipient-refused': {},
  'sender-unverified': {},
  'not-enrolled': {},
  'not-admitted': {},
  conflict: {},
  seq: {},
  'token-replayed': {},
  'cursor-expired': {},
  'inbox-full': {},
  quota: { after: 120 },
  rate: { after: 30 },
  'lookup-busy': {},
  unavailable: { after: 3600 },
  'not-connected': { app: 'https://quill.example' },
  'not-allowed': { method: 'send' },
  rejected: { method: 'connect' },
  busy: { method: 'connect' },
  quiet: { method: 'connect', after: 1200 },
  disconnected: {},
  locked: {},
  'passphrase-wrong': { after: 8 },
  'passphrase-wait': { after: 8 },
  'file-refused': { problem: 'changed' },
  imported: {},
  'session-missing': { app: 'https://quill.example' },
  'session-refused': { problem: 'x' },
  'address-taken': { address: '1Gx9hTmWuUvnLRtBrVUCLxqXQUrYzfvF3a', app: 'https://quill.example' },
  'recipient-unknown': { to: '1Gx9hTmWuUvnLRtBrVUCLxqXQUrYzfvF3a' },
  'recipient-has-no-server': { to: 'alice.id.blockstack' },
  'server-incompatible': { url: 'https://post.example' },
  internal: { problem: 'x' },
};

/** What no person is told, whatever the code. */
const FOR_DEVELOPERS = new Set(['what', 'problem', 'claim', 'member', 'method', 'path', 'reason']);
const EMPTY = new TextEncoder().encode('{}');
const ADDRESS = '1Gx9hTmWuUvnLRtBrVUCLxqXQUrYzfvF3a' as Address;

/** As it comes over the wire what a parser refuses. */
function wireOf(parse: () => unknown): WireError {
  try {
    parse();
  } catch (error) {
    return errorToWire(error);
  }
  throw new Error('it was understood');
}

const ALL = Object.entries(ERRORS) as [ErrorCode, WireError['context']][];

describe('the words for an error', () => {
  test.each(ALL)('%s: whole sentences, no holes, no shouting', (code, context) => {
    for (const about of [{}, { who: 'alice' }]) {
      const { what, todo } = wordsFor({ code, context }, about);
      for (const sentence of [what, ...(todo === '' ? [] : [todo])]) {
        expect(sentence).toMatch(/^\p{Lu}|^alice|^\d|^post|^quill|^1Gx/u);
        expect(sentence).toMatch(/[.)]$/);
        expect(sentence).not.toMatch(/undefined|NaN|null|\[object|!|invalid|token|  /i);
      }
    }
  });

  test.each(ALL)('%s: nothing of what is for developers', (code, context) => {
    const plain = sentenceFor({ code, context });
    expect(plain).not.toMatch(/\([^)]*\p{L}/u);
    const marked = Object.entries(context).map(([member, value]) =>
      FOR_DEVELOPERS.has(member) ? [member, 'record.accept'] : [member, value],
    );
    expect(sentenceFor({ code, context: Object.fromEntries(marked) })).not.toContain('record.accept');
  });

  test.each([
    ['a page’s call', () => parseConnect({ name: 1 }), /^An app gave .* Its developer has to fix that\.$/],
    [
      'a message',
      () => parseContent({ type: 'text/plain' }),
      /^An app gave .* Its developer has to fix that\.$/,
    ],
    [
      'a server’s page',
      () => parseDeliveryPage(EMPTY, {}),
      /^The server gave .* Its operator has to fix that\.$/,
    ],
    ['a server’s word of itself', () => parseServerInfo(EMPTY), /^The server gave /],
    ['a hub’s address', () => parseHubUrl(1), /^A storage or name registry gave /],
    ['a profile', () => openProfile(EMPTY, ADDRESS), /^A storage or name registry gave /],
    [
      'something typed',
      () => parseOrigin('post', 'origin'),
      /^This can’t be understood\. Check what you entered/,
    ],
  ])('say who gave what can’t be understood: %s', (_, parse, words) => {
    const { code, context } = wireOf(parse);
    expect(code).toBe('malformed');
    const sentence = sentenceFor({ code, context });
    expect(sentence).toMatch(words);
    expect(sentence).not.toContain(String(context['problem']));
    expect(sentence).not.toMatch(/\w[._]\w/);
  });

  test('name whom it is about where that is known', () => {
    expect(sentenceFor({ code: 'inbox-full', context: {} }, { who: 'alice' })).toBe('alice’s inbox is full.');
    expect(sentenceFor({ code: 'recipient-refused', context: {} })).toMatch(/^Their server refused it/);
  });

  test('tell a record that has run out from one that is dated ahead of time', () => {
    const words = (iat: number) =>
      sentenceFor({ code: 'record-expired', context: { now: 100, iat, exp: 50 } });
    expect(words(1)).toBe(
      'Their mailbox entry has run out. Ask them to open Letterbox once. It renews by itself.',
    );
    expect(words(3700)).toBe('Their mailbox entry is dated ahead of time. Check the clock of this computer.');
  });

  test('say what lets http through', () => {
    expect(sentenceFor({ code: 'malformed', context: { what: 'server', problem: 'not https' } })).toBe(
      'Only https addresses are taken. While Development is on in Settings, http is let through for this computer.',
    );
  });

  test('say when it is tried again', () => {
    expect(sentenceFor({ code: 'rate', context: { after: 240 } })).toBe(
      'The server asks for a pause. Letterbox tries again in 4 minutes.',
    );
    expect(sentenceFor({ code: 'rate', context: { after: 5 } })).toBe(
      'The server asks for a pause. Letterbox keeps trying.',
    );
    const wrong = (after: number) => sentenceFor({ code: 'passphrase-wrong', context: { after } });
    expect(wrong(8)).toBe('That’s not the passphrase. Try again in 8 seconds.');
    expect(wrong(1)).toBe('That’s not the passphrase. Try again in 1 second.');
    expect(wrong(0)).toBe('That’s not the passphrase. Try again.');
    expect(wrong(900)).toBe('That’s not the passphrase. Try again in 15 minutes.');
  });
});
