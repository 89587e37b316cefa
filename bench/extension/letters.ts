import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import secp256k1 from 'secp256k1';
import type { AppSession } from '../../scripts/journey/app-session.ts';
import { until } from '../../scripts/journey/wait.ts';
import { diskStorage } from '../../src/devnet/hub/hub-storage.ts';
import type { World } from '../../src/devnet/world.ts';
import { digest, fromHex, toBase64url, toHex, utf8 } from '../../src/protocol/bytes.ts';
import type { Envelope, EnvelopeCipher } from '../../src/protocol/envelope.ts';
import {
  addressOf,
  allowLoopback,
  parseBucket,
  parseMessageId,
  parseOrigin,
  parsePrivateKey,
  publicKeyOf,
} from '../../src/protocol/ids.ts';
import { messagePath, sealMessage, type Message } from '../../src/protocol/message.ts';
import { parsePointer, type Pointer } from '../../src/protocol/pointer.ts';
import { createRecordFile, RECORD_PATH, type RecordClaims } from '../../src/protocol/record.ts';
import { createRequestToken } from '../../src/protocol/tokens.ts';
import type { Bob } from './bob.ts';
import type { Signed } from './worker/jobs.ts';

/** What somebody wrote to Bob: the file is at the hub, the pointer not yet at a server. */
export interface Letter {
  readonly message: Message;
  readonly url: string;
  readonly file: string;
  readonly pointer: Pointer;
  readonly signed: Signed;
}

const KEY = parsePrivateKey('0a'.repeat(32));
const PUBLIC_KEY = publicKeyOf(KEY);
/** Who writes. */
export const SENDER = addressOf(PUBLIC_KEY);
const LENGTH = 200;
const DAY = 86_400;

/** The record by which the sender is found, as it stands at the hub. */
export function senderRecord({ hub, server }: World, { app }: AppSession): RecordClaims {
  const iat = Math.floor(Date.now() / 1000);
  return {
    address: SENDER,
    bucket: parseBucket(`${hub}/reader/${SENDER}/`, 'bucket', { [allowLoopback]: true }),
    app,
    servers: [{ type: 'letterbox', url: parseOrigin(server) }],
    accept: { maxBytes: 65_536, unknown: 'request' },
    seq: Date.now(),
    iat,
    exp: iat + DAY,
  };
}

/** Bob takes letters from the sender, and his server knows it. */
export async function acceptSender(bob: Bob): Promise<void> {
  await bob.owner('accept', { inbox: bob.session.address, from: SENDER });
  await until('the policy is known', async () => (await bob.owner('overview')).sync.state === 'fine');
}

export function signRecord(claims: RecordClaims): Uint8Array {
  return createRecordFile(claims, KEY);
}

/** Puts the sender's record and so many letters into their bucket. */
export async function writeLetters(
  { world, folder }: { readonly world: World; readonly folder: string },
  bob: AppSession,
  count: number,
): Promise<Letter[]> {
  const hub = diskStorage(join(folder, 'hub'), Date.now);
  const put = (path: string, bytes: Uint8Array) =>
    hub.write({ bucket: SENDER, path }, 'application/json', Buffer.from(bytes));
  const record = senderRecord(world, bob);
  await put(RECORD_PATH, signRecord(record));
  const cipher = oneEphemeralKey(fromHex(publicKeyOf(bob.privateKey)));
  const letters: Letter[] = [];
  for (let n = 0; n < count; n += 1) {
    const message = messageTo(bob, record, n);
    const file = await sealMessage(message, publicKeyOf(bob.privateKey), cipher);
    await put(messagePath(message.id), file);
    const { token, signed } = signPointer(message, file);
    letters.push({
      message,
      url: `${record.bucket}${messagePath(message.id)}`,
      file: Buffer.from(file).toString(),
      pointer: parsePointer(await cipher.seal(token.padEnd(1535, ' '), publicKeyOf(bob.privateKey))),
      signed,
    });
  }
  return letters;
}

/** Posts a letter's pointer as its sender does. */
export async function postLetter(world: World, bob: AppSession, { pointer }: Letter): Promise<void> {
  const { bucket, app, iat } = senderRecord(world, bob);
  const id = toBase64url(randomBytes(16));
  const body = JSON.stringify({ id, pointer });
  const claims = { sub: SENDER, app, bucket, aud: parseOrigin(world.server), act: 'send', iat } as const;
  const bound = { ...claims, exp: iat + 300, bh: digest(utf8(body)), to: bob.address };
  const response = await fetch(`${world.server}/v1/inboxes/${bob.address}/messages`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${createRequestToken(bound, KEY)}`,
      'Content-Type': 'application/json',
    },
    body,
  });
  if (response.status !== 201) throw new Error(`the server answered ${String(response.status)}`);
}

function messageTo(bob: AppSession, { bucket, app, iat }: RecordClaims, n: number): Message {
  return {
    id: parseMessageId(toBase64url(randomBytes(16))),
    from: { address: SENDER, bucket },
    to: { address: bob.address },
    app,
    iat,
    type: 'text/plain',
    body: `Letter ${String(n)} `.padEnd(LENGTH, '.'),
  };
}

/** A pointer's token by the native curve: ten thousand are made before anything is measured. */
function signPointer({ id, from, to, app, iat }: Message, file: Uint8Array) {
  const header = { alg: 'ES256K', typ: 'letterbox-pointer+jwt' };
  const claims = {
    iss: PUBLIC_KEY,
    bucket: from.bucket,
    to: to.address,
    app,
    id,
    sha256: digest(file),
    size: file.length,
    iat,
  };
  const text = [header, claims].map((part) => toBase64url(utf8(JSON.stringify(part)))).join('.');
  const hash = createHash('sha256').update(text).digest();
  const { signature } = secp256k1.ecdsaSign(hash, fromHex(KEY));
  return {
    token: `${text}.${toBase64url(signature)}`,
    signed: { signature: toHex(signature), digest: toHex(hash), publicKey: PUBLIC_KEY },
  };
}

/** Seals for one recipient with one ephemeral key, natively: to open, each envelope costs what any other does. */
function oneEphemeralKey(recipient: Uint8Array): Pick<EnvelopeCipher, 'seal' | 'open'> {
  const secret = randomBytes(32);
  const ephemeral = secp256k1.publicKeyCreate(secret, true);
  const x = secp256k1.publicKeyTweakMul(recipient, secret, true).subarray(1);
  const keys = createHash('sha512').update(x).digest();
  return {
    async seal(text) {
      const iv = randomBytes(16);
      const aes = createCipheriv('aes-256-cbc', keys.subarray(0, 32), iv);
      const cipherText = Buffer.concat([aes.update(text), aes.final()]);
      const mac = createHmac('sha256', keys.subarray(32)).update(iv).update(ephemeral).update(cipherText);
      return JSON.stringify({
        iv: iv.toString('hex'),
        ephemeralPK: toHex(ephemeral),
        cipherText: cipherText.toString('base64'),
        mac: mac.digest('hex'),
        wasString: true,
        cipherTextEncoding: 'base64',
      }) as Envelope;
    },
    open: () => Promise.reject(new Error('only seals')),
  };
}
