import { encryptContent } from '@stacks/encryption';
import type { PrivateKey } from '../../../src/protocol/ids.ts';
import { alice, app, bob, now, stranger } from '../people.ts';
import { forge } from '../forge.ts';

const header = { alg: 'ES256K', typ: 'letterbox-pointer+jwt' };
const claims = {
  iss: alice.publicKey,
  bucket: alice.bucket,
  name: alice.name,
  to: bob.address,
  app,
  id: 'BwcHBwcHBwcHBwcHBwcHBw',
  sha256: 'ERERERERERERERERERERERERERERERERERERERERERE',
  size: 540,
  iat: now,
};

const signed = (change: object = {}, key: PrivateKey = alice.privateKey): string =>
  forge({ header, claims: { ...claims, ...change }, key });

const seal = (plaintext: string, publicKey: string = bob.publicKey): Promise<string> =>
  encryptContent(plaintext, { publicKey, cipherTextEncoding: 'base64' });

const pad = (token: string): string => token.padEnd(1535, ' ');

/** Section 4: sealed pointers in Bob's inbox, with the sender that the transport named. */
export async function pointerVectors() {
  const good = await seal(pad(signed()));
  const sender = { address: alice.address, bucket: alice.bucket };
  const refused = (name: string, code: string, pointer: string, own: object = {}) => ({ name, code, pointer, sender, ...own });
  const sealed = async (name: string, code: string, change: object, key?: PrivateKey, own?: object) =>
    refused(name, code, await seal(pad(signed(change, key))), own);
  const reordered = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(good) as object).toReversed()));
  return {
    section: 'docs/protocol.md#4',
    key: bob.privateKey,
    to: bob.address,
    app,
    accepted: [
      { name: 'as an agent writes it', pointer: good, sender, claims },
      { name: 'the transport names no bucket', pointer: good, sender: { address: alice.address }, claims },
      { name: 'envelope members in another order', pointer: reordered, sender, claims },
      { name: 'no name', pointer: await seal(pad(signed({ name: undefined }))), sender, claims: { ...claims, name: undefined } },
    ],
    refused: [
      refused('one character shorter', 'malformed', good.slice(0, -1)),
      refused('one character longer', 'malformed', `${good} `),
      refused('an extra member for a shorter text', 'malformed', `${good.slice(0, -1)},"":0}`.padEnd(2308, ' ').slice(0, 2308)),
      refused('a changed mac', 'envelope-unreadable', good.replace(/"mac":"[0-9a-f]{64}"/, `"mac":"${'00'.repeat(32)}"`)),
      refused("for another's key", 'envelope-unreadable', await seal(pad(signed()), stranger.publicKey)),
      refused('plaintext of 1534 characters', 'malformed', await seal(signed().padEnd(1534, ' '))),
      refused('padded with tabs', 'malformed', await seal(signed().padEnd(1535, '\t'))),
      refused('padded in front', 'malformed', await seal(signed().padStart(1535, ' '))),
      refused('typ of a record', 'malformed', await seal(pad(forge({ header: { ...header, typ: 'letterbox-record+jwt' }, claims, key: alice.privateKey })))),
      refused('high S', 'malformed', await seal(pad(forge({ header, claims, key: alice.privateKey, highS: true })))),
      await sealed('no sha256', 'malformed', { sha256: undefined }),
      await sealed('sha256 with unused bits set', 'malformed', { sha256: claims.sha256.replace(/.$/, 'F') }),
      await sealed('size as a string', 'malformed', { size: '540' }),
      await sealed('a bucket over http', 'malformed', { bucket: alice.bucket.replace('https', 'http') }),
      refused('signature by nobody', 'signature-invalid', await seal(pad(forge({ header, claims, key: alice.privateKey, flipSignature: true })))),
      await sealed("another's signature over her claims", 'signature-invalid', {}, stranger.privateKey),
      await sealed("another's key for her bucket", 'pointer-sender', { iss: stranger.publicKey }, stranger.privateKey),
      await sealed('the transport names another sender', 'pointer-sender', {}, alice.privateKey, { sender: { address: stranger.address } }),
      await sealed('the transport names another bucket', 'pointer-sender', {}, alice.privateKey, { sender: { address: alice.address, bucket: `https://elsewhere.example/${alice.address}/` } }),
      await sealed('to another inbox', 'pointer-recipient', { to: stranger.address }),
      await sealed('of another app', 'pointer-recipient', { app: 'https://other.app' }),
    ],
  };
}
