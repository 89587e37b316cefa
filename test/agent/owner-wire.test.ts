import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OwnerApi } from '../../src/agent/owner-api.ts';
import { answerOwner, parseOwnerRequest } from '../../src/agent/owner-request.ts';
import { OWNER_METHODS, openAnswer, ownerOver, type OwnerMethod } from '../../src/agent/owner-wire.ts';
import { LetterboxError } from '../../src/protocol/errors.ts';

const INBOX = '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH'; // the address of private key 1
const FROM = '1cMh228HTCiwS8ZsaakH8A8wze1JR5ZsP'; // of private key 2
const ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const key = { inbox: INBOX, from: FROM, id: ID };
const sender = { inbox: INBOX, from: FROM };
const powers = { read: 'revoked', send: 3600, sendWithoutAsking: 86_400 } as const;

/** Arguments of each method as a view would send them. */
const CALLS: { readonly [Method in OwnerMethod]: readonly unknown[] } = {
  overview: [],
  messages: [{ limit: 50, app: 'https://quill.example', cursor: 'c' }],
  message: [key],
  requests: [],
  outbox: [],
  markRead: [[key], true],
  remove: [[key]],
  retry: [key],
  send: [{ inbox: INBOX, to: FROM, text: 'Tomorrow.', subject: 'Re: Notes', re: ID, thread: 't' }],
  retrySend: [ID],
  acceptMoved: [ID],
  cancelSend: [ID],
  accept: [sender],
  block: [sender],
  dismiss: [sender],
  unblock: [sender],
  blocked: [],
  disconnect: [INBOX],
  grant: ['https://quill.example', powers],
  revoke: ['https://quill.example', 'read'],
  letAsk: ['https://quill.example'],
  setServers: [INBOX, [{ type: 'letterbox', url: 'https://post.example' }]],
  redeemInvite: [{ inbox: INBOX, server: { type: 'letterbox', url: 'https://post.example' }, code: 'a.b' }],
  testServer: ['https://post.example'],
  approvals: [],
  decide: ['a1', { approve: true, powers, server: 'https://post.example' }],
  stopDelivery: [INBOX],
  deliverAgain: [INBOX],
  readSession: ['a1'],
  offerSession: [{ app: 'https://someawesome.app', session: { appPrivateKey: 'x' }, question: 'a1' }],
  syncNow: [],
  syncServer: [{ inbox: INBOX, server: { type: 'letterbox', url: 'https://post.example' } }],
  settings: [],
  saveSettings: [
    { registries: { bns: [], bnsv2: ['https://bnsv2.example'] }, receipts: false, autoLock: 60 },
  ],
  setPassphrase: ['four quiet herons'],
  unlock: ['x'],
  lock: [],
  passphraseProgress: [],
  changePassphrase: ['x', 'four quiet herons'],
  removePassphrase: ['x'],
  eraseAll: [true],
  exportLines: [true, 'c'],
  importLines: [{ write: false, lines: ['{}'], apps: [{ inbox: INBOX, app: 'https://quill.example' }] }],
  keptApps: [],
  eraseApp: [INBOX, 'leave'],
};

/** An owner that gives back how it was called. */
const echo = new Proxy({} as OwnerApi, {
  get:
    (_, method) =>
    (...args: unknown[]) =>
      Promise.resolve({ method, args }),
});

/** What a message channel does to a value. */
const overJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the owner wire', () => {
  test.each(Object.entries(CALLS))('%s arrives as it was called', async (method, args) => {
    const owner = ownerOver(async (request) => overJson(await answerOwner(echo, overJson(request))));
    const call = owner[method as OwnerMethod] as (...given: readonly unknown[]) => Promise<unknown>;
    expect(await call(...args)).toEqual({ method, args });
  });

  test('knows every method once', () => {
    expect(Object.keys(OWNER_METHODS).toSorted()).toEqual(Object.keys(CALLS).toSorted());
  });

  test('nothing comes back as nothing', async () => {
    const owner = ownerOver(async (request) =>
      overJson(await answerOwner({ ...echo, message: () => Promise.resolve(undefined) }, request)),
    );
    expect(await owner.message(key as never)).toBeUndefined();
  });

  test('carries a refusal with its code and context, and nothing else', async () => {
    const refusing = {
      ...echo,
      accept: () => Promise.reject(new LetterboxError('unavailable', { after: 4 }, { cause: 'secret' })),
    };
    const answer = await answerOwner(refusing, { to: 'owner', method: 'accept', args: [sender] });
    expect(answer).toEqual({ error: { code: 'unavailable', context: { after: 4 } } });
    expect(() => openAnswer(answer)).toThrow(expect.objectContaining({ code: 'unavailable' }) as Error);
  });

  test('tells nothing of an unforeseen failure but its kind', async () => {
    const failing = { ...echo, overview: () => Promise.reject(new TypeError('key deadbeef')) };
    expect(await answerOwner(failing, { to: 'owner', method: 'overview', args: [] })).toEqual({
      error: { code: 'internal', context: { problem: 'TypeError' } },
    });
  });

  test('no answer is an error, not an empty inbox', () => {
    expect(() => openAnswer(undefined)).toThrow(expect.objectContaining({ code: 'internal' }) as Error);
  });
});

