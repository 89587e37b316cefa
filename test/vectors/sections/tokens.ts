import type { PrivateKey } from '../../../src/protocol/ids.ts';
import { alice, app, bob, now, server, stranger } from '../people.ts';
import { forge } from '../forge.ts';
import { digest, utf8 } from '../../../src/protocol/bytes.ts';

const header = { alg: 'ES256K', typ: 'letterbox-request+jwt' };
const body = '{"items":[]}';
const send = {
  iss: alice.publicKey,
  sub: alice.address,
  app,
  name: alice.name,
  bucket: alice.bucket,
  aud: server,
  act: 'send',
  iat: now,
  exp: now + 300,
  bh: digest(utf8(body)),
  to: bob.address,
  toName: bob.name,
};
const { to: _to, toName: _toName, bh: _bh, ...bare } = send;
const read = { ...bare, act: 'read' };
const ack = { ...bare, act: 'ack', bh: send.bh };

const sign = (claims: object, key: PrivateKey = alice.privateKey): string => forge({ header, claims, key });

/** Section 5: request tokens, each with what it is held against; `address` is the one in the request's path. */
export function tokenVectors() {
  const forSend = { acts: ['send'], address: bob.address, body };
  const forRead = { acts: ['read'], address: alice.address, body: '' };
  const forCount = { acts: ['read', 'count'], address: alice.address, body: '' };
  const forAck = { acts: ['ack'], address: alice.address, body };
  const good = sign(send);
  return {
    section: 'docs/protocol.md#5',
    now,
    aud: server,
    accepted: [
      { name: 'send', token: good, ...forSend },
      { name: 'read', token: sign(read), ...forRead },
      { name: 'read serves for count', token: sign(read), ...forCount },
      { name: 'count for 30 days', token: sign({ ...bare, act: 'count', exp: now + 30 * 86_400 }), ...forCount },
      { name: 'ack', token: sign(ack), ...forAck },
      { name: 'leave', token: sign({ ...ack, act: 'leave', jti: 'BwcHBwcHBwcHBwcHBwcHBw' }), ...forAck, acts: ['leave'] },
      { name: '60 seconds early', token: sign({ ...send, iat: now + 60, exp: now + 360 }), ...forSend },
      { name: '59 seconds late', token: sign({ ...send, iat: now - 359, exp: now - 59 }), ...forSend },
    ],
    refused: [
      // shape and header
      { name: 'empty', code: 'token-invalid', token: '', ...forSend },
      { name: 'longer than 4096 characters', code: 'token-invalid', token: sign({ ...send, pad: 'x'.repeat(4096) }), ...forSend },
      { name: 'alg none', code: 'token-invalid', token: forge({ header: { ...header, alg: 'none' }, claims: send, key: alice.privateKey }), ...forSend },
      { name: 'typ of a record', code: 'token-invalid', token: forge({ header: { ...header, typ: 'letterbox-record+jwt' }, claims: send, key: alice.privateKey }), ...forSend },
      { name: 'jku', code: 'token-invalid', token: forge({ header: { ...header, jku: 'https://x.example' }, claims: send, key: alice.privateKey }), ...forSend },
      { name: 'high S', code: 'token-invalid', token: forge({ header, claims: send, key: alice.privateKey, highS: true }), ...forSend },
      { name: 'aud as a list', code: 'token-invalid', token: sign({ ...send, aud: [server] }), ...forSend },
      { name: 'send without bh', code: 'token-invalid', token: sign({ ...send, bh: undefined }), ...forSend },
      { name: 'send without to', code: 'token-invalid', token: sign({ ...send, to: undefined }), ...forSend },
      { name: 'leave without jti', code: 'token-invalid', token: sign({ ...ack, act: 'leave' }), ...forAck, acts: ['leave'] },
      { name: 'iat as a fraction', code: 'token-invalid', token: sign({ ...send, iat: now + 0.5 }), ...forSend },
      // times
      { name: '61 seconds early', code: 'token-time', token: sign({ ...send, iat: now + 61, exp: now + 361 }), ...forSend },
      { name: '60 seconds late', code: 'token-time', token: sign({ ...send, iat: now - 360, exp: now - 60 }), ...forSend },
      { name: 'longer than 300 seconds', code: 'token-time', token: sign({ ...send, exp: now + 301 }), ...forSend },
      { name: 'exp equal to iat', code: 'token-time', token: sign({ ...send, exp: now }), ...forSend },
      { name: 'count for 31 days', code: 'token-time', token: sign({ ...bare, act: 'count', exp: now + 31 * 86_400 }), ...forCount },
      { name: 'late, and for another server', code: 'token-time', token: sign({ ...send, iat: now - 400, exp: now - 100, aud: 'https://other.example' }), ...forSend },
      // aud
      { name: 'for another server', code: 'token-audience', token: sign({ ...send, aud: 'https://other.example' }), ...forSend },
      { name: 'for another server, and another act', code: 'token-audience', token: sign({ ...send, aud: 'https://other.example' }), ...forSend, acts: ['enrol'] },
      // act
      { name: 'another act', code: 'token-act', token: sign(ack), ...forAck, acts: ['delete'] },
      { name: 'an act that there is not', code: 'token-act', token: sign({ ...read, act: 'admin' }), ...forRead },
      { name: 'count does not read', code: 'token-act', token: sign({ ...bare, act: 'count' }), ...forRead },
      { name: "another act, on another's inbox", code: 'token-act', token: sign(ack), ...forAck, acts: ['delete'], address: bob.address },
      // address
      { name: "on another's inbox", code: 'token-address', token: sign(ack), ...forAck, address: bob.address },
      { name: 'to another than the path says', code: 'token-address', token: good, ...forSend, address: stranger.address },
      { name: 'sub is not the key’s', code: 'token-address', token: sign({ ...send, sub: stranger.address }), ...forSend },
      { name: 'bucket is not the key’s', code: 'token-address', token: sign({ ...send, bucket: stranger.bucket }), ...forSend },
      { name: "on another's inbox, with another body", code: 'token-address', token: sign(ack), ...forAck, address: bob.address, body: '{}' },
      // bh
      { name: 'with another body', code: 'token-body', token: good, ...forSend, body: '{}' },
      { name: 'with another body, and a broken signature', code: 'token-body', token: forge({ header, claims: send, key: alice.privateKey, flipSignature: true }), ...forSend, body: '{}' },
      // signature
      { name: 'a broken signature', code: 'token-invalid', token: forge({ header, claims: send, key: alice.privateKey, flipSignature: true }), ...forSend },
      { name: "another's signature", code: 'token-invalid', token: sign(send, bob.privateKey), ...forSend },
    ],
  };
}
