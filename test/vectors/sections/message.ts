import { encryptContent } from '@stacks/encryption';
import { digest, utf8 } from '../../../src/protocol/bytes.ts';
import { alice, app, bob, now, stranger } from '../people.ts';

const id = 'BwcHBwcHBwcHBwcHBwcHBw';
const plaintext = {
  id,
  from: { address: alice.address, bucket: alice.bucket, name: alice.name },
  to: { address: bob.address, name: bob.name },
  app,
  iat: now,
  type: 'text/plain',
  body: 'Dinner on Friday moves to eight.',
  subject: 'Friday',
};

const seal = (value: object | string, publicKey: string = bob.publicKey): Promise<string> => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return encryptContent(text, { publicKey, cipherTextEncoding: 'base64' });
};

const changed = (file: string, change: (envelope: Record<string, unknown>) => object): string =>
  JSON.stringify(change(JSON.parse(file) as Record<string, unknown>));

const described = (name: string, file: string) => ({
  name,
  file,
  size: utf8(file).length,
  sha256: digest(utf8(file)),
});

/** Section 3: message files for Bob; `size` and `sha256` are of the file's bytes unless a case names its own. */
export async function messageVectors() {
  const file = await seal(plaintext);
  const refused = (name: string, code: string, text: string, own: object = {}) => ({
    ...described(name, text),
    code,
    ...own,
  });
  const inside = async (name: string, change: object, code = 'message-disagrees') =>
    refused(name, code, await seal({ ...plaintext, ...change }));
  const envelope = (name: string, change: Parameters<typeof changed>[1], code = 'malformed') =>
    refused(name, code, changed(file, change));
  return {
    section: 'docs/protocol.md#3',
    key: bob.privateKey,
    pointer: { from: alice.address, bucket: alice.bucket, to: bob.address, app, id, iat: now },
    accepted: [
      { ...described('plain text', file), plaintext },
      {
        ...described('any type with its fallback', await seal({ ...plaintext, type: 'application/vnd.app+json', body: { n: [1.5, null] }, fallback: 'A move.' })),
        plaintext: { ...plaintext, type: 'application/vnd.app+json', body: { n: [1.5, null] }, fallback: 'A move.' },
      },
      {
        ...described('envelope members in another order', changed(file, ({ iv, mac, ...rest }) => ({ ...rest, mac, iv }))),
        plaintext,
      },
    ],
    refused: [
      refused('truncated', 'file-size', file.slice(0, -1), { size: utf8(file).length }),
      refused('one byte more', 'file-size', `${file} `, { size: utf8(file).length }),
      refused('other bytes of the same length', 'file-digest', file.replace('"iv":"', '"iv":" ').replace(',"eph', '"eph'), { sha256: digest(utf8(file)), size: utf8(file).length }),
      refused('signed for as larger than any may be', 'too-large', file, { size: 262_145 }),
      refused('not JSON', 'malformed', '{'),
      envelope('an extra member', (e) => ({ ...e, signature: '' })),
      envelope('no wasString', ({ wasString: _wasString, ...e }) => e),
      envelope('wasString false', (e) => ({ ...e, wasString: false })),
      envelope('no cipherTextEncoding', ({ cipherTextEncoding: _encoding, ...e }) => e),
      envelope('hex in upper case', (e) => ({ ...e, iv: 'AB'.repeat(16) })),
      envelope('base64 without padding', (e) => ({ ...e, cipherText: 'AAAAAA' })),
      envelope('base64 with unused bits set', (e) => ({ ...e, cipherText: 'AB==' })),
      envelope('a shorter iv', (e) => ({ ...e, iv: '00' })),
      envelope('a changed mac', (e) => ({ ...e, mac: '00'.repeat(32) }), 'envelope-unreadable'),
      envelope('a changed iv', (e) => ({ ...e, iv: '00'.repeat(16) }), 'envelope-unreadable'),
      envelope('an ephemeral key that is no point', (e) => ({ ...e, ephemeralPK: `02${'00'.repeat(32)}` }), 'envelope-unreadable'),
      refused("for another's key", 'envelope-unreadable', await seal(plaintext, stranger.publicKey)),
      refused('plaintext not JSON', 'malformed', await seal('hello')),
      await inside('no id', { id: undefined }, 'malformed'),
      await inside('a type that is none', { type: 'text' }, 'malformed'),
      await inside('text whose body is an object', { body: {} }, 'malformed'),
      await inside('another type without fallback', { type: 'application/json', body: {} }, 'malformed'),
      await inside('no body', { body: undefined }, 'malformed'),
      await inside('a subject over 256 characters', { subject: 'x'.repeat(257) }, 'malformed'),
      await inside('an attachment elsewhere', { attachments: [{ path: '../x' }] }, 'malformed'),
      await inside('from another address', { from: { ...plaintext.from, address: stranger.address } }),
      await inside('from another bucket', { from: { ...plaintext.from, bucket: `https://elsewhere.example/${alice.address}/` } }),
      await inside('to another', { to: { address: stranger.address } }),
      await inside('of another app', { app: 'https://other.app' }),
      await inside('under another id', { id: 'CAgICAgICAgICAgICAgICA' }),
    ],
  };
}
