import { secp256k1 } from '@noble/curves/secp256k1.js';
import { decryptContent, encryptContent } from '@stacks/encryption';
import type { Digest } from '../src/protocol/bytes.ts';
import { stacksCipher } from '../src/protocol/envelope.ts';
import {
  addressOf,
  parseBucket,
  parseMessageId,
  parseOrigin,
  parsePrivateKey,
  publicKeyOf,
} from '../src/protocol/ids.ts';
import { openPointer, sealPointer, type PointerClaims } from '../src/protocol/pointer.ts';
import { checkRequestToken, createRequestToken, type RequestClaims } from '../src/protocol/tokens.ts';
import type { Area } from './frame/area.ts';
import { duel, type Duel } from './frame/timing.ts';

/** What the protocol costs on top of the bare primitive that it cannot do without. */
export const area: Area = {
  rounds: 15,
  warmUps: 3,
  async open() {
    const duels = [...tokenDuels(), ...(await pointerDuels())];
    return {
      async round(index) {
        const samples = [];
        for (const one of duels) samples.push(await duel(index, one));
        return samples;
      },
      async close() {
        // Nothing was started.
      },
    };
  },
};

const NOW = 1_800_000_000;
const alice = parsePrivateKey('01'.repeat(32));
const bob = parsePrivateKey('02'.repeat(32));
const app = parseOrigin('https://someawesome.app');
const server = parseOrigin('https://letterbox.example');
const address = addressOf(publicKeyOf(alice));
const bucket = parseBucket(`https://gaia.example/hub/${address}/`);
const hash = new Uint8Array(32).fill(7);

function tokenDuels(): Duel[] {
  const claims: RequestClaims = {
    sub: address,
    app,
    bucket,
    aud: server,
    act: 'read',
    iat: NOW,
    exp: NOW + 300,
  };
  const token = createRequestToken(claims, alice);
  const check = { now: NOW, aud: server, acts: ['read'], address, body: new Uint8Array() } as const;
  const [secret, key] = [secp256k1.utils.randomSecretKey(), new Uint8Array(33)];
  key.set(secp256k1.getPublicKey(secret));
  const signature = secp256k1.sign(hash, secret, { prehash: false });
  return [
    {
      name: 'create a request token',
      ours: () => createRequestToken(claims, alice),
      peer: { name: 'bare noble sign', run: () => secp256k1.sign(hash, secret, { prehash: false }) },
      times: 20,
    },
    {
      name: 'check a request token',
      ours: () => checkRequestToken(token, check),
      peer: {
        name: 'bare noble verify',
        run: () => secp256k1.verify(signature, hash, key, { prehash: false }),
      },
      times: 20,
    },
  ];
}

async function pointerDuels(): Promise<Duel[]> {
  const to = addressOf(publicKeyOf(bob));
  const id = parseMessageId('A'.repeat(22));
  const claims: PointerClaims = {
    bucket,
    to,
    app,
    id,
    sha256: 'A'.repeat(43) as Digest,
    size: 540,
    iat: NOW,
  };
  const keys = { sender: alice, recipient: publicKeyOf(bob) };
  const pointer = await sealPointer(claims, keys, stacksCipher);
  const text = ' '.repeat(1535);
  const envelope = await encryptContent(text, { publicKey: keys.recipient, cipherTextEncoding: 'base64' });
  return [
    {
      name: 'seal a pointer',
      ours: () => sealPointer(claims, keys, stacksCipher),
      peer: {
        name: 'bare encryptContent',
        run: () => encryptContent(text, { publicKey: keys.recipient, cipherTextEncoding: 'base64' }),
      },
      times: 10,
    },
    {
      name: 'open a pointer',
      ours: () => openPointer(pointer, bob, stacksCipher, { to, app }),
      peer: { name: 'bare decryptContent', run: () => decryptContent(envelope, { privateKey: bob }) },
      times: 10,
    },
  ];
}