describe('what is not a request', () => {
  const refused = (value: unknown) => {
    try {
      parseOwnerRequest(value);
    } catch (error) {
      return error instanceof LetterboxError ? error.code : error;
    }
    return 'taken';
  };

  test.each([
    ['nothing', undefined],
    ['another wire', { to: 'page', method: 'overview', args: [] }],
    ['no arguments', { to: 'owner', method: 'overview' }],
    ['a read flag that is a word', { to: 'owner', method: 'markRead', args: [[key], 'yes'] }],
    ['too many keys', { to: 'owner', method: 'remove', args: [Array.from({ length: 1001 }, () => key)] }],
    ['a limit of none', { to: 'owner', method: 'messages', args: [{ limit: 0 }] }],
    [
      'an address that is none',
      { to: 'owner', method: 'disconnect', args: ['1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMh'] },
    ],
    ['an id that is none', { to: 'owner', method: 'retrySend', args: ['A'] }],
    ['a server over ftp', { to: 'owner', method: 'testServer', args: ['ftp://post.example'] }],
    [
      'a server of an unknown kind',
      { to: 'owner', method: 'setServers', args: [INBOX, [{ type: 'pigeon', url: 'https://x.example' }]] },
    ],
    [
      'http elsewhere',
      { to: 'owner', method: 'setServers', args: [INBOX, [{ type: 'letterbox', url: 'http://x.example' }]] },
    ],
    [
      'sending without asking that has no end',
      { to: 'owner', method: 'grant', args: ['https://quill.example', { sendWithoutAsking: 'revoked' }] },
    ],
    [
      'sending without asking for longer than a month',
      { to: 'owner', method: 'grant', args: ['https://quill.example', { sendWithoutAsking: 2_592_001 }] },
    ],
    ['a power for no time', { to: 'owner', method: 'grant', args: ['https://quill.example', { read: 0 }] }],
    ['a power that is none', { to: 'owner', method: 'revoke', args: ['https://quill.example', 'write'] }],
    [
      'a code that would be two headers',
      {
        to: 'owner',
        method: 'redeemInvite',
        args: [{ inbox: INBOX, server: { type: 'letterbox', url: 'https://x.example' }, code: 'a\r\nb' }],
      },
    ],
    ['a passphrase that is none', { to: 'owner', method: 'unlock', args: [undefined] }],
    ['one without end', { to: 'owner', method: 'unlock', args: ['x'.repeat(1025)] }],
    ['a short one to set', { to: 'owner', method: 'setPassphrase', args: ['seven77'] }],
    ['a short one to change to', { to: 'owner', method: 'changePassphrase', args: ['x', 'seven77'] }],
    [
      'a time to lock after that is no choice',
      { to: 'owner', method: 'saveSettings', args: [{ autoLock: 1e9 }] },
    ],
    ['a decision that is none', { to: 'owner', method: 'decide', args: ['a1', {}] }],
  ])('%s', (_, value) => {
    expect(refused(value)).toBe('malformed');
  });

  test.each(['constructor', 'toString', '__proto__', 'work'])('the method %s', (method) => {
    expect(refused({ to: 'owner', method, args: [] })).toBe('not-allowed');
  });

  test('whatever it is, it is taken or malformed, and nothing is thrown', async () => {
    const method = fc.constantFrom(...Object.keys(OWNER_METHODS));
    await fc.assert(
      fc.asyncProperty(method, fc.array(fc.anything(), { maxLength: 3 }), async (name, args) => {
        const answer = await answerOwner(echo, { to: 'owner', method: name, args });
        expect('error' in answer ? answer.error.code : 'malformed').toBe('malformed');
      }),
    );
  });
});
