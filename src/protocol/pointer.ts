import type { Digest } from './bytes.ts';
import { parseEnvelope, type Envelope, type EnvelopeCipher } from './envelope.ts';
import { LetterboxError } from './errors.ts';
import {
  addressOf,
  addressOfBucket,
  parseAddress,
  parseBucket,
  parseDigest,
  parseMessageId,
  parseName,
  parseOrigin,
  type Address,
  type Bucket,
  type MessageId,
  type Name,
  type Origin,
  type PlaceOptions,
  type PrivateKey,
  type PublicKey,
} from './ids.ts';
import { integer, type JsonObject } from './json.ts';
import { decodeJws, signJws, verifyEs256k, verifyJws, type SignatureCheck } from './jws.ts';

/** What every pointer is long, so that its length says nothing. docs/protocol.md#4 */
export const POINTER_LENGTH = 2308;
const PLAINTEXT_LENGTH = 1535;

/** The sealed pointer: the only thing of a message that a server gets, 2308 characters. */
export type Pointer = string & { readonly __brand: 'Pointer' };

/** Where a message is and what its file must be. `size` in bytes of the file, `iat` in Unix seconds. */
export interface PointerClaims {
  readonly bucket: Bucket;
  readonly name?: Name;
  readonly to: Address;
  readonly app: Origin;
  readonly id: MessageId;
  readonly sha256: Digest;
  readonly size: number;
  readonly iat: number;
}

/** A pointer that its sender signed for this recipient and app. `name` is still only the sender's word. */
export interface VerifiedPointer extends PointerClaims {
  readonly from: Address;
  readonly publicKey: PublicKey;
  readonly __brand: 'VerifiedPointer';
}

/** What the reader holds the pointer against. */
export interface PointerCheck extends PlaceOptions {
  /** The inbox that it arrived in. */
  readonly to: Address;
  readonly app: Origin;
  /** Whom the transport named as the sender, where it names one. */
  readonly sender?: { readonly address: Address; readonly bucket?: Bucket };
}

/** Signs a pointer, pads it and seals it for the recipient. docs/protocol.md#4 */
export async function sealPointer(
  claims: PointerClaims,
  keys: { sender: PrivateKey; recipient: PublicKey },
  cipher: EnvelopeCipher,
): Promise<Pointer> {
  const token = signJws('letterbox-pointer+jwt', claims, keys.sender);
  if (token.length > PLAINTEXT_LENGTH) {
    throw new LetterboxError('too-large', { what: 'pointer', limit: PLAINTEXT_LENGTH, size: token.length });
  }
  return (await cipher.seal(token.padEnd(PLAINTEXT_LENGTH, ' '), keys.recipient)) as string as Pointer;
}

/** What a server checks of a pointer: that it is a string of the one length. */
export function parsePointer(value: unknown, what = 'pointer'): Pointer {
  if (typeof value !== 'string' || value.length !== POINTER_LENGTH) {
    throw malformed(what, `not ${POINTER_LENGTH} characters`);
  }
  return value as Pointer;
}

/**
 * Opens and verifies a pointer, in this order: length, envelope, decryption, padding, form, signature, sender, `to`,
 * `app`. Nothing of it may be shown before. `verify` is how the signature is checked. docs/protocol.md#4
 * @throws LetterboxError `malformed | envelope-unreadable | signature-invalid | pointer-sender | pointer-recipient`
 */
export async function openPointer(
  pointer: string,
  key: PrivateKey,
  cipher: EnvelopeCipher,
  check: PointerCheck,
  verify: SignatureCheck = verifyEs256k,
): Promise<VerifiedPointer> {
  const envelope: Envelope = parseEnvelope(parsePointer(pointer), 'pointer');
  const jws = decodeJws(unpad(await cipher.open(envelope, key)), 'letterbox-pointer+jwt', 'pointer');
  const claims = parseClaims(jws.claims, check);
  verifyJws(jws, 'pointer', verify);
  const from = addressOf(jws.issuer);
  checkSender(claims, from, check);
  if (claims.to !== check.to) throw new LetterboxError('pointer-recipient', { claim: 'to' });
  if (claims.app !== check.app) throw new LetterboxError('pointer-recipient', { claim: 'app' });
  return { ...claims, from, publicKey: jws.issuer } as VerifiedPointer;
}

function unpad(plaintext: string): string {
  if (plaintext.length !== PLAINTEXT_LENGTH)
    throw malformed('pointer', `plaintext not ${PLAINTEXT_LENGTH} characters`);
  return plaintext.replace(/ +$/, '');
}

function parseClaims(claims: JsonObject, options: PlaceOptions): PointerClaims {
  const name = claims['name'] === undefined ? {} : { name: parseName(claims['name'], 'pointer.name') };
  return {
    bucket: parseBucket(claims['bucket'], 'pointer.bucket', options),
    ...name,
    to: parseAddress(claims['to'], 'pointer.to'),
    app: parseOrigin(claims['app'], 'pointer.app'),
    id: parseMessageId(claims['id'], 'pointer.id'),
    sha256: parseDigest(claims['sha256'], 'pointer.sha256'),
    size: integer(claims, 'size', 'pointer'),
    iat: integer(claims, 'iat', 'pointer'),
  };
}

function checkSender(claims: PointerClaims, signer: Address, { sender }: PointerCheck): void {
  if (addressOfBucket(claims.bucket) !== signer)
    throw new LetterboxError('pointer-sender', { claim: 'bucket' });
  if (sender === undefined) return;
  if (sender.address !== signer) throw new LetterboxError('pointer-sender', { claim: 'iss' });
  if (sender.bucket !== undefined && sender.bucket !== claims.bucket) {
    throw new LetterboxError('pointer-sender', { claim: 'bucket' });
  }
}

function malformed(what: string, problem: string): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what, problem });
}
